import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# Nobody edits the trail, and nothing leaves it before its time is over: five years, as the page on
# retention says. Only the portal's own clean-up deletes rows at all.
KEEP = """
CREATE FUNCTION members_keep_roster_records() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '5 years' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'The audit trail cannot be changed.' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER members_roster_records_are_kept BEFORE UPDATE OR DELETE ON members_rosterrecord
    FOR EACH ROW EXECUTE FUNCTION members_keep_roster_records();
"""
FORGET = """
DROP TRIGGER members_roster_records_are_kept ON members_rosterrecord;
DROP FUNCTION members_keep_roster_records();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0002_people_profile"),
    ]

    operations = [
        migrations.CreateModel(
            name="RosterRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="when"),
                ),
                (
                    "action",
                    models.CharField(
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
                ("detail", models.JSONField(blank=True, default=dict, verbose_name="details")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: done by the portal itself.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by whom",
                    ),
                ),
                (
                    "country",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.country",
                        verbose_name="country",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roster_records",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="for whom",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of the audit trail",
                "verbose_name_plural": "audit trail",
                "ordering": ("-at", "-pk"),
            },
        ),
        migrations.AddIndex(
            model_name="rosterrecord",
            index=models.Index(fields=["country", "-at"], name="members_record_by_country"),
        ),
        migrations.AddIndex(
            model_name="rosterrecord",
            index=models.Index(fields=["at"], name="members_record_by_time"),
        ),
        migrations.RunSQL(sql=KEEP, reverse_sql=FORGET),
    ]
