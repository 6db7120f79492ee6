import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import cop_portal.localised
import members.models.invitations


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0004_transfers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="email")),
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
                    "organisation_text",
                    models.CharField(blank=True, max_length=200, verbose_name="organisation"),
                ),
                (
                    "language",
                    models.CharField(
                        choices=cop_portal.localised.language_choices,
                        max_length=5,
                        verbose_name="language",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Invited"),
                            ("accepted", "Accepted"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "invited_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="invited"),
                ),
                (
                    "expires_at",
                    models.DateTimeField(
                        default=members.models.invitations.invitation_end, verbose_name="expires"
                    ),
                ),
                (
                    "sent_count",
                    models.PositiveSmallIntegerField(default=1, verbose_name="times sent"),
                ),
                (
                    "accepted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="accepted"),
                ),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accepted_invitations",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="accepted by",
                    ),
                ),
                (
                    "country",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="members.country",
                        verbose_name="country",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="invited by",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ("-invited_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="ActivationCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(editable=False, max_length=64)),
                (
                    "issued_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="issued"),
                ),
                (
                    "expires_at",
                    models.DateTimeField(
                        default=members.models.invitations.code_end, verbose_name="expires"
                    ),
                ),
                (
                    "wrong_tries",
                    models.PositiveSmallIntegerField(default=0, verbose_name="wrong tries"),
                ),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="used")),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="issued by",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="activation_codes",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "invitation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="members.invitation",
                        verbose_name="invitation",
                    ),
                ),
            ],
            options={
                "verbose_name": "activation code",
                "verbose_name_plural": "activation codes",
                "ordering": ("-issued_at", "-pk"),
            },
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["country", "state"], name="members_invitation_country"),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("state", "open")),
                name="members_invitation_one_open",
                violation_error_message="An invitation to this address is open already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="activationcode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("user__isnull", True), ("invitation__isnull", True), _connector="XOR"
                ),
                name="members_code_for_one",
            ),
        ),
    ]
