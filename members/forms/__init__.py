from members.forms.appointments import AppointForm, EndForm
from members.forms.contact import ContactForm, ReportForm
from members.forms.directory import DirectoryForm
from members.forms.experts import ExpertForm
from members.forms.joining import SignUpForm
from members.forms.office import CountryForm, DeclineForm
from members.forms.posts import FormerPostForm
from members.forms.profile import ProfileForm

__all__ = [
    "AppointForm",
    "ContactForm",
    "CountryForm",
    "DeclineForm",
    "DirectoryForm",
    "EndForm",
    "ExpertForm",
    "FormerPostForm",
    "ProfileForm",
    "ReportForm",
    "SignUpForm",
]
