from modeltranslation.translator import TranslationOptions, register

from members.models import Country, Organisation, Partner, Topic


@register(Country)
class CountryTranslation(TranslationOptions):
    fields = ("name", "formal_name")


@register(Organisation)
class OrganisationTranslation(TranslationOptions):
    fields = ("name",)


@register(Partner)
class PartnerTranslation(TranslationOptions):
    fields = ("note",)


@register(Topic)
class TopicTranslation(TranslationOptions):
    fields = ("name",)
