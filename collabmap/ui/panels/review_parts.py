"""The parts of a review card that are taken or left out one by one: keywords, photos, links."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGraphicsOpacityEffect, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.link_words import link_words
from collabmap.app.words import _, format_number, ngettext
from collabmap.domain.feature import Link, Photo
from collabmap.domain.theme import Theme
from collabmap.review.word_diff import Piece
from collabmap.ui import look
from collabmap.ui.panels.place_photos import Thumbnail, photo_words
from collabmap.ui.widgets.chips import Chip
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.marks import Badge
from collabmap.ui.widgets.take_box import TakeBox
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.value_box import FADED, ValueBox

Way = Literal["added", "going"]
# Links with a line each.
_MOST_LINKS = 20
_STATES = {"added": "new", "going": "delete_proposed"}


class PartRow(QWidget):
    """A label, perhaps whose it is, and whether it is taken; below them what it is.

    parts: their names, as review/parts.py has them.  number: the key that takes or leaves it.
    changed: it was taken or left out.
    """

    changed = Signal()

    def __init__(
        self, label: str | QWidget, parts: Sequence[str], number: int = 0, *, by: str = ""
    ) -> None:
        super().__init__()
        self.parts = frozenset(parts)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(0 if number else look.px(5))
        head = QHBoxLayout()
        head.setSpacing(look.px(6))
        head.addWidget(Text(label, "label") if isinstance(label, str) else label)
        if by:
            head.addWidget(Text(_("by {name}").format(name=by), "muted"))
        head.addStretch(1)
        self.take: TakeBox | None = None
        if number:
            self.take = TakeBox(label if isinstance(label, str) else label.accessibleName(), number)
            self.take.toggled.connect(self._on_toggled)
            head.addWidget(self.take)
        self.box.addLayout(head)

    @property
    def left(self) -> frozenset[str]:
        """The names of the parts that are left out."""
        is_out = self.take is not None and not self.take.isChecked()
        return self.parts if is_out else frozenset()

    def toggle(self) -> None:
        """Take it, or leave it out."""
        if self.take is not None:
            self.take.toggle()

    def _on_toggled(self, is_taken: bool) -> None:
        self.fade(not is_taken)
        self.changed.emit()

    def fade(self, is_faded: bool) -> None:
        """Show that what it brings is not taken."""


class TagsRow(PartRow):
    """Keywords that come or go, each a chip to take or to leave out; the key does it to all."""

    def __init__(
        self, label: str, added: Sequence[str], going: Sequence[str], number: int, by: str = ""
    ) -> None:
        super().__init__(label, [f"tag:{word}" for word in (*added, *going)], number, by=by)
        self.chips: dict[str, Chip] = {}
        flow = Flow(gap=look.px(6))
        names = {"added": _("Keyword added"), "going": _("Keyword taken away")}
        for way, words in (("added", added), ("going", going)):
            for word in words:
                chip = Chip(word, names[way], state=_STATES[way])
                chip.setCheckable(True)
                chip.setChecked(True)
                chip.toggled.connect(self._on_chip)
                self.chips[word] = chip
                flow.add(chip)
        self.box.addWidget(flow)

    @property
    def left(self) -> frozenset[str]:
        return frozenset(f"tag:{w}" for w, chip in self.chips.items() if not chip.isChecked())

    def _on_chip(self) -> None:
        for word, chip in self.chips.items():
            chip.set_text(word if chip.isChecked() else _("{word} (left out)").format(word=word))
        assert self.take is not None
        self.take.blockSignals(True)
        self.take.setChecked(any(chip.isChecked() for chip in self.chips.values()))
        self.take.blockSignals(False)
        self.take.update()
        self.changed.emit()

    def fade(self, is_faded: bool) -> None:
        for chip in self.chips.values():
            chip.setChecked(not is_faded)


class PhotoPart(PartRow):
    """A photo that comes or goes.  opened: it is to be seen large."""

    opened = Signal(object)

    def __init__(self, photo: Photo, way: Way, number: int, theme: Theme) -> None:
        words = _("Photo added") if way == "added" else _("Photo taken away")
        badge = Badge(_STATES[way], _("Newly added") if way == "added" else _("Taken away"))
        badge.setAccessibleName(words)
        super().__init__(badge, [f"photo:{photo.element.hex()}"], number)
        self.thumbnail = Thumbnail(photo, theme)
        self.thumbnail.setAccessibleName(
            _("{name}: {value}").format(name=words, value=photo_words(photo, theme))
        )
        self.thumbnail.clicked.connect(lambda: self.opened.emit(photo))
        self.box.addWidget(self.thumbnail)
        self.box.addWidget(Text(photo_words(photo, theme), "second", wrap=True))

    def fade(self, is_faded: bool) -> None:
        effect = QGraphicsOpacityEffect(self.thumbnail) if is_faded else None
        if effect is not None:
            effect.setOpacity(FADED)
        self.thumbnail.setGraphicsEffect(effect)  # type: ignore[arg-type]


class PhotoParts(QWidget):
    """What comes and what goes, two beside each other.  opened: a Photo."""

    opened = Signal(object)

    def __init__(self, photos: Sequence[tuple[Photo, Way]], number: int, theme: Theme) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(look.px(12))
        grid.addWidget(Text(_("Photos"), "label"), 0, 0, 1, 2)
        self.parts: list[PhotoPart] = []
        for at, (photo, way) in enumerate(photos):
            part = PhotoPart(photo, way, number + at, theme)
            part.opened.connect(self.opened)
            self.parts.append(part)
            grid.addWidget(part, 1 + at // 2, at % 2)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)


class LinkRow(PartRow):
    """Links that come or go: one, or all those for which a line each would be too many."""

    def __init__(self, links: Sequence[Link], way: Way, number: int, theme: Theme) -> None:
        label = _("Link added") if way == "added" else _("Link taken away")
        super().__init__(label, [f"link:{link.element.hex()}" for link in links], number)
        if len(links) == 1:
            [link] = links
            words = f"{link_words(theme, link.type)} → {link.name or _('(removed)')}"
        else:
            counted = ngettext("{count} other link", "{count} other links", len(links))
            words = counted.format(count=format_number(len(links)))
        self._value = ValueBox((Piece(words, True),), "new" if way == "added" else "old")
        self.setAccessibleName(_("{name}: {value}").format(name=label, value=words))
        self.box.addWidget(self._value)

    def fade(self, is_faded: bool) -> None:
        self._value.inner.set_faded(is_faded)


def link_parts(links: Iterable[tuple[Link, Way]]) -> Iterator[tuple[Sequence[Link], Way]]:
    """Yield links by the lines that tell of them: one each, and the last for what is left."""
    ways: tuple[Way, ...] = ("added", "going")
    differ = list(links)
    for way in ways:
        found = [link for link, its_way in differ if its_way == way]
        yield from (([link], way) for link in found[:_MOST_LINKS])
        if rest := found[_MOST_LINKS:]:
            yield rest, way
