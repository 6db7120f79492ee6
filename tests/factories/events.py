from datetime import timedelta

import factory
from django.utils import timezone

from events.models import Event, Registration, Session
from tests.factories.members import UserFactory


class EventFactory(factory.django.DjangoModelFactory):
    """A published virtual workshop in ten days, Amman time, with one session of two hours."""

    class Meta:
        model = Event
        skip_postgeneration_save = True

    title_ar = factory.Sequence(lambda n: f"تحديث السجل الاجتماعي {n}")
    title_en = factory.Sequence(lambda n: f"Updating a social registry {n}")
    summary_ar = "ثلاثة بلدان تعرض ما قامت به."
    summary_en = "Three countries show what they did."
    kind = Event.Kind.VIRTUAL_WORKSHOP
    status = Event.Status.PUBLISHED
    time_zone = "Asia/Amman"
    starts_at = factory.LazyFunction(
        lambda: (timezone.now() + timedelta(days=10)).replace(
            hour=8, minute=0, second=0, microsecond=0
        )
    )
    ends_at = factory.LazyAttribute(lambda o: o.starts_at and o.starts_at + timedelta(hours=2))

    @factory.post_generation
    def session(self, create, extracted, **kwargs):
        if create and extracted is not False and self.starts_at:
            SessionFactory(event=self, starts_at=self.starts_at, ends_at=self.ends_at)


class SessionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Session

    event = factory.SubFactory(EventFactory, session=False)
    title_ar = "الجلسة الأولى"
    title_en = "First session"
    starts_at = factory.SelfAttribute("event.starts_at")
    ends_at = factory.SelfAttribute("event.ends_at")
    join_url = "https://meet.example/room"


class RegistrationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Registration

    event = factory.SubFactory(EventFactory)
    user = factory.SubFactory(UserFactory)
    status = Registration.Status.CONFIRMED
    confirmed_at = factory.LazyAttribute(
        lambda o: timezone.now() if o.status == Registration.Status.CONFIRMED else None
    )
