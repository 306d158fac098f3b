"""Whom a map is from, in one line."""

from collections.abc import Iterable

from collabmap.app.words import _
from collabmap.render.furniture import BETWEEN_CREDITS

# What most base maps owe, as their files write it.
OSM_CREDITS = ("", "© OpenStreetMap contributors", "© contributeurs OpenStreetMap")


def credit_line(attributions: Iterable[str], shows_world: bool) -> str:
    """Return whom the base maps are from, each once, and the world where it is seen."""
    said = [
        _("© OpenStreetMap contributors") if text in OSM_CREDITS else text for text in attributions
    ]
    if shows_world:
        said.append(_("Made with Natural Earth"))
    return BETWEEN_CREDITS.join(dict.fromkeys(said))
