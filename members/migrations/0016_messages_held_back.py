from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0015_guests_denied"),
    ]

    operations = [
        migrations.AddField(
            model_name="contactmessage",
            name="is_held_back",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddIndex(
            model_name="contactmessage",
            index=models.Index(
                fields=["recipient", "sent_at"], name="members_message_by_recipient"
            ),
        ),
        migrations.AddIndex(
            model_name="contactmessage",
            index=models.Index(
                condition=models.Q(("report_state", ""), _negated=True),
                fields=["reported_at"],
                name="members_message_reported",
            ),
        ),
    ]
