from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0014_handover_moments"),
    ]

    operations = [
        migrations.AddField(
            model_name="guest",
            name="denied_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="said to be someone else"
            ),
        ),
        migrations.AlterField(
            model_name="rosterrecord",
            name="action",
            field=models.CharField(
                choices=[
                    ("approved", "Request to join approved"),
                    ("declined", "Request to join rejected"),
                    ("invited", "Invitation sent"),
                    ("invitation_withdrawn", "Invitation withdrawn"),
                    ("invitation_accepted", "Invitation accepted"),
                    ("imported", "Spreadsheet imported"),
                    ("exported", "Roster exported"),
                    ("code_issued", "Activation code issued"),
                    ("code_used", "Activation code used"),
                    ("code_refused", "Activation code refused"),
                    ("corrected", "Directory fields corrected"),
                    ("marked_left", "Marked as left"),
                    ("reinstated", "Membership reinstated"),
                    ("suspended", "Account suspended"),
                    ("confirmed", "Confirmed in post"),
                    ("transfer_proposed", "Transfer proposed"),
                    ("transfer_accepted", "Transfer accepted"),
                    ("transfer_declined", "Transfer declined"),
                    ("transfer_withdrawn", "Transfer withdrawn"),
                    ("announced", "Announcement sent"),
                    ("appointed", "Focal point appointed"),
                    ("appointment_ended", "Appointment ended"),
                    ("expert_marked", "Marked as expert"),
                    ("expert_unmarked", "No longer marked as expert"),
                    ("guest_claimed", "Guest claimed by an account"),
                    ("guest_released", "Guest no longer linked to an account"),
                    ("merged", "Accounts merged"),
                    ("left", "Left the community"),
                    ("data_downloaded", "Own data downloaded"),
                    ("erased", "Personal data erased"),
                    ("report_handled", "Report of a message handled"),
                ],
                max_length=24,
                verbose_name="what",
            ),
        ),
    ]
