"""Positions in words: degrees as the language writes them, Lambert-93, and as one copies them."""

from collabmap.app.words import _, format_number
from collabmap.domain.geo import LngLat
from collabmap.domain.lambert import Lambert93

# 0.0001 degree is 11 m, about as far as a hand points; what is copied says a tenth of a metre.
SHOWN_DECIMALS = 4
COPIED_DECIMALS = 6


def degrees_words(position: LngLat) -> str:
    """Return '43,7384° N  7,4246° E' in French, with points in English."""
    lat = format_number(abs(position.lat), SHOWN_DECIMALS)
    lng = format_number(abs(position.lng), SHOWN_DECIMALS)
    north = _("{value}° N") if position.lat >= 0 else _("{value}° S")
    east = _("{value}° E") if position.lng >= 0 else _("{value}° W")
    return f"{north.format(value=lat)}  {east.format(value=lng)}"


def lambert_words(place: Lambert93) -> str:
    """Return 'Lambert-93 1 057 921  6 303 425', in whole metres."""
    x, y = format_number(place.x), format_number(place.y)
    return _("Lambert-93 {x}  {y}").format(x=x, y=y)


def copied_degrees(position: LngLat) -> str:
    """Return '43.738400, 7.424600': latitude first, as search fields of maps everywhere read it."""
    return f"{position.lat:.{COPIED_DECIMALS}f}, {position.lng:.{COPIED_DECIMALS}f}"


def copied_lambert(place: Lambert93) -> str:
    """Return '1057921.3, 6303425.0': east first, in metres."""
    return f"{place.x:.1f}, {place.y:.1f}"
