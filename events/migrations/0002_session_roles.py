import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0001_initial"),
        ("members", "0010_guests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SessionRole",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("speaker", "Speaker"),
                            ("facilitator", "Facilitator"),
                            ("moderator", "Moderator"),
                            ("expert", "Expert"),
                            ("interpreter", "Interpreter"),
                        ],
                        default="speaker",
                        max_length=12,
                        verbose_name="role",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "guest",
                    models.ForeignKey(
                        blank=True,
                        help_text="For someone without an account.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="session_roles",
                        to="members.guest",
                        verbose_name="guest",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="roles",
                        to="events.session",
                        verbose_name="session",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="session_roles",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "role in a session",
                "verbose_name_plural": "roles in a session",
                "ordering": ("position", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("user__isnull", True), ("guest__isnull", True), _connector="XOR"
                        ),
                        name="events_session_role_of_one",
                        violation_error_message="Choose a person or a guest, one of the two.",
                    ),
                    models.UniqueConstraint(
                        fields=("session", "user", "role"),
                        name="events_session_role_once",
                        violation_error_message="This person has that role in the session already.",
                    ),
                    models.UniqueConstraint(
                        fields=("session", "guest", "role"),
                        name="events_session_role_of_guest_once",
                        violation_error_message="This person has that role in the session already.",
                    ),
                ],
            },
        ),
    ]
