from modeltranslation.translator import TranslationOptions, register

from events.models import Event, Figure, Highlight, Session


@register(Event)
class EventTranslation(TranslationOptions):
    fields = ("title", "summary", "description", "working_language", "cancellation_note")


@register(Session)
class SessionTranslation(TranslationOptions):
    fields = ("title", "place", "city", "description")


@register(Highlight)
class HighlightTranslation(TranslationOptions):
    fields = ("text",)


@register(Figure)
class FigureTranslation(TranslationOptions):
    fields = ("label",)
