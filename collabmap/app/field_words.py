"""Words about fields and ways that window and command line both say."""

import math

from collabmap.app.words import _
from collabmap.domain.geo import LngLat


def field_label(field: str) -> str:
    """Return the name of a field, as a heading."""
    return {
        "name": _("Name"),
        "category": _("Category"),
        "description": _("A few words"),
        "tags": _("Keywords"),
        "contact": _("Private contact"),
        "geometry": _("Position"),
        "outline": _("Outline"),
        "comments": _("Comments"),
    }.get(field, field)


def direction_words(start: LngLat, end: LngLat) -> str:
    """Return 'to the north-east': which way one goes, in eight directions."""
    names = (
        _("to the north"),
        _("to the north-east"),
        _("to the east"),
        _("to the south-east"),
        _("to the south"),
        _("to the south-west"),
        _("to the west"),
        _("to the north-west"),
    )
    east = (end.lng - start.lng) * math.cos(math.radians(start.lat))
    angle = math.degrees(math.atan2(east, end.lat - start.lat))
    return names[round(angle / 45) % 8]
