"""The first four steps by which an evening is prepared: where, on what map, what about, when."""

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from collabmap.app import consenting, evening
from collabmap.app.evening import Evening
from collabmap.app.guide import Standing
from collabmap.app.place_kinds import kind_icon, kind_words
from collabmap.app.readiness_words import says, state_words
from collabmap.app.themes import ready_names, ready_theme
from collabmap.app.words import _, format_number, language, ngettext
from collabmap.domain.geo import Bbox
from collabmap.domain.territory import Territory
from collabmap.ui import look
from collabmap.ui.map.area_overlay import AreaOverlay, size_words
from collabmap.ui.panels.evening_parts import PlanForm
from collabmap.ui.place_words import sentence
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.choice_card import WayCard
from collabmap.ui.widgets.fields import LineField
from collabmap.ui.widgets.line_list import Line, LineList
from collabmap.ui.widgets.note import Ground, Note
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.app.place_search import Answer, FoundPlace
    from collabmap.ui.main_window import MainWindow

SOON_MS = 250
LIST_ROWS = 4
# Around the middle of a place of which only that is known: about a kilometre and a half.
_AROUND_DEG = 0.014
_MARGIN_PX = 60


class GuideStep(QWidget):
    """One step.  moved_on: it is done, the next one may come.  changed: something was made.

    Fill `body`; `show_standing` says what is true now; `finish` does what "Next" means here.
    """

    moved_on = Signal()
    changed = Signal()

    def __init__(self, window: "MainWindow", title: str, words: str) -> None:
        super().__init__()
        self.main = window
        self.title = title
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(look.px(10))
        self.body.addWidget(Text(title, "heading", wrap=True))
        self.body.addWidget(Text(words, "muted", wrap=True))

    def show_standing(self, standing: Standing) -> None:
        """Show what is true now."""

    def entered(self) -> None:
        """Called when the step comes into view."""

    def left(self) -> None:
        """Called when the step goes out of view."""

    def finish(self) -> None:
        """Do what "Next" means here, then move on."""
        self.moved_on.emit()

    def first_focus(self) -> QWidget | None:
        return None


class TerritoryStep(GuideStep):
    """area: what is chosen now, None before anything is.  name: of the place, '' for none."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(
            window,
            _("Where is it?"),
            _("Every copy opens there, and a base map is made of it."),
        )
        self.area: Bbox | None = None
        self.name = ""
        self._known: Territory | None = None
        self._found: tuple[FoundPlace, ...] = ()
        self._overlay: AreaOverlay | None = None
        self.search = LineField(_("Name of a town or a quarter"))
        self.search.setAccessibleName(_("Name of a town or a quarter"))
        self.search.make_clearable()
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._look)
        self.search.textChanged.connect(self._soon.start)
        self.search.returnPressed.connect(self._take_first)
        self.list = LineList(window.theme, _("Places with this name"))
        self.list.opened.connect(self._on_place)
        self.list.hide()
        self.nothing = Text("", "muted", wrap=True)
        self.nothing.hide()
        self.in_view = Button(_("What the map shows"), icon="fullscreen", height_px=40)
        self.in_view.clicked.connect(self.take_view)
        self.said = Note("", icon="map-marker-radius")
        for part in (self.search, self.list, self.nothing):
            self.body.addWidget(part)
        self.body.addWidget(self.in_view, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.said)
        hint = _("Pull the handles on the map. Keys: arrows move, Shift and arrows make it larger.")
        self.body.addWidget(Text(hint, "second", wrap=True))
        self._say()

    def first_focus(self) -> QWidget | None:
        return self.search

    def show_standing(self, standing: Standing) -> None:
        if standing.territory is not None and standing.territory != self._known:
            self.area, self.name = standing.territory.box, standing.territory.name
            self._show(fits=True)
        self._known = standing.territory

    def entered(self) -> None:
        if self._overlay is None:
            self._overlay = AreaOverlay(self.main.map)
            self._overlay.changed.connect(self._on_pulled)
        self._show(fits=self.area is not None)

    def left(self) -> None:
        overlay, self._overlay = self._overlay, None
        if overlay is not None:
            overlay.discard()

    # --- choosing ----------------------------------------------------------------------------

    def _look(self) -> None:
        text = self.search.text().strip()
        if not text or self.main.lanes is None:
            self._on_answer(None)
            return
        near = self.main.map.centre()
        self.main.tasks.read(
            lambda reader: reader.find_on_map(text, near), self._on_answer, owner=self, key="town"
        )

    def _on_answer(self, answer: "Answer | None") -> None:
        self._found = answer.found if answer is not None else ()
        self.list.set_lines(
            [
                Line(
                    place.name,
                    " · ".join(part for part in (kind_words(place.kind), place.where) if part),
                    key=number,
                    icon=kind_icon(place.kind),
                    state="yours",
                )
                for number, place in enumerate(self._found)
            ]
        )
        self.list.setFixedHeight(look.px(56) * max(1, min(LIST_ROWS, len(self._found))))
        self.list.setVisible(bool(self._found))
        words = _("Nothing for “{words}”. Show the place on the map, then take what it shows.")
        self.nothing.setText(words.format(words=self.search.text().strip()))
        self.nothing.setVisible(answer is not None and not self._found)

    def _take_first(self) -> None:
        if self._found:
            self._on_place(0)

    def _on_place(self, number: object) -> None:
        assert isinstance(number, int)
        place = self._found[number]
        self.set_area(box_of(place), place.name)
        self.list.hide()

    def take_view(self) -> None:
        """Take what the map shows now, a little less, so that the edge is seen."""
        camera = self.main.map.camera
        dx, dy = camera.width * 0.08, camera.height * 0.08
        low = camera.position_at(dx, camera.height - dy)
        high = camera.position_at(camera.width - dx, dy)
        self.set_area(Bbox(low.lng, low.lat, high.lng, high.lat), "", fits=False)

    def set_area(self, area: Bbox, name: str, *, fits: bool = True) -> None:
        """Choose a territory; it is kept when one goes on."""
        self.area, self.name = area, name
        self._show(fits=fits)

    def _on_pulled(self, area: Bbox) -> None:
        self.area = area
        self._say()

    def _show(self, *, fits: bool) -> None:
        self._say()
        if self._overlay is None:
            return
        self._overlay.show_area(self.area, name=self.name)
        area = self.area
        if fits and area is not None:
            view = self.main.map
            target = view.camera.fitted(area, margin_px=_MARGIN_PX)
            view.jump(target._replace(zoom=view.zoom_within(target.zoom)))

    def _say(self) -> None:
        size = size_words(self.area) if self.area is not None else ""
        parts = [part for part in (self.name, size) if part]
        self.said.title.setText(" · ".join(parts))
        self.said.title.setVisible(bool(parts))
        self.said.text.setText("" if parts else _("Nothing is chosen yet."))
        self.said.text.setVisible(not parts)

    def finish(self) -> None:
        area, name = self.area, self.name
        if area is None or Territory(name, area) == self._known:
            self.moved_on.emit()
            return

        def done(_effect: object) -> None:
            self.changed.emit()
            self.moved_on.emit()

        self.main.tasks.write(lambda session: session.set_territory(name, area), done, owner=self)


def box_of(place: "FoundPlace") -> Bbox:
    """Return the box of a place; of a spot, what lies around it."""
    west, south, east, north = place.box
    if east - west > _AROUND_DEG / 4 and north - south > _AROUND_DEG / 4:
        return place.box
    lng, lat = place.position
    # A degree of longitude is shorter the farther north one is; a town is about as wide as high.
    wide = _AROUND_DEG * 1.4
    return Bbox(lng - wide, lat - _AROUND_DEG, lng + wide, lat + _AROUND_DEG)


class BaseMapStep(GuideStep):
    """The base map: what there is, and the ways to one."""

    def __init__(self, window: "MainWindow", make: Callable[[], object]) -> None:
        """make: opens what makes a base map of the territory."""
        super().__init__(
            window,
            _("On what base map?"),
            _("It lies on this computer, so that the hall needs no network."),
        )
        self.said = Note("", icon="layers")
        self.make = Button(_("Make one for the territory"), icon="layers-plus", height_px=44)
        self.make.clicked.connect(make)
        self.choose = Button(_("Choose a file, or see the base maps"), icon="layers", height_px=44)
        self.choose.clicked.connect(window.commands.open_base_maps)
        for part in (self.said, self.make, self.choose):
            self.body.addWidget(part)

    def show_standing(self, standing: Standing) -> None:
        line = standing.lines["base_map"]
        self.said.title.setText(sentence(state_words(line)))
        self.said.title.show()
        self.said.text.setText(says(line))

    def first_focus(self) -> QWidget | None:
        return self.make


class ThemeStep(GuideStep):
    """What is mapped: a ready theme, which can be made one's own later."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(
            window,
            _("What is it about?"),
            _("What is on the map stays, whichever you choose. It can be undone."),
        )
        self.said = Note("", icon="shape")
        self.body.addWidget(self.said)
        self.cards: dict[str, WayCard] = {}
        for name in ready_names():
            theme = ready_theme(name)
            card = WayCard("shape", theme.label(language()), theme.about(language()))
            card.clicked.connect(lambda _checked=False, each=name: self.apply(each))
            self.cards[name] = card
            self.body.addWidget(card)
        self.edit = Button(_("Change the categories"), "quiet", icon="pencil", height_px=40)
        self.edit.clicked.connect(lambda: window.sections.go_to("categories"))
        self.body.addWidget(self.edit, 0, Qt.AlignmentFlag.AlignLeft)

    def show_standing(self, standing: Standing) -> None:
        for name, card in self.cards.items():
            card.set_mood("chosen" if name == standing.theme else "")
        words = ngettext("{count} category", "{count} categories", standing.categories)
        count = words.format(count=format_number(standing.categories))
        name = self.cards[standing.theme].text() if standing.theme else _("A theme of your own")
        self.said.title.setText(name)
        self.said.title.show()
        self.said.text.setText(count)

    def first_focus(self) -> QWidget | None:
        return next(iter(self.cards.values()), None)

    def apply(self, name: str) -> None:
        """Give the map a ready theme."""
        self.main.tasks.write(
            lambda session: session.apply_theme(ready_theme(name)),
            lambda _effect: self.changed.emit(),
            owner=self,
        )


class WordsStep(GuideStep):
    """What people agree to, and when and where they come."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(
            window,
            _("When, and what do people agree to?"),
            _("Whoever opens a copy reads these words first."),
        )
        self.form: PlanForm | None = None
        self._plan = Evening()
        self._words = Ground("sunken")
        self._lines = QVBoxLayout(self._words)
        self._lines.setContentsMargins(look.px(14), look.px(10), look.px(14), look.px(10))
        self._lines.setSpacing(look.px(6))
        self.consent = Text("", "muted", wrap=True)
        self._lines.addWidget(self.consent)
        self.body.addWidget(self._words)
        self.change = Button(_("Change these words"), "quiet", icon="pencil", height_px=40)
        self.change.clicked.connect(window.commands.open_consent)
        self.body.addWidget(self.change, 0, Qt.AlignmentFlag.AlignLeft)
        self._form_box = QVBoxLayout()
        self.body.addLayout(self._form_box)

    def show_standing(self, standing: Standing) -> None:
        lines = consenting.lines_of(standing.consent)
        self.consent.setText("\n".join(f"{line.title} – {line.words}" for line in lines))
        if self.form is None or standing.plan != self._plan:
            self._plan = standing.plan
            self._fill(standing.plan)

    def _fill(self, plan: Evening) -> None:
        if self.form is not None:
            self.form.hide()
            self.form.deleteLater()
        today = datetime.datetime.now().astimezone().date()
        self.form = PlanForm(self.main.words, plan, today, is_part=True)
        self.form.saved.connect(self._on_saved)
        self._form_box.addWidget(self.form)

    def first_focus(self) -> QWidget | None:
        return self.form.day if self.form is not None else None

    def finish(self) -> None:
        if self.form is not None:
            self.form.submit()

    def _on_saved(self, plan: Evening) -> None:
        def done(_none: object) -> None:
            if self.form is not None:
                self.form.forget()
            self.changed.emit()
            self.moved_on.emit()

        self.main.tasks.write(lambda session: evening.set_evening(session, plan), done, owner=self)
