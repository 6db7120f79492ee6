"""What the columns of a spreadsheet mean, whatever their order and however they are headed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from cop_portal.text import clean_line, fold

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# The fields of an invitation in the order of the template, with their headings there.
FIELDS: dict[str, _StrPromise] = {
    "full_name": _("Full name"),
    "email": _("Email"),
    "organisation": _("Organisation"),
    "function": _("Job title"),
    "language": _("Language"),
    "full_name_latin": _("Name in Latin letters"),
}
REQUIRED = ("full_name", "email")

# What people head these columns with, in the languages of the region's offices.
SYNONYMS = {
    "full_name": (
        "الاسم", "الاسم الكامل", "الاسم بالكامل", "الاسم الثلاثي", "الاسم الرباعي",
        "الاسم بالعربية", "الاسم باللغة العربية", "اسم العضو", "اسم الموظف", "اسم المشارك",
        "الاسم واللقب", "الإسم", "name", "full name", "name in arabic", "arabic name",
        "full name arabic", "member", "participant", "nom", "nom complet", "nom et prenom",
    ),
    "email": (
        "البريد", "البريد الإلكتروني", "بريد إلكتروني", "البريد الالكترونى", "الإيميل", "ايميل",
        "عنوان البريد الإلكتروني", "البريد الإلكتروني الرسمي", "email", "e-mail", "mail",
        "email address", "e-mail address", "work email", "official email", "courriel",
        "adresse email", "adresse e-mail", "adresse electronique",
    ),
    "organisation": (
        "الجهة", "جهة العمل", "المؤسسة", "الوزارة", "الوزارة الهيئة", "الهيئة", "المنظمة",
        "مكان العمل", "organisation", "organization", "ministry", "institution", "agency",
        "entity", "employer", "organisme",
    ),
    "function": (
        "الوظيفة", "المسمى الوظيفي", "المسمى", "المنصب", "الصفة", "الصفة الوظيفية", "العمل",
        "function", "job title", "title", "position", "post", "job", "fonction", "poste",
    ),
    "language": (
        "اللغة", "لغة الرسائل", "لغة المراسلة", "لغة التواصل", "اللغة المفضلة", "language",
        "preferred language", "language for messages", "langue",
    ),
    "full_name_latin": (
        "الاسم باللاتينية", "الاسم بالأحرف اللاتينية", "الاسم بالحروف اللاتينية",
        "الاسم بالإنجليزية", "الاسم باللغة الإنجليزية", "الاسم بالانجليزي", "الاسم بالفرنسية",
        "name in latin letters", "latin name", "name latin", "name in english", "english name",
        "full name english", "name english", "nom en lettres latines",
    ),
}  # fmt: skip
_MEANING = {fold(words): field for field, known in SYNONYMS.items() for words in known}
_ASIDE = re.compile(r"[(\[（].*?[)\]）]|\*")


class Columns(NamedTuple):
    """Where each field stands in a row, what other columns are headed, and how many there are."""

    places: dict[str, int]
    ignored: list[str]
    width: int

    @property
    def is_complete(self) -> bool:
        return all(field in self.places for field in REQUIRED)

    @property
    def weight(self) -> int:
        """How likely these are the headings: needed columns count more than any others."""
        return len(self.places) + 10 * sum(field in self.places for field in REQUIRED)


def find_columns(headings: Sequence[str]) -> Columns:
    """Understand a row of headings; of two columns with one meaning the first counts."""
    places: dict[str, int] = {}
    ignored = []
    for place, heading in enumerate(headings):
        # First as it stands: "Name (Latin)" may be told apart by what is in brackets.
        meaning = _MEANING.get(fold(heading)) or _MEANING.get(fold(_ASIDE.sub("", heading)))
        if meaning and meaning not in places:
            places[meaning] = place
        elif shown := clean_line(heading)[:80]:
            ignored.append(shown)
    width = max((place + 1 for place, heading in enumerate(headings) if heading), default=0)
    return Columns(places, ignored, width)
