"""A part of what waits, and who reviews it, in words."""

from collections.abc import Sequence

from collabmap.app.words import _, language, ngettext
from collabmap.domain.claims import Part
from collabmap.domain.theme import Theme
from collabmap.review.claims import Claim, Quarter

_MOST_NAMES = 3


def part_words(part: Part, theme: Theme, author_names: Sequence[str] = ()) -> str:
    """Return 'Culture', 'La Condamine, Monaco' or 'contributions of Inès', or several of them."""
    words = []
    if part.category:
        words.append(theme.category(part.category).label(language()))
    if part.authors:
        words.append(_authors(part, author_names))
    if part.commune:
        words.append(Quarter(part.commune, part.quarter).words)
    if part.box is not None:
        words.append(_("an area of the map"))
    return ", ".join(words)


def _authors(part: Part, names: Sequence[str]) -> str:
    shown = [name for name in names if name][:_MOST_NAMES]
    others = len(part.authors) - len(shown)
    if not shown:
        words = ngettext(
            "contributions of {count} person", "contributions of {count} people", others
        )
        return words.format(count=others)
    listed = ", ".join(shown)
    if others:
        words = ngettext("{names} and {count} other", "{names} and {count} others", others)
        listed = words.format(names=listed, count=others)
    return _("contributions of {names}").format(names=listed)


def claim_words(claim: Claim, theme: Theme) -> str:
    """Return 'Jo is reviewing “Culture” on another computer', or that one does it oneself."""
    part = part_words(claim.part, theme, claim.author_names)
    if claim.is_mine:
        return _("You are reviewing “{part}”").format(part=part)
    words = _("{name} is reviewing “{part}” on another computer")
    return words.format(name=claim.person_name or _("somebody"), part=part)


def overlap_words(claim: Claim, count: int) -> str:
    """Return that somebody has taken some of the same.  count: how much of it waits."""
    words = ngettext(
        "{name} has taken {count} of the same", "{name} has taken {count} of the same", count
    )
    return words.format(name=claim.person_name or _("somebody"), count=count)
