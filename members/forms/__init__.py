from members.forms.directory import DirectoryForm
from members.forms.joining import SignUpForm
from members.forms.office import AppointForm, CountryForm, DeclineForm
from members.forms.profile import ProfileForm

__all__ = [
    "AppointForm",
    "CountryForm",
    "DeclineForm",
    "DirectoryForm",
    "ProfileForm",
    "SignUpForm",
]
