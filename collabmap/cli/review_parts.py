"""What comes to a place or goes from it beside its values, in the list of what awaits review."""

from collections.abc import Iterator

from collabmap.app.link_words import link_words
from collabmap.app.reading_words import sum_words, sums
from collabmap.app.words import _
from collabmap.domain.theme import Theme
from collabmap.review.queue import ReviewItem


def part_lines(item: ReviewItem, theme: Theme) -> Iterator[str]:
    """Yield a line for each photo and link, and for the readings of a quantity."""
    place, parts = item.place, item.parts
    for names, photo, link, reading in (
        (parts.added, _("Photo added"), _("Link added"), _("Measurements added")),
        (parts.going, _("Photo taken away"), _("Link taken away"), _("Measurements taken away")),
    ):
        for shown in place.photos:
            if f"photo:{shown.element.hex()}" in names:
                yield _line(photo, shown.text)
        for one in place.links:
            if f"link:{one.element.hex()}" in names:
                yield _line(link, f"{link_words(theme, one.type)} → {one.name or _('(removed)')}")
        some = [m for m in place.measured if f"reading:{m.element.hex()}" in names]
        for found, _elements in sums(some):
            yield _line(reading, sum_words(theme, found))


def _line(what: str, found: str) -> str:
    return _("{what}: {found}").format(what=what, found=found) if found else what
