"""Why a place needs care, in words: what is wrong, and what is shown meanwhile."""

from collabmap.app.words import N_, _
from collabmap.domain.care import Care

_WORDS = {
    Care.MISSING: N_("It has no place on the map."),
    Care.UNREADABLE: N_("Its outline cannot be read: it is not on the map."),
    Care.OFF_THE_MAP: N_("It lies outside the map."),
    Care.PARTLY: N_("Part of its outline lies nowhere: the rest is shown."),
    Care.NO_EXTENT: N_("Its outline encloses nothing: it is shown as a point."),
    Care.MENDED: N_("Its outline crosses itself: it is shown as far as it makes sense."),
    Care.TOO_LARGE: N_("Its outline has too many points: draw it more simply."),
}
_NOWHERE = {Care.MISSING, Care.UNREADABLE, Care.OFF_THE_MAP}


def care_words(reason: str) -> str:
    """Return what is wrong with a place's shape.  reason: as in CareRow."""
    return _(_WORDS[Care(reason)])


def is_nowhere(reason: str) -> bool:
    """Whether nothing of the place is shown on the map."""
    return reason in _NOWHERE
