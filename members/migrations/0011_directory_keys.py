import re

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models
from django.db.models.functions import Coalesce, Concat, Lower, NullIf

# The one helper a migration may use: keys must be folded as the search folds what is typed.
from cop_portal.text import fold

BATCH = 1000
ARABIC_NAME = models.Case(
    models.When(name_key__lt="\u0600", then=Concat(models.Value("\uf8ff"), "name_key")),
    default=models.F("name_key"),
)
LATIN_NAME = Lower(Coalesce(NullIf("full_name_latin", models.Value("")), "full_name"))
EXPERTS = models.Q(is_expert=True)


def key_of(row, names, length):
    texts = dict.fromkeys(text for name in names if (text := getattr(row, name)))
    return fold(" ".join(texts))[:length].strip()


def fill(rows, keys):
    """Write the keys of rows that exist: `keys` names each with its columns and its length."""
    waiting = []
    for row in rows.iterator(BATCH):
        for key, (names, length) in keys.items():
            setattr(row, key, key_of(row, names, length))
        waiting.append(row)
        if len(waiting) == BATCH:
            rows.model.objects.bulk_update(waiting, list(keys))
            waiting = []
    rows.model.objects.bulk_update(waiting, list(keys))


def fill_keys(apps, schema_editor):
    user, organisation = (
        apps.get_model("members", "User"),
        apps.get_model("members", "Organisation"),
    )
    translated = [
        field.name
        for field in organisation._meta.fields
        if re.fullmatch("name_[a-z]{2}", field.name)
    ]
    fill(
        user._base_manager.all(),
        {
            "function_key": (("function", "function_latin"), 310),
            "organisation_key": (("organisation_text",), 310),
        },
    )
    fill(organisation._base_manager.all(), {"name_key": (translated or ["name"], 620)})


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0010_guests"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="name_key",
            field=models.CharField(blank=True, default="", editable=False, max_length=620),
        ),
        migrations.AddField(
            model_name="user",
            name="function_key",
            field=models.CharField(blank=True, default="", editable=False, max_length=310),
        ),
        migrations.AddField(
            model_name="user",
            name="organisation_key",
            field=models.CharField(blank=True, default="", editable=False, max_length=310),
        ),
        migrations.RunPython(fill_keys, reverse_code=migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="user", name="members_user_by_country"),
        *(
            migrations.AddIndex(model_name="user", index=index)
            for index in (
                models.Index(
                    "country", "membership", ARABIC_NAME, "id", name="members_country_arabic_name"
                ),
                models.Index(
                    "country", "membership", LATIN_NAME, "id", name="members_country_latin_name"
                ),
                models.Index(
                    ARABIC_NAME, "id", name="members_expert_arabic_name", condition=EXPERTS
                ),
                models.Index(LATIN_NAME, "id", name="members_expert_latin_name", condition=EXPERTS),
                GinIndex(
                    fields=["function_key"],
                    opclasses=["gin_trgm_ops"],
                    name="members_user_function_trgm",
                ),
                GinIndex(
                    fields=["organisation_key"],
                    opclasses=["gin_trgm_ops"],
                    name="members_user_body_trgm",
                ),
                GinIndex(fields=["spoken_languages"], name="members_user_languages"),
            )
        ),
    ]
