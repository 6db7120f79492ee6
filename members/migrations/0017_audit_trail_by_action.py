from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0016_messages_held_back"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="rosterrecord",
            index=models.Index(fields=["action", "-at"], name="members_record_by_action"),
        ),
    ]
