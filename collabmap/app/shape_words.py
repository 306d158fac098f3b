"""What is said of shapes: how long and how large, what is wrong with them, what was put right."""

from collabmap.app.words import N_, _, format_number
from collabmap.domain.geometry import Flaw
from collabmap.domain.sketch_problems import ProblemKind

_HECTARE_M2 = 10_000
_KM2 = 1_000_000

FLAW_WORDS = {
    Flaw.UNCLOSED_RING: N_("The outline did not end where it began: it was closed."),
    Flaw.HEIGHT: N_("Heights were left out."),
    Flaw.SELF_CROSSING: N_("The outline crossed itself: it was untangled."),
    Flaw.HOLE_OUTSIDE: N_("A hole lay outside its zone: it was left out."),
    Flaw.OVERLAPPING_PARTS: N_("Parts of the zone overlapped: they were joined."),
    Flaw.EMPTY_PART: N_("A part without extent was left out."),
}

PROBLEM_WORDS = {
    ProblemKind.TOO_FEW: N_("There are too few points: a line needs two, a zone three."),
    ProblemKind.TOO_MANY: N_("There are too many points: simplify the shape or cut it in two."),
    ProblemKind.OFF_THE_MAP: N_("A point lies off the map."),
    ProblemKind.NO_EXTENT: N_("All its points lie in a row or in one spot."),
    ProblemKind.REPEATED: N_("Two points in a row lie in the same spot."),
    ProblemKind.SELF_CROSSING: N_("The outline crosses itself."),
    ProblemKind.HOLE_OUTSIDE: N_("A hole lies outside its zone."),
    ProblemKind.PARTS_OVERLAP: N_("Parts of the zone overlap."),
}


def format_length(metres: float) -> str:
    """Return a length that was measured: '4,2 m', '854 m', '1,24 km', '12,4 km', '312 km'."""
    if round(metres, 1) < 10:
        return _("{value} m").format(value=format_number(metres, 1))
    if round(metres) < 1000:
        return _("{value} m").format(value=format_number(metres))
    return _("{value} km").format(value=_three_digits(metres / 1000))


def format_area(square_metres: float) -> str:
    """Return an area that was measured: '42 m²', '1,24 ha', '312 ha', '12,4 km²'."""
    if round(square_metres) < _HECTARE_M2:
        return _("{value} m²").format(value=format_number(square_metres))
    if round(square_metres / _HECTARE_M2) < 1000:
        return _("{value} ha").format(value=_three_digits(square_metres / _HECTARE_M2))
    return _("{value} km²").format(value=_three_digits(square_metres / _KM2))


def _three_digits(value: float) -> str:
    decimals = 2 if round(value, 2) < 10 else 1 if round(value, 1) < 100 else 0
    return format_number(value, decimals)
