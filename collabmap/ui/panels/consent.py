"""What people agree to on this map: its own words, in both languages, and who agreed to which."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.consenting import Agreed, usual_lines
from collabmap.app.words import _, explain, format_number, ngettext
from collabmap.domain.consent import MAX_LINES, MAX_WORDS, Consent, Promise
from collabmap.errors import CollabMapError
from collabmap.ui import look
from collabmap.ui.place_words import day_and_time
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.fields import LineField
from collabmap.ui.widgets.note import Note
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.two_columns import TwoColumns

MOST_PEOPLE = 100


class _Line(NamedTuple):
    row: QWidget
    title: LineField
    words: LineField


class LinesForm(QWidget):
    """The lines in one language; an empty one is left out.  changed: something was typed."""

    changed = Signal()

    def __init__(self, title: str, language: str) -> None:
        super().__init__()
        self._language, self._title = language, title
        self._lines: list[_Line] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(look.px(8))
        self._column.addWidget(Text(title, "heading", wrap=True))
        self.more = Button(_("Add a line"), "quiet", icon="plus", height_px=40, is_flush=True)
        self.more.clicked.connect(self._on_more)
        self._column.addWidget(self.more)

    def show_lines(self, lines: Sequence[Promise]) -> None:
        """Fill in what is said now, or the usual words where the map has none of its own."""
        for line in self._lines:
            line.row.hide()
            line.row.deleteLater()
        self._lines = []
        for said in lines or usual_lines(self._language):
            self._add(said)
        self._allow()

    def lines(self) -> tuple[Promise, ...]:
        """Return what stands there."""
        said = [(line.title.text().strip(), line.words.text().strip()) for line in self._lines]
        return tuple(Promise(title, words) for title, words in said if title)

    def written(self) -> list[Promise]:
        """Return what stands there, finished or not."""
        return [Promise(line.title.text(), line.words.text()) for line in self._lines]

    @property
    def is_usual(self) -> bool:
        """Whether it is what every map says."""
        return self.lines() == usual_lines(self._language)

    def _add(self, said: Promise) -> _Line:
        row = QWidget()
        layout = QVBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, look.px(4))
        layout.setSpacing(look.px(4))
        number = format_number(len(self._lines) + 1)
        title, words = LineField(_("In a few words")), LineField(_("What it means"))
        for field, text, name in (
            (title, said.title, _("Line {number}, title")),
            (words, said.words, _("Line {number}, what it means")),
        ):
            field.setMaxLength(MAX_WORDS)
            field.setText(text)
            # A long one is read from its beginning.
            field.setCursorPosition(0)
            field.setAccessibleName(f"{self._title}: {name.format(number=number)}")
            field.textEdited.connect(self.changed)
            layout.addWidget(field)
        line = _Line(row, title, words)
        self._lines.append(line)
        self._column.insertWidget(self._column.indexOf(self.more), row)
        return line

    def _on_more(self) -> None:
        self._add(Promise("", "")).title.setFocus()
        self._allow()

    def _allow(self) -> None:
        self.more.setVisible(len(self._lines) < MAX_LINES)


class ConsentPage(TwoColumns):
    """save_wanted: (lines in French, lines in English).  typed: something was written."""

    save_wanted = Signal(object, object)
    typed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._consent: Consent | None = None
        self._is_typed = False
        self.left.addWidget(Text(_("What people agree to"), "title", wrap=True))
        self.version = Text("", "muted", wrap=True)
        self.left.addWidget(self.version)
        self.forms = {
            "fr": LinesForm(_("In French"), "fr"),
            "en": LinesForm(_("In English"), "en"),
        }
        for form in self.forms.values():
            form.changed.connect(self._on_typed)
            self.left.addWidget(form)
        self.error = Text("", "error", wrap=True)
        self.error.hide()
        self.left.addWidget(self.error)
        self.save = Button(_("Use these words"), "primary", icon="check-bold", height_px=48)
        self.save.clicked.connect(self._on_save)
        self.left.addWidget(self.save)
        words = _(
            "Everybody is asked once more, at their next turn. What they added stays as it is."
        )
        self.left.addWidget(Note(words))
        self.left.addStretch(1)
        self.right.addWidget(Text(_("Who agreed"), "title", wrap=True))
        self.count = Text("", "muted", wrap=True)
        self.right.addWidget(self.count)
        self._people = QVBoxLayout()
        self._people.setSpacing(look.px(10))
        self.right.addLayout(self._people)
        self.right.addStretch(1)

    def show_consent(self, consent: Consent, agreed: Sequence[Agreed]) -> None:
        """Show the words of now, unless somebody is writing others, and who agreed."""
        if consent != self._consent and not self._is_typed:
            self._consent = consent
            self.forms["fr"].show_lines(consent.fr)
            self.forms["en"].show_lines(consent.en)
            self.version.setText(_("Version {version}").format(version=consent.version))
            self.save.setEnabled(False)
        self._show_people(agreed)

    def _show_people(self, agreed: Sequence[Agreed]) -> None:
        while item := self._people.takeAt(0):
            if row := item.widget():
                row.hide()
                row.deleteLater()
        words = ngettext("{count} person", "{count} people", len(agreed))
        self.count.setText(words.format(count=format_number(len(agreed))))
        for one in agreed[:MOST_PEOPLE]:
            self._people.addWidget(_person_row(one))

    def _on_typed(self) -> None:
        self._is_typed = True
        self.save.setEnabled(True)
        self.typed.emit()

    def written(self) -> str:
        """Return what stands in both languages, as a text to be kept."""
        return json.dumps({name: form.written() for name, form in self.forms.items()})

    def take_up(self, written: str) -> None:
        """Go on with what `written` returned, '' for nothing, unless somebody is writing."""
        if not written or self._is_typed:
            return
        for name, lines in json.loads(written).items():
            self.forms[name].show_lines([Promise(*each) for each in lines])
        self._on_typed()

    def _on_save(self) -> None:
        self.save.setEnabled(False)
        self.error.hide()
        if all(form.is_usual for form in self.forms.values()):
            self.save_wanted.emit((), ())
        else:
            # Both: where one is not said, the other stands for it.
            self.save_wanted.emit(self.forms["fr"].lines(), self.forms["en"].lines())

    def saved(self) -> None:
        """The words are those of the map now."""
        self._is_typed = False

    def refuse(self, error: CollabMapError) -> None:
        """Say why they could not be kept."""
        self.error.setText(" ".join(explain(error)))
        self.error.show()
        self.save.setEnabled(True)


def _person_row(one: Agreed) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(look.px(10))
    lines = QVBoxLayout()
    lines.setSpacing(look.px(1))
    lines.addWidget(Text(one.name, "strong", wrap=True))
    said = _("the current words") if one.is_current else _("version {version}")
    said = said.format(version=one.version)
    lines.addWidget(Text(f"{day_and_time(one.at_ms)} · {said}", "second", wrap=True))
    layout.addLayout(lines, 1)
    return row
