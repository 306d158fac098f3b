"""While a place is added, what similar places have is offered in its form."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from collabmap.app.usual_questions import Usual
from collabmap.domain.geo import LngLat
from collabmap.ui.newest import Newest

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow
    from collabmap.ui.panels.place_form import PlaceForm


class UsualNearby(QObject):
    """follow(form) asks once it is known what is added, and where."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._form: PlaceForm | None = None
        self._asked: tuple[str, LngLat | None] | None = None
        self._newest = Newest(window.tasks, self)

    def follow(self, form: "PlaceForm | None") -> None:
        """Offer what is usual in a form; None: there is none any more."""
        self._form, self._asked = form, None
        self._newest.forget()
        if form is not None:
            form.fields_changed.connect(self._look)
            self._look()

    def _look(self) -> None:
        form = self._form
        if form is None:
            return
        category, position = form.tiles.chosen(), form.position
        if not category or (category, position) == self._asked:
            return
        self._asked = category, position
        self._newest.ask(
            lambda reader: reader.usual_values(category, position),
            lambda usual: self._take(form, category, usual),
        )

    def _take(self, form: "PlaceForm", category: str, usual: Usual) -> None:
        if form is self._form and form.tiles.chosen() == category:
            form.fields.offer(usual.values)
            form.offer_tags(usual.tags)
