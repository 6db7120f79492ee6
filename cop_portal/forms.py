"""What every form of the portal shares."""

from django.forms.renderers import TemplatesSetting


class PortalRenderer(TemplatesSetting):
    """Forms are drawn from the project's templates, so that all fields look and fail alike."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
