import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cop_portal.storage


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="availability",
            field=models.CharField(
                choices=[
                    ("open", "Available"),
                    ("limited", "Limited availability"),
                    ("closed", "Not available now"),
                ],
                default="open",
                max_length=8,
                verbose_name="availability",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="availability_note",
            field=models.CharField(blank=True, max_length=200, verbose_name="note on availability"),
        ),
        migrations.AddField(
            model_name="user",
            name="confirmed_on",
            field=models.DateField(blank=True, null=True, verbose_name="confirmed in post on"),
        ),
        migrations.AddField(
            model_name="user",
            name="erased_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="personal data erased"),
        ),
        migrations.AddField(
            model_name="user",
            name="escalated_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="expertise",
            field=models.ManyToManyField(
                blank=True,
                related_name="experts",
                to="members.topic",
                verbose_name="fields of expertise",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="last_seen_on",
            field=models.DateField(blank=True, null=True, verbose_name="last seen on"),
        ),
        migrations.AddField(
            model_name="user",
            name="left_on",
            field=models.DateField(blank=True, null=True, verbose_name="left on"),
        ),
        migrations.AddField(
            model_name="user",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_accounts",
                to=settings.AUTH_USER_MODEL,
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="photo",
            field=models.ImageField(
                blank=True,
                storage=cop_portal.storage.private_storage,
                upload_to="photos/",
                verbose_name="photograph",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="reminded_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="spoken_languages",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("ar", "Arabic"),
                        ("en", "English"),
                        ("fr", "French"),
                        ("zgh", "Amazigh"),
                        ("ku", "Kurdish"),
                        ("tr", "Turkish"),
                        ("es", "Spanish"),
                        ("de", "German"),
                        ("it", "Italian"),
                        ("fa", "Persian"),
                    ],
                    max_length=3,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="languages spoken",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="takes_messages",
            field=models.BooleanField(default=True, verbose_name="takes messages from members"),
        ),
        migrations.AddField(
            model_name="user",
            name="topics_to_learn",
            field=models.ManyToManyField(
                blank=True,
                related_name="learners",
                to="members.topic",
                verbose_name="topics to learn about",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="visibility",
            field=models.JSONField(blank=True, default=dict, verbose_name="visibility"),
        ),
        migrations.CreateModel(
            name="FormerPost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organisation_text",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="organisation, as written"
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
                ("started_on", models.DateField(blank=True, null=True, verbose_name="from")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_posts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "former post",
                "verbose_name_plural": "former posts",
                "ordering": (
                    models.OrderBy(models.F("ended_on"), descending=True, nulls_last=True),
                    "-pk",
                ),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("started_on__isnull", True),
                            ("ended_on__isnull", True),
                            ("ended_on__gte", models.F("started_on")),
                            _connector="OR",
                        ),
                        name="members_post_ends_after_start",
                        violation_error_message="The end must come after the start.",
                    )
                ],
            },
        ),
    ]
