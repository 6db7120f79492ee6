"""The portal's template language: icons, dates, names and text in the language it has."""

from django import template

register = template.Library()
