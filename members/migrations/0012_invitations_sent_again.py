import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0011_directory_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="last_sent_at",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="last sent"),
        ),
        migrations.AddField(
            model_name="rosterimport",
            name="applied_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="applied"),
        ),
        migrations.AddField(
            model_name="rosterimport",
            name="applied_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="applied by",
            ),
        ),
        migrations.AddField(
            model_name="rosterimport",
            name="ignored_columns",
            field=models.JSONField(blank=True, default=list, verbose_name="columns left out"),
        ),
        migrations.CreateModel(
            name="CodeAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("origin", models.CharField(max_length=64)),
                ("address", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "failed try at a code",
                "verbose_name_plural": "failed tries at codes",
                "indexes": [
                    models.Index(fields=["origin", "at"], name="members_attempt_by_origin"),
                    models.Index(fields=["address", "at"], name="members_attempt_by_address"),
                ],
            },
        ),
    ]
