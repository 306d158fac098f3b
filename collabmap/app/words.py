"""Words for people: one gettext catalogue for window, command line and errors."""

import gettext as _gettext
import locale
import os

from collabmap.app.settings import resource
from collabmap.errors import CollabMapError

_catalogue: _gettext.NullTranslations = _gettext.NullTranslations()
_language = "en"


def set_language(language: str | None = None) -> str:
    """Switch to 'fr' or 'en'; None follows the system.  Returns the language in use."""
    global _catalogue, _language
    _language = language if language in ("fr", "en") else _system_language()
    _catalogue = _gettext.translation(
        "collabmap", resource("translations"), [_language], fallback=True
    )
    return _language


def language() -> str:
    """Return the language in use, 'fr' or 'en'."""
    return _language


def _system_language() -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "fr" if value.lower().startswith("fr") else "en"
    system = locale.getlocale()[0] or ""
    return "fr" if system.lower().startswith("fr") else "en"


def _(message: str) -> str:
    """Return the message in the language in use."""
    return _catalogue.gettext(message) if message else ""


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form for a count, with {count} left to fill."""
    return _catalogue.ngettext(one, many, count)


def explain(error: CollabMapError) -> tuple[str, str]:
    """Return (what failed, what to do now), translated and filled."""
    return _(error.message).format(**error.details), _(error.hint).format(**error.details)
