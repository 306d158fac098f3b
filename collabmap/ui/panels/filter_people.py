"""Whose places to show: oneself first, then who has added most, and anybody by name."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from collabmap.app.words import _, format_number, ngettext
from collabmap.ui.widgets.facet_row import FacetRow, Picture, person_picture
from collabmap.ui.widgets.search_field import SearchField
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# So many people are listed; more are found by their names.
MOST = 7


class PeopleChoice(QWidget):
    """It follows the filter of the window."""

    def __init__(self, window: "MainWindow", height_px: int) -> None:
        super().__init__()
        self._window = window
        self._height_px = height_px
        self._rows: dict[bytes, FacetRow] = {}
        self.yours = FacetRow(_("You"), self._own_picture(), height_px=height_px)
        self.yours.clicked.connect(self._on_yours)
        self.search = SearchField(_("Search a person"))
        self.search.textChanged.connect(self._follow)
        self._more = Text("", "second", wrap=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.yours)
        layout.addLayout(self._list)
        layout.addWidget(self.search)
        layout.addWidget(self._more)
        window.filter.changed.connect(self._follow)
        window.filter.answered.connect(self._follow)
        self._follow()

    @property
    def rows(self) -> list[FacetRow]:
        """The people listed, without oneself."""
        return list(self._rows.values())

    def _own_picture(self) -> Picture | None:
        person = self._window.person
        return person_picture(person.id, person.name) if person is not None else None

    def _follow(self) -> None:
        state = self._window.filter
        wanted, answer = state.current, state.answer
        own = self._window.person.id if self._window.person is not None else None
        counts = dict(answer.facets.authors) if answer is not None else {}
        names = answer.names if answer is not None else {}
        self.yours.setEnabled(own is not None)
        self.yours.setChecked(wanted.yours)
        self.yours.set_count(counts.pop(own, 0) if own is not None else 0)
        text = self.search.text().strip().casefold()
        others = [p for p in counts if text in names.get(p, "").casefold()]
        # Whoever is chosen stays in view, also with nothing to show.
        others.sort(key=lambda p: (p not in wanted.authors, -counts[p], names.get(p, "")))
        shown = others[: max(MOST, len(wanted.authors))]
        if shown != list(self._rows):
            self._build(shown, names)
        for person, row in self._rows.items():
            row.setChecked(person in wanted.authors)
            row.set_count(counts.get(person, 0))
        left = len(others) - len(shown)
        self.search.setVisible(len(counts) > MOST)
        self._more.setVisible(left > 0 or (bool(text) and not others))
        words = ngettext("and {count} more person", "and {count} more people", left)
        self._more.setText(words.format(count=format_number(left)) if left else _("Nobody"))

    def _build(self, people: list[bytes], names: dict[bytes, str]) -> None:
        focused = next((p for p, row in self._rows.items() if row.hasFocus()), None)
        for row in self._rows.values():
            row.hide()
            row.deleteLater()
        self._rows = {}
        for person in people:
            name = names.get(person) or _("Without a name")
            row = FacetRow(name, person_picture(person, name), height_px=self._height_px)
            row.clicked.connect(lambda on, p=person: self._on_person(p, on))
            self._list.addWidget(row)
            self._rows[person] = row
        if focused in self._rows:
            self._rows[focused].setFocus()

    def _on_yours(self, is_on: bool) -> None:
        state = self._window.filter
        state.set(replace(state.current, yours=is_on))

    def _on_person(self, person: bytes, is_on: bool) -> None:
        state = self._window.filter
        chosen = state.current.authors
        state.set(replace(state.current, authors=chosen | {person} if is_on else chosen - {person}))
