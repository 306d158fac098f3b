"""Why two places may be one, in words: “38 m apart, same category, names alike: A / B”."""

import math
from collections.abc import Iterable

from collabmap.app.shape_words import format_length
from collabmap.app.words import _, format_number, language, ngettext
from collabmap.domain.duplicates import Reason, ReasonKind
from collabmap.domain.theme import Theme

# Nearer than this, two marks are one on any screen.
_SAME_SPOT_M = 0.5
_VERY_LIKELY, _LIKELY = 0.9, 0.7


def likelihood_words(score: float) -> str:
    """Return how likely places are one.  score: 0 to 1, as in Pair."""
    if score >= _VERY_LIKELY:
        return _("very likely")
    return _("likely") if score >= _LIKELY else _("possible")


def duplicate_words(reasons: Iterable[Reason], theme: Theme) -> str:
    """Return reasons as one line, in the language of the reader."""
    return ", ".join(reason_words(reason, theme) for reason in reasons)


def reason_words(reason: Reason, theme: Theme) -> str:
    """Return one reason, without a capital or a full stop."""
    if reason.kind is ReasonKind.DISTANCE:
        return distance_words(reason.value)
    if reason.kind is ReasonKind.PHOTOS:
        minutes = max(1, math.ceil(reason.value))
        return ngettext(
            "photos added within {count} minute", "photos added within {count} minutes", minutes
        ).format(count=format_number(minutes))
    one, other = reason.texts
    if reason.kind in (ReasonKind.LIKE_CATEGORIES, ReasonKind.OTHER_CATEGORIES):
        one, other = (theme.category(each).label(language()) for each in reason.texts)
    return _template(reason).format(one=one, other=other, name=one or other)


def distance_words(metres: float) -> str:
    """Return how far apart two places are, '38 m apart'."""
    if metres < _SAME_SPOT_M:
        return _("at the same spot")
    return _("{distance} apart").format(distance=format_length(max(1.0, round(metres))))


def _template(reason: Reason) -> str:
    one, other = reason.texts
    return {
        ReasonKind.SAME_CATEGORY: _("same category"),
        ReasonKind.LIKE_CATEGORIES: _("categories alike: {one} / {other}"),
        ReasonKind.OTHER_CATEGORIES: _("categories differ: {one} / {other}"),
        ReasonKind.SAME_NAMES: _("same name: {name}"),
        ReasonKind.LIKE_NAMES: _("names alike: {one} / {other}"),
        ReasonKind.NAME_WITHIN: _("one name holds the other: {one} / {other}"),
        ReasonKind.ONE_NAMELESS: _("only one has a name: {name}"),
        ReasonKind.NAMELESS: _("both without a name"),
        ReasonKind.OTHER_NUMBERS: _("numbers or sides differ"),
        ReasonKind.SAME_ADDRESS: _("same address: {name}")
        if one == other
        else _("addresses alike: {one} / {other}"),
        ReasonKind.OTHER_ADDRESSES: _("addresses differ: {one} / {other}"),
    }[reason.kind]
