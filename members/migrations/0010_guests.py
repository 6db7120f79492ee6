import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0009_appointment_papers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Guest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("full_name", models.CharField(max_length=150, verbose_name="full name")),
                (
                    "full_name_latin",
                    models.CharField(
                        blank=True, max_length=150, verbose_name="name in Latin letters"
                    ),
                ),
                (
                    "function",
                    models.CharField(blank=True, max_length=150, verbose_name="job title"),
                ),
                (
                    "function_latin",
                    models.CharField(
                        blank=True, max_length=150, verbose_name="job title in Latin letters"
                    ),
                ),
                (
                    "organisation_text",
                    models.CharField(blank=True, max_length=200, verbose_name="organisation"),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email")),
                ("claimed_at", models.DateTimeField(blank=True, null=True, verbose_name="claimed")),
                (
                    "claimed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guest_names",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="claimed by",
                    ),
                ),
                (
                    "country",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guests",
                        to="members.country",
                        verbose_name="country",
                    ),
                ),
            ],
            options={
                "verbose_name": "guest",
                "verbose_name_plural": "guests",
                "ordering": ("full_name", "pk"),
            },
        ),
    ]
