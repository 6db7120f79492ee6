from datetime import date

import factory
from allauth.account.models import EmailAddress

from members.models import Country, FocalPointAppointment, Guest, Organisation, Topic, User

COUNTRIES = {
    "JO": ("الأردن", "Jordan", "Asia/Amman", [5, 6], "levant"),
    "MA": ("المغرب", "Morocco", "Africa/Casablanca", [6, 7], "morocco"),
    "TN": ("تونس", "Tunisia", "Africa/Tunis", [6, 7], "maghreb"),
    "EG": ("مصر", "Egypt", "Africa/Cairo", [5, 6], "gregorian"),
}


class CountryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Country
        django_get_or_create = ("iso",)

    iso = "JO"
    name_ar = factory.LazyAttribute(lambda o: COUNTRIES[o.iso][0])
    name_en = factory.LazyAttribute(lambda o: COUNTRIES[o.iso][1])
    time_zone = factory.LazyAttribute(lambda o: COUNTRIES[o.iso][2])
    weekend = factory.LazyAttribute(lambda o: COUNTRIES[o.iso][3])
    month_names = factory.LazyAttribute(lambda o: COUNTRIES[o.iso][4])


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    slug = factory.Sequence(lambda n: f"organisation-{n}")
    name_ar = factory.Sequence(lambda n: f"وزارة التنمية {n}")
    name_en = factory.Sequence(lambda n: f"Ministry of Development {n}")
    kind = Organisation.Kind.MINISTRY
    country = factory.SubFactory(CountryFactory)


class TopicFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Topic

    slug = factory.Sequence(lambda n: f"topic-{n}")
    name_ar = factory.Sequence(lambda n: f"السجلات الاجتماعية {n}")
    name_en = factory.Sequence(lambda n: f"Social registries {n}")


class UserFactory(factory.django.DjangoModelFactory):
    """A member of Jordan with a confirmed address; override what the test is about."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@cop.example")
    full_name = factory.Sequence(lambda n: f"أمينة الزعبي {n}")
    full_name_latin = factory.Sequence(lambda n: f"Amina Al-Zoubi {n}")
    country = factory.SubFactory(CountryFactory)
    function = "مديرة المساعدة الاجتماعية"
    language = "ar"
    membership = User.Membership.MEMBER

    @factory.post_generation
    def confirmed_address(self, create, extracted, **kwargs):
        if create and extracted is not False:
            EmailAddress.objects.create(user=self, email=self.email, primary=True, verified=True)


class AppointmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = FocalPointAppointment

    country = factory.SubFactory(CountryFactory)
    user = factory.SubFactory(UserFactory, country=factory.SelfAttribute("..country"))
    starts_on = date(2020, 1, 1)


class GuestFactory(factory.django.DjangoModelFactory):
    """A guest of sessions without an account."""

    class Meta:
        model = Guest

    full_name = factory.Sequence(lambda n: f"سليم قبّاني {n}")
    full_name_latin = factory.Sequence(lambda n: f"Salim Kabbani {n}")
    function = "باحث أول"
    function_latin = "Senior researcher"
    organisation_text = "Policy Centre"
    email = factory.Sequence(lambda n: f"guest{n}@policy.example")
