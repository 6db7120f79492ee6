from members.forms.contact import ContactForm, ReportForm
from members.forms.directory import DirectoryForm
from members.forms.experts import ExpertForm
from members.forms.joining import SignUpForm
from members.forms.office import AppointForm, CountryForm, DeclineForm
from members.forms.posts import FormerPostForm
from members.forms.profile import ProfileForm

__all__ = [
    "AppointForm",
    "ContactForm",
    "CountryForm",
    "DeclineForm",
    "DirectoryForm",
    "ExpertForm",
    "FormerPostForm",
    "ProfileForm",
    "ReportForm",
    "SignUpForm",
]
