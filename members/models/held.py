"""What a post says, whoever holds or held it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language_bidi


class Titled:
    """A job title in either script."""

    if TYPE_CHECKING:
        function: Any
        function_latin: Any

    @property
    def shown_function(self) -> str:
        """The job title as the page's script writes it, else the one there is."""
        if get_language_bidi():
            return str(self.function or self.function_latin)
        return str(self.function_latin or self.function)


class Held(Titled):
    """A job title at an organisation: one of the list, else as somebody wrote it."""

    if TYPE_CHECKING:
        organisation: Any
        organisation_text: Any
        country_id: Any

    @property
    def organisation_name(self) -> str:
        """The organisation as the list calls it, else as the person wrote it."""
        return str(self.organisation) if self.organisation else str(self.organisation_text)

    def set_organisation(self, text: str) -> None:
        """Name the organisation: the one of the list that goes by `text`, else as written."""
        from members.models.organisations import Organisation

        if self.organisation is None or not self.organisation.is_called(text):
            self.organisation = Organisation.objects.called(text, self.country_id)
        self.organisation_text = "" if self.organisation else text
