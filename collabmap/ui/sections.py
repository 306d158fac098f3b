"""The sections of "Prepare": which there are, which is shown, and how each stands."""

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject

from collabmap.app import readiness
from collabmap.app.readiness import Line
from collabmap.app.readiness_words import says
from collabmap.app.words import _, format_number, ngettext
from collabmap.ui.people_words import waits
from collabmap.ui.widgets.section_list import Section, SectionList, State

if TYPE_CHECKING:
    from collabmap.app.session import Session
    from collabmap.ui.main_window import MainWindow

TABLE = (
    Section("evening", lambda: _("The evening"), "calendar-check", ("evening",)),
    Section("base_map", lambda: _("Base map"), "layers", ("base_maps", "base_map_new")),
    Section("categories", lambda: _("Categories"), "shape-outline", ("categories",)),
    Section("people", lambda: _("People"), "account-multiple", ("people",)),
    Section("ecosystem", lambda: _("Ecosystem"), "graph-outline", ("link_types",)),
    Section("results", lambda: _("Results"), "chart-box-outline", ("results",)),
)


class Sections(QObject):
    """current: name of the section in view, or the one to come back to."""

    def __init__(self, window: "MainWindow", panels: dict[str, str]) -> None:
        """panels: the panels that this program has; a section without one is not shown."""
        super().__init__(window)
        self._window = window
        self._panels = {
            section.name: name
            for section in TABLE
            for name in reversed(section.panels)
            if name in panels
        }
        self.sections = tuple(section for section in TABLE if section.name in self._panels)
        self.current = self.sections[0].name
        window.effects_arrived.connect(self._on_effect)
        window.project_changed.connect(self._on_project)
        window.base_maps.changed.connect(self._on_base_maps)
        self._base_map: Line | None = None

    def build(self) -> SectionList:
        """Return the widget, in the language in use now."""
        self.list = SectionList(_("Prepare"), self.sections)
        self.list.picked.connect(self.go_to)
        return self.list

    def root(self) -> str:
        """Return the panel of the current section."""
        return self._panels[self.current]

    def go_to(self, name: str) -> None:
        """Show a section; the mode becomes 'prepare'."""
        self.current = name
        self._window.go_to_mode("prepare")

    def follow(self) -> None:
        """Show what is current, and how the sections stand."""
        window = self._window
        is_here = window.mode == "prepare" and window.is_coordinator
        window.body.show_sections(is_here)
        if not is_here or window.info is None:
            return
        self.list.choose(self.current)
        self.list.set_file(window.info.path.name)
        self.show_base_map()
        window.tasks.write(_standing, self._on_standing, owner=self.list, key="sections")

    def _on_effect(self, _effect: object) -> None:
        if self._window.mode == "prepare" and self._window.is_coordinator:
            self.follow()

    def _on_project(self, _info: object) -> None:
        self._base_map = None
        self.current = self.sections[0].name

    def _on_base_maps(self) -> None:
        self._base_map = None
        self.follow()

    def show_base_map(self) -> None:
        """Show whether there is a base map, what is wrong with it, or that one is being made."""
        work, line = self._window.base_map_work, self._base_map
        if work.is_running or work.offer is not None:
            words = _("being made") if work.is_running else _("begun, not finished")
            self.show_state("base_map", "running", words)
        elif not self._window.base_maps.is_any_shown:
            self.show_state("base_map", "look", _("there is none"))
        else:
            # One that nobody has looked through yet is there all the same.
            is_wrong = line is not None and line.state == "look"
            words = says(line) if line is not None else _("there is one")
            self.show_state("base_map", "look" if is_wrong else "done", words)

    def note_base_map(self, line: Line) -> None:
        """Take how it stands with the base map, as the list for the evening says it."""
        self._base_map = line
        self.show_base_map()

    def _on_standing(self, standing: "Standing") -> None:
        self.note_base_map(standing.base_map)
        count = standing.waiting
        words = ngettext("{count} computer waits", "{count} computers wait", count)
        state: State = "look" if count else ""
        said = words.format(count=format_number(count)) if count else ""
        self.show_state("people", state, said)
        line = standing.categories
        self.show_state("categories", "done" if line.state == "done" else "look", says(line))

    def show_state(self, section: str, state: State, words: str) -> None:
        """Show how a section stands, in a sign and in words."""
        if section in self.list.rows:
            self.list.rows[section].set_state(state, words)


class Standing(NamedTuple):
    """waiting: computers that wait to be let in."""

    waiting: int
    base_map: Line
    categories: Line


def _standing(session: "Session") -> Standing:
    waiting = sum(waits(device) for device in session.devices())
    return Standing(waiting, readiness.base_map(session), readiness.categories(session))
