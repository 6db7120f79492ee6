import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cop_portal.storage


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0008_announcements"),
    ]

    operations = [
        migrations.AddField(
            model_name="focalpointappointment",
            name="appointed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="appointed by",
            ),
        ),
        migrations.AddField(
            model_name="focalpointappointment",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="ended by",
            ),
        ),
        migrations.AddField(
            model_name="focalpointappointment",
            name="letter",
            field=models.FileField(
                blank=True,
                storage=cop_portal.storage.private_storage,
                upload_to="letters/",
                verbose_name="nomination letter",
            ),
        ),
    ]
