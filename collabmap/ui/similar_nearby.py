"""While a place is added, its name and where it lies are held against what is near it."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from collabmap.app.similar import Asked, Similar
from collabmap.app.words import format_distance, ngettext
from collabmap.domain.feature import PlaceView
from collabmap.domain.geo import LngLat
from collabmap.ui.map.letter_lines import Lettered, LetterLines
from collabmap.ui.newest import Newest
from collabmap.ui.panels.form_values import FormValues
from collabmap.ui.widgets.announcing import announce

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow
    from collabmap.ui.panels.place_form import PlaceForm


class SimilarNearby(QObject):
    """follow(form) looks while a new place is entered.

    confirmed: called with the place that it is after all, and what was entered.
    """

    def __init__(
        self, window: "MainWindow", confirmed: Callable[[PlaceView, FormValues], object]
    ) -> None:
        super().__init__(window)
        self._window, self._confirmed = window, confirmed
        self._form: PlaceForm | None = None
        self._asked: Asked | None = None
        self.lines = LetterLines(window.map)
        self._newest = Newest(window.tasks, self)

    def follow(self, form: "PlaceForm | None") -> None:
        """Look for what a form enters; None: nothing is entered any more."""
        self._form, self._asked = None, None
        self._newest.forget()
        self._clear_map()
        if form is None or form.place is not None:
            return
        self._form = form
        form.fields_changed.connect(self._look)
        form.similar.chosen.connect(lambda _similar: self._show_on_map())
        form.similar.confirmed.connect(self._confirm)
        self._look()

    def _look(self) -> None:
        form = self._form
        if form is None:
            return
        values = form.values()
        position = values.position if values.way == "point" else _first_of(values)
        asked = None
        if form.has_place and position is not None:
            asked = Asked(values.name, values.category, position)
        if asked == self._asked:
            return
        self._asked = asked
        if asked is None:
            self._newest.forget()
            self._take(form, None, ())
            return
        theme = self._window.theme
        self._newest.ask(
            lambda reader: reader.similar(asked, theme),
            lambda found: self._take(form, asked, found),
        )

    def _take(self, form: "PlaceForm", asked: Asked | None, found: tuple[Similar, ...]) -> None:
        if form is not self._form or asked != self._asked:
            return
        if [row.similar for row in form.similar.rows] == list(found):
            return
        had_any = bool(form.similar.rows)
        form.show_similar(found)
        self._show_on_map()
        if found and not had_any:
            words = ngettext(
                "{count} place close by may be the same", "{count} places close by may be the same",
                len(found),
            )  # fmt: skip
            announce(form, words.format(count=len(found)))

    def _show_on_map(self) -> None:
        form, asked = self._form, self._asked
        if form is None or asked is None or not form.similar.rows:
            self._clear_map()
            return
        current = form.similar.current
        self.lines.show(
            asked.position,
            [
                Lettered(
                    row.similar.place.id,
                    row.letter,
                    LngLat(row.similar.place.lng, row.similar.place.lat),
                    format_distance(row.similar.place.distance_m) if row.similar == current else "",
                )
                for row in form.similar.rows
            ],
        )

    def _clear_map(self) -> None:
        self.lines.show(None, ())
        self._window.filter.show_on_map()

    def _confirm(self, similar: Similar) -> None:
        form = self._form
        if form is None:
            return
        entered = form.values()
        self._window.tasks.read(
            lambda reader: reader.place(similar.place.id),
            lambda place: place is not None and self._confirmed(place, entered),
            owner=self,
            key="similar",
        )


def _first_of(values: FormValues) -> LngLat | None:
    if values.sketch is None:
        return None
    return next((position for _vertex, position in values.sketch.vertices()), None)


def completed(place: PlaceView, entered: FormValues) -> FormValues:
    """Return what a place's form holds once what was entered for a new one is added to it.

    Its name, its category, its answers and where it lies stay: words, keywords, a contact and
    answers that it lacks come to it.
    """
    words = [text for text in (place.description, entered.description) if text]
    same = len(words) == 2 and words[1] in words[0]
    return replace(
        FormValues(place.category, place.name),
        description=words[0] if same else "\n".join(words),
        tags=tuple(dict.fromkeys((*place.tags, *entered.tags))),
        contact=entered.contact or place.contact or "",
        position=LngLat(place.lng, place.lat),
        fields={**entered.fields, **place.values},
    )
