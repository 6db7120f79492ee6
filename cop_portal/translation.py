from modeltranslation.translator import TranslationOptions, register

from cop_portal.models import Page, Site


@register(Site)
class SiteTranslation(TranslationOptions):
    fields = ("name", "tagline", "headline", "introduction", "story")


@register(Page)
class PageTranslation(TranslationOptions):
    fields = ("title", "body")
