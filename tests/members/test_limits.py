"""Sentences that name a limit in words: whoever changes the number finds the sentences here."""

import pytest

from members import letters, photos, reauthentication
from members.actions import codes
from members.forms.codes import ActivationForm
from members.forms.imports import ImportForm
from members.forms.profile import ProfileForm
from members.importing import reading
from members.models import invitations

pytestmark = pytest.mark.usefixtures("in_english")
MB = 1024 * 1024


def test_codes():
    assert codes.PER_PERSON_AND_DAY == 5  # "Five codes were issued for this person within a day"
    assert codes.PER_ISSUER_AND_DAY == 50  # "Fifty codes were issued within a day"
    assert invitations.CODE_LIFE.days == 1
    assert codes.CODE_TRIES == 5
    assert "lasts a day and for five tries" in str(codes.NOT_TOGETHER)
    assert codes.WITHIN.total_seconds() == 60 * 60
    assert "in an hour" in str(codes.TOO_MANY)
    assert codes.DIGITS == 8
    assert str(ActivationForm.base_fields["code"].help_text).startswith("Eight digits")
    assert reauthentication.TRIES == 3  # "After three tries ask for a new one."


def test_invitations():
    assert invitations.SEND_TIMES == 5  # "This invitation has been sent five times"
    assert invitations.SEND_PAUSE.days == 1  # "This invitation was sent less than a day ago."


def test_files():
    assert reading.MAX_BYTES == 5 * MB
    assert reading.MAX_ROWS == 20_000
    assert str(ImportForm.base_fields["file"].help_text).endswith("up to 5 MB and 20,000 rows")
    assert "5 MB" in str(reading.TOO_LARGE)
    assert "20,000 rows" in str(reading.TOO_LONG)
    assert photos.MOST_BYTES == 8 * MB
    assert "8 MB at most" in str(ProfileForm.base_fields["photo"].help_text)
    assert letters.LARGEST == 10 * MB
    assert "at most 10 MB" in str(letters.LetterField(label="x").help_text)
