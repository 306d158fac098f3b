"""Words about the parts of a proposal: what was left out of it, what was written anew."""

from collections.abc import Iterable

from collabmap.app.words import _
from collabmap.domain.theme import Theme
from collabmap.review.queue import ReviewItem
from collabmap.ui.place_words import field_word


def part_word(part: str, item: ReviewItem, theme: Theme) -> str:
    """Return the name of a part inside a line: 'name', 'keyword “shade”', 'photo'."""
    kind, _colon, what = part.partition(":")
    if kind == "tag":
        return _("keyword “{word}”").format(word=what)
    if kind == "photo":
        texts = {photo.element.hex(): photo.text for photo in item.place.photos}
        text = texts.get(what, "")
        return _("photo “{words}”").format(words=text) if text else _("photo")
    if kind == "link":
        names = {link.element.hex(): link.name for link in item.place.links}
        return _("link with “{name}”").format(name=names.get(what, ""))
    return field_word("outline" if part == "geometry" and item.outline_before else part, theme)


def partly_words(
    item: ReviewItem, leave: Iterable[str], written: Iterable[str], theme: Theme
) -> str:
    """Return what an author reads of a proposal that was not taken whole, '' where it was.

    leave: parts that were left out.  written: fields that the coordinator wrote anew.
    """
    said = []
    if left := sorted(part_word(part, item, theme) for part in leave):
        said.append(_("Not taken: {parts}.").format(parts=", ".join(left)))
    changed = {"geometry" if field == "position" else field for field in written}
    if words := sorted(field_word(field, theme) for field in changed):
        said.append(_("Changed by the coordinator: {parts}.").format(parts=", ".join(words)))
    return " ".join(said)
