"""The body of a review card: what differs, part by part, and what was said of it."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.care_words import care_words
from collabmap.app.field_words import MOST_STRANGE, in_order, known_values, theme_value_words
from collabmap.app.words import _
from collabmap.domain.change import FIELD_PREFIX
from collabmap.domain.feature import Photo
from collabmap.domain.geo import LngLat
from collabmap.domain.theme import Theme
from collabmap.review.queue import FieldChange, ReviewItem, private_texts
from collabmap.ui import look
from collabmap.ui.panels.place_parts import comment_line
from collabmap.ui.panels.place_photos import Photos
from collabmap.ui.panels.review_ask import asked_block
from collabmap.ui.panels.review_fields import FieldRow, Unchanged, value_text
from collabmap.ui.panels.review_parts import (
    LinkRow,
    PartRow,
    PhotoParts,
    TagsRow,
    Way,
    link_parts,
)
from collabmap.ui.panels.review_readings import ReadingsRow, reading_parts
from collabmap.ui.place_words import field_label
from collabmap.ui.position_words import degrees_words
from collabmap.ui.widgets.note import Note
from collabmap.ui.widgets.text import Text

# A place cannot do without these: of a new one they are taken with it.
_NEEDED = frozenset({"name", "category", "geometry"})


class Numbered(NamedTuple):
    """What a digit does, and where that is seen."""

    do: Callable[[], object]
    shown: QWidget


class CardBody(QWidget):
    """Built anew for each item.

    rows: the parts that can be taken or left.  numbered: what each digit does, from 1.  changed:
    something was taken or left.
    """

    changed = Signal()
    photo_opened = Signal(object)

    def __init__(self, item: ReviewItem, theme: Theme) -> None:
        super().__init__()
        self._item = item
        self._theme = theme
        self.rows: list[PartRow] = []
        self.numbered: list[Numbered] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(look.px(8))
        self._add_warnings()
        for field in _shown(item.fields, theme):
            self._add_field(field)
        if item.kind != "delete":
            self._add_private()
        self._add_elements()
        self._add_words()
        if rows := self._unchanged():
            # What would go is seen before it goes.
            self._layout.addWidget(Unchanged(rows, goes=item.kind == "delete"))
        self._layout.addStretch(1)

    # --- what stands in the fields when it is edited --------------------------------------

    def value(self, field: str, shown: str) -> str:
        """Return a value as it would be published now.  shown: where nobody left anything out."""
        change = next((f for f in self._item.fields if f.field == field), None)
        is_left = change is not None and any(field in row.left for row in self.rows)
        return (change.before or "") if change is not None and is_left else shown

    def keywords(self) -> tuple[str, ...]:
        """Return the keywords as they would be published now."""
        parts = self._item.parts
        left = frozenset().union(*(row.left for row in self.rows))
        gone = (parts.added & left) | (parts.going - left)
        return tuple(tag for tag in self._item.place.tags if f"tag:{tag}" not in gone)

    def show_measures(self, before: str, after: str) -> None:
        """Say how large an outline was and would be."""
        for row in self.rows:
            if isinstance(row, FieldRow) and row.is_redrawn:
                row.show_measures(before, after)

    # --- building ----------------------------------------------------------------------------

    def _add_warnings(self) -> None:
        item = self._item
        if item.kind == "delete" or item.place.care:
            self._layout.addSpacing(look.px(2))
        if item.kind == "delete":
            author = item.author_name or _("somebody")
            self._layout.addWidget(
                Note(
                    _("Accepted, it leaves the map. It is kept in the history."),
                    title=_("{name} suggests deleting this place").format(name=author),
                    icon="minus-thick",
                    colour="danger",
                )
            )
        if item.place.care:
            note = Note(care_words(item.place.care), icon="alert", colour="danger")
            self._layout.addWidget(note)

    def _next(self) -> int:
        return len(self.numbered) + 1

    def _add_row(self, row: PartRow) -> None:
        """Put a row on the card, with the digit that takes or leaves it."""
        self.rows.append(row)
        if row.take is not None:
            self.numbered.append(Numbered(row.toggle, row))
        row.changed.connect(self.changed)
        self._layout.addWidget(row)

    def _add_field(self, field: FieldChange) -> None:
        item = self._item
        if item.kind == "delete":
            self._layout.addWidget(FieldRow(item, field, self._theme))
        elif field.field == "tags":
            added, going = (item.parts.words(p) for p in (item.parts.added, item.parts.going))
            if added or going:
                by = field.author_name if field.author_name not in ("", item.author_name) else ""
                self._add_row(TagsRow(_("Keywords"), added, going, self._next(), by))
        elif item.kind != "new" or field.field not in _NEEDED:
            # What was never published cannot be put back.
            is_needed = field.field in _NEEDED and field.before is None
            number = 0 if is_needed else self._next()
            self._add_row(FieldRow(item, field, self._theme, number))

    def _add_private(self) -> None:
        item, before = self._item, self._item.parts.private_before
        fields = [
            FieldChange(name, None if item.kind == "new" else before.get(name, ""), after, ())
            for name, after in private_texts(item).items()
        ]
        for field in in_order(fields, self._theme):
            self._add_row(FieldRow(item, field, self._theme, self._next()))
        if fields:
            self._layout.addWidget(Text(_("Only coordinators can read it."), "second"))

    def _way(self, part: str) -> Way | None:
        parts = self._item.parts
        if self._item.kind == "delete":
            return None
        return "added" if part in parts.added else "going" if part in parts.going else None

    def _add_elements(self) -> None:
        place = self._item.place
        same: list[Photo] = []
        differ: list[tuple[Photo, Way]] = []
        for photo in place.photos:
            if way := self._way(f"photo:{photo.element.hex()}"):
                differ.append((photo, way))
            else:
                same.append(photo)
        if differ:
            photos = PhotoParts(differ, self._next(), self._theme)
            photos.opened.connect(self.photo_opened)
            self._layout.addWidget(photos)
            for part in photos.parts:
                self.rows.append(part)
                self.numbered.append(Numbered(part.toggle, part))
                part.changed.connect(self.changed)
        if same:
            unchanged = Photos(tuple(same), self._theme)
            unchanged.opened.connect(self.photo_opened)
            self._layout.addWidget(unchanged)
        ways = ((link, self._way(f"link:{link.element.hex()}")) for link in place.links)
        for links, its_way in link_parts((link, way) for link, way in ways if way):
            self._add_row(LinkRow(links, its_way, self._next(), self._theme))
        for way, found, elements in reading_parts(place.measured, self._way):
            self._add_row(ReadingsRow(found, elements, way, self._next(), self._theme))

    def _add_words(self) -> None:
        item = self._item
        self._layout.addSpacing(look.px(4))
        for question in item.place.questions:
            self._layout.addWidget(asked_block(question))
        told = {comment.text for comment in item.place.comments}
        # A comment says by itself who wrote it and when.
        if item.note and item.note not in told:
            row = QHBoxLayout()
            row.setSpacing(look.px(6))
            row.addWidget(Text(_("Their note:"), "label"))
            row.addWidget(Text(_("“{words}”").format(words=item.note), "body", wrap=True), 1)
            self._layout.addLayout(row)
        for comment in item.place.comments:
            self._layout.addWidget(comment_line(comment))

    def _unchanged(self) -> list[tuple[str, str]]:
        """Return the fields that stay as they are, those that are empty left out."""
        item = self._item
        if item.kind == "new":
            return []
        place = item.place
        values = {
            "name": place.name,
            "category": value_text("category", place.category, self._theme),
            "description": place.description,
            "tags": ", ".join(place.tags),
            "geometry": place.where or degrees_words(LngLat(place.lng, place.lat)),
            "contact": place.contact or "",
            **{
                f"{FIELD_PREFIX}{key}": theme_value_words(
                    key, place.values.get(key), self._theme, item.named
                )
                for key in known_values(place.values, place.category, self._theme)
            },
        }
        changed = {field.field for field in item.fields} | {*item.private_changed}
        same = {f: words for f, words in values.items() if words and f not in changed}
        return [(field_label(f, self._theme), words) for f, words in same.items()]


def _shown(fields: Iterable[FieldChange], theme: Theme) -> list[FieldChange]:
    """Return fields in order; of those that the theme does not know only some: see MOST_STRANGE."""
    ordered = in_order(fields, theme)
    strange = [
        field.field
        for field in ordered
        if field.is_of_theme and theme.field(field.field.removeprefix(FIELD_PREFIX)) is None
    ]
    too_many = frozenset(strange[MOST_STRANGE:])
    return [field for field in ordered if field.field not in too_many]
