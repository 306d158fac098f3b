"""Disagreements in words: what a side says, who said it, what it is about."""

from collections.abc import Mapping, Sequence

from collabmap.app.field_words import in_order, value_text
from collabmap.app.shape_words import format_area, format_length
from collabmap.app.words import _, format_distance, ngettext
from collabmap.domain.geo import distance_m
from collabmap.domain.sketch import Sketch
from collabmap.domain.theme import Theme
from collabmap.domain.value_text import is_of_theme
from collabmap.errors import CollabMapError
from collabmap.review.disagreement import DELETE, KEEP, REFUSED, Detail, Dispute, Side, Voice
from collabmap.review.queue import ReviewItem
from collabmap.sync.bundle import short_code
from collabmap.ui.place_words import direction_words, field_label, field_words, when


def name_or(voice: Voice) -> str:
    return voice.name or _("somebody")


def names_of(voices: Sequence[Voice]) -> str:
    """Return 'Inès', 'Inès and Paul', 'Inès, Jo and Paul': each once."""
    names = list(dict.fromkeys(map(name_or, voices)))
    if len(names) == 1:
        return names[0]
    return _("{names} and {last}").format(names=", ".join(names[:-1]), last=names[-1])


def place_and_time(voice: Voice) -> str:
    """Return 'computer K7Q-492-MR, yesterday, 6:41 PM'."""
    return _("computer {code}, {time}").format(code=short_code(voice.rid), time=when(voice.at_ms))


def side_text(
    dispute: Dispute,
    side: Side,
    number: int,
    theme: Theme,
    places: Mapping[str, str] | None = None,
) -> str:
    """Return what a side says, as it stands large on its card.

    number: of the card.  places: names of features by id in hexadecimal, for references.
    """
    if dispute.kind == "field":
        if dispute.field == "geometry":
            return _shape_words(dispute, side, number)
        return value_text(dispute.field, side.text, theme, places)
    if side.word == DELETE:
        return _("Delete it")
    details = details_text(side.details, theme)
    if side.word == KEEP:
        return details or _("Keep it")
    if details:
        return details
    return _("Refuse") if side.word == REFUSED else _("Accept")


def details_text(details: Sequence[Detail], theme: Theme) -> str:
    """Return 'Name: Source', one line a value; of a position just its word."""
    order = ["name", "category", "description", "tags", "contact", "geometry"]
    known = [detail for detail in details if detail.field in order]
    known.sort(key=lambda detail: order.index(detail.field))
    known += in_order((d for d in details if is_of_theme(d.field)), theme)
    lines = []
    for detail in [*(d for d in details if d not in known), *known]:
        if not detail.field:
            lines.append(_("Deletion"))
        elif detail.field == "geometry":
            lines.append(field_label("geometry", theme))
        elif text := value_text(detail.field, detail.text, theme):
            name = field_label(detail.field, theme)
            lines.append(_("{name}: {value}").format(name=name, value=text))
    return "\n".join(dict.fromkeys(lines))


def _shape_words(dispute: Dispute, side: Side, number: int) -> str:
    sketch = sketch_of(side)
    if sketch is None:
        return side.text
    if sketch.kind != "point":
        metres = sketch.kind == "line"
        size = format_length(sketch.length_m()) if metres else format_area(sketch.area_m2())
        return _("Outline {number}, {size}").format(number=number, size=size)
    start = sketch_of(dispute.start) if dispute.start is not None else None
    if start is None or start.kind != "point":
        return _("Position {number}").format(number=number)
    before, after = start.parts[0][0][0], sketch.parts[0][0][0]
    return _("{distance} {direction}").format(
        distance=format_distance(distance_m(before, after)),
        direction=direction_words(before, after),
    )


def sketch_of(side: Side | None) -> Sketch | None:
    """Return the shape of a side, None where it has none that can be read."""
    try:
        return Sketch.from_wkb(side.geometry) if side and side.geometry else None
    except CollabMapError:
        return None


def keep_words(dispute: Dispute, side: Side, *, is_short: bool = False) -> tuple[str, str]:
    """Return what the button of a side says, and its icon.  is_short: there is little room."""
    if side.word == KEEP:
        return _("Keep the change"), "check-bold"
    if side.word == DELETE:
        return _("Accept the deletion"), "minus-thick"
    if dispute.kind == "verdict":
        return _("This decision holds"), "check-bold"
    if is_short:
        return _("Keep"), "check-bold"
    if dispute.field == "geometry":
        return _("Keep this shape") if _is_outline(side) else _("Keep this position"), "check-bold"
    return _("Keep this value"), "check-bold"


def own_words(dispute: Dispute) -> tuple[str, str]:
    """Return the icon of the button for a value of one's own, and what it says."""
    field = dispute_field(dispute)
    if field == "geometry":
        return "map-marker-plus-outline", _("Put it elsewhere")
    if field == "outline":
        return "vector-polyline-edit", _("Draw it otherwise")
    return "pencil", _("Write another value")


def _is_outline(side: Side) -> bool:
    sketch = sketch_of(side)
    return sketch is not None and sketch.kind != "point"


def dispute_field(dispute: Dispute) -> str:
    """Return the field of a dispute as place_words knows it: an outline is no position."""
    is_outline = dispute.field == "geometry" and any(map(_is_outline, dispute.sides))
    return "outline" if is_outline else dispute.field


def headline(dispute: Dispute) -> str:
    """Return what happened, in a sentence."""
    voices = [voice for side in dispute.sides for voice in side.voices]
    if dispute.kind == "delete":
        keep = next(side for side in dispute.sides if side.word != DELETE)
        delete = next(side for side in dispute.sides if side.word == DELETE)
        count = len({(voice.rid, voice.person) for voice in keep.voices})
        words = ngettext(
            "{editor} has changed it, {deleter} suggests deleting it.",
            "{editor} have changed it, {deleter} suggests deleting it.",
            count,
        )
        return words.format(editor=names_of(keep.voices), deleter=names_of(delete.voices))
    if dispute.kind == "verdict":
        return _("Coordinators have decided differently, none knowing of the other’s decision.")
    if len({(voice.rid, voice.person) for voice in voices}) == 2:
        return _("Two people have written something different, without seeing the other’s.")
    return _("Several people have written something different, without seeing the others’.")


def badge_words(item: ReviewItem) -> str:
    """Return 'Disagreement: 1 field'."""
    if any(dispute.kind == "verdict" for dispute in item.disputes):
        return _("Contested")
    fields = sum(dispute.kind == "field" for dispute in item.disputes)
    if not fields:
        return _("Disagreement")
    words = ngettext("Disagreement: {count} field", "Disagreement: {count} fields", fields)
    return words.format(count=fields)


def start_words(dispute: Dispute, theme: Theme) -> str:
    """Return the starting value and whose it was, '' where there was none in common."""
    start = dispute.start
    if start is None:
        return ""
    if dispute.field == "geometry":
        text = _("dotted on the map")
    else:
        text = value_text(dispute.field, start.text, theme) or _("(empty)")
    voice = start.voices[0]
    by = _("{name}, {time}").format(name=name_or(voice), time=when(voice.at_ms))
    return _("{value} ({by})").format(value=text, by=by)


def also_accepted(item: ReviewItem, theme: Theme) -> str:
    """Return what else is accepted with a decision, '' if nothing is."""
    disputed = {dispute.field for dispute in item.disputes}
    for dispute in item.disputes:
        disputed |= {detail.field for side in dispute.sides for detail in side.details}
    fields = [field.field for field in item.fields if field.field not in disputed]
    fields += item.private_changed
    if not fields:
        return ""
    names = field_words(fields, theme)
    return _("Accepted along with it: {names}.").format(names=names)
