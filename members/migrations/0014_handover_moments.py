from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0013_former_addresses"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="focalpointappointment",
            name="members_appointment_ends_after_start",
        ),
        migrations.AddField(
            model_name="focalpointappointment",
            name="appointed_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="appointed"
            ),
        ),
        migrations.AddField(
            model_name="focalpointappointment",
            name="ended_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="ended"),
        ),
        migrations.AddConstraint(
            model_name="focalpointappointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__isnull", True),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="members_appointment_ends_not_before_start",
                violation_error_message="The end must not come before the start.",
            ),
        ),
    ]
