"""What the actions do: the methods that the table of actions names."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit

from collabmap.app.deed_words import deed_words, left_words
from collabmap.app.words import _, explain
from collabmap.errors import CollabMapError, NothingToRedo, NothingToUndo
from collabmap.ui import going, top_menus
from collabmap.ui.messages import Kind
from collabmap.ui.panels.browse import BrowsePanel
from collabmap.ui.panels.place_card import PlaceCard
from collabmap.ui.widgets.popover import Popover

if TYPE_CHECKING:
    from collabmap.app.undoing import UndoResult
    from collabmap.ui.main_window import MainWindow


class Commands(QObject):
    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window

    # --- places --------------------------------------------------------------------------

    def add_place(self, category: str = "") -> None:
        """Begin a new place; a palette tile has chosen its category already."""
        window = self._window
        if window.mode != "contribute":
            window.go_to_mode("contribute")
        elif not isinstance(window.panel_host.current, BrowsePanel) and not window.placing.form:
            window.panel_host.back_to_root()
        window.placing.add(category)

    def open_place(self, feature: bytes) -> None:
        """Show the card of a place, unless a form or another task has the panel."""
        panel = self._window.panel_host.current
        if isinstance(panel, PlaceCard):
            if not panel.is_moving:
                panel.show_place(feature)
        elif panel is not None and panel.opens_places:
            card = self._window.open_panel("place")
            assert isinstance(card, PlaceCard)
            card.show_place(feature)

    def clear_selection(self) -> None:
        """Close the card of a place; the list comes back."""
        panel = self._window.panel_host.current
        if isinstance(panel, PlaceCard) and not panel.is_moving:
            self._window.map.select(None)
            self._window.panel_host.back()

    def go_to_search(self) -> None:
        """Put the keyboard in the search field."""
        window = self._window
        if window.mode != "contribute":
            window.go_to_mode("contribute")
        if window.placing.form is not None:
            window.placing.give_up()
        window.panel_host.back_to_root()
        window.body.show_tab("panel")
        if isinstance(panel := window.panel_host.current, BrowsePanel):
            panel.search.setFocus()
            panel.search.selectAll()

    # --- undo and saving -----------------------------------------------------------------

    def press_undo(self) -> None:
        """Undo by key or menu: in a text it is the text's own, in a form nobody else's.

        While something is drawn it is the last step of that.
        """
        if not self._is_typing("undo"):
            self.undo()

    def press_redo(self) -> None:
        """Redo by key or menu; see `press_undo`."""
        if not self._is_typing("redo"):
            self.redo()

    def _is_typing(self, verb: str) -> bool:
        here = QApplication.focusWidget()
        if isinstance(here, QLineEdit | QTextEdit | QPlainTextEdit) and not here.isReadOnly():
            # Not every platform gives every one of our keys to the text itself.
            getattr(here, verb)()
            return True
        if self._window.placing.took_step(is_redo=verb == "redo"):
            return True
        form = self._window.placing.form
        return form is not None and here is not None and form.isAncestorOf(here)

    def undo(self) -> None:
        """Take back the last thing this person did, or say why not."""
        self._window.tasks.write(lambda session: session.undo(), self._on_undone)

    def redo(self) -> None:
        """Do again what this person undid last, or say why not."""
        self._window.tasks.write(lambda session: session.redo(), self._on_redone)

    def _on_undone(self, result: "UndoResult") -> None:
        self._window.undoing.look()
        if not result.done:
            self._say_why_not(result.why_not or NothingToUndo())
            return
        words = {
            "add": _("“{name}” is off the map again"),
            "edit": _("The changes to “{name}” are undone"),
            "move": _("“{name}” is back where it was"),
            "reshape": _("The outline of “{name}” is as it was"),
            "split": _("“{name}” is one place again"),
            "delete": _("“{name}” is back"),
            "accept": _("The decision on “{name}” is taken back"),
            "reject": _("The decision on “{name}” is taken back"),
        }.get(result.kind)
        if words is None:
            words = _("Undone: {deed}").format(deed=deed_words(result.kind, result.label))
        else:
            words = words.format(name=result.label)
        self._window.messages.done(words, left_words(result.left), (_("Redo"), self.redo))

    def _on_redone(self, result: "UndoResult") -> None:
        self._window.undoing.look()
        if not result.done:
            self._say_why_not(result.why_not or NothingToRedo())
            return
        words = _("Done again: {deed}").format(deed=deed_words(result.kind, result.label))
        self._window.messages.done(words, "", (_("Undo"), self.undo))

    def _say_why_not(self, error: CollabMapError) -> None:
        kind: Kind = "info" if isinstance(error, NothingToUndo | NothingToRedo) else "warning"
        self._window.messages.say(kind, *explain(error))

    def say_saved(self) -> None:
        self._window.messages.done(
            _("Everything is already saved"), _("CollabMap saves each thing as you do it.")
        )

    # --- the view ------------------------------------------------------------------------

    def go_back(self) -> None:
        self._window.map.go_back()

    def go_forward(self) -> None:
        self._window.map.go_forward()

    def show_whole_map(self) -> None:
        self._window.body.show_tab("centre")
        self._window.map.show_everything()

    def show_all_places(self) -> None:
        going.show_all_places(self._window)

    def enlarge_part(self) -> None:
        """Wait for a rectangle on the map."""
        self._window.body.show_tab("centre")
        self._window.map.await_box()

    # --- going elsewhere -----------------------------------------------------------------

    def go_to_contribute(self) -> None:
        self._window.go_to_mode("contribute")

    def go_to_review(self) -> None:
        self._window.go_to_mode("review")

    def go_to_prepare(self) -> None:
        self._window.go_to_mode("prepare")

    def open_computers(self) -> None:
        """Show who works on this map; a coordinator finds it under Prepare."""
        self._open_section("people", "people")

    def open_consent(self) -> None:
        """Show what people agree to by starting, to be changed by coordinators."""
        # Imported late, as every panel is: a start must not wait for it.
        from collabmap.ui.panels.people import PeoplePanel

        self.open_computers()
        panel = self._window.panel_host.current
        if isinstance(panel, PeoplePanel):
            panel.open_view("consent")

    def open_base_map(self) -> None:
        """Show the assistant that makes a base map, under Prepare."""
        window = self._window
        if window.panel_host.current_name == "base_map_new":
            return
        self.open_base_maps()
        if window.panel_host.current_name != "base_map_new":
            window.open_panel("base_map_new")

    def open_send(self) -> None:
        self._open("send")

    def open_mine(self) -> None:
        """Show what became of one's own contributions."""
        self._open("mine")

    def open_deleted(self) -> None:
        """Show what is gone, and the way back."""
        self._open("deleted")

    def open_receive(self) -> None:
        self._open("receive")

    def open_give_back(self) -> None:
        self._open("give_back")

    def open_hand_out(self) -> None:
        self._open("hand_out")

    def open_export(self) -> None:
        self._open("export")

    def open_folder(self) -> None:
        self._open("folder")

    def open_merges(self) -> None:
        self._open("merges")

    def open_decisions(self) -> None:
        self._open("decisions")

    def open_receipts(self) -> None:
        self._open("receipts")

    def open_base_maps(self) -> None:
        """Show the base maps of this map; a coordinator finds them under Prepare."""
        self._open_section("base_map", "base_maps")

    def open_claims(self) -> None:
        """Show who reviews what, over the queue."""
        if self._window.mode != "review":
            self._window.go_to_mode("review")
        self._open("claims")

    def open_walk(self) -> None:
        self._open("walk")

    def open_photo_folder(self) -> None:
        self._open("photo_folder")

    def open_measure(self) -> None:
        """Show the map, to measure on it; in a narrow window the panel is behind it."""
        self._open("measure")
        self._window.body.show_tab("centre")
        # By keyboard, so that the cross shows where Enter sets a point.
        self._window.map.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def open_graph(self) -> None:
        """Show the links of the map, around what is selected."""
        # Imported late, as every panel is: a start must not wait for it.
        from collabmap.ui.panels.graph import open_graph

        selected = self._window.map.selected
        self._open("graph")
        open_graph(self._window, selected)

    def open_hidden(self) -> None:
        self._open("hidden")

    def _open_section(self, section: str, panel: str) -> None:
        """Show a section of Prepare to a coordinator, and its panel to all others."""
        window = self._window
        if not window.is_coordinator:
            self._open(panel)
        elif window.mode == "prepare" and window.sections.current == section:
            window.panel_host.back_to_root()
        else:
            window.sections.go_to(section)

    def _open(self, name: str) -> None:
        """Open a panel over the first one of the mode; a form that is open is kept as a draft."""
        window = self._window
        if window.panel_host.current_name == name:
            return
        window.placing.give_up()
        window.panel_host.back_to_root()
        window.open_panel(name)

    def go_to_start(self) -> None:
        self._window.front.go_to_start()

    def open_people(self) -> None:
        window = self._window
        if window.info is None:
            return
        if window.info.read_only:
            window.say_read_only()
        else:
            top_menus.open_people(window)

    def open_menu(self) -> None:
        top_menus.open_menu(self._window)

    def show_help(self) -> None:
        if self._window.top_bar.isVisible():
            top_menus.open_help(self._window)

    # --- the keyboard --------------------------------------------------------------------

    def next_region(self) -> None:
        self._window.regions.go(1)

    def previous_region(self) -> None:
        self._window.regions.go(-1)

    def step_back(self) -> None:
        """Escape: what is on top, the form (kept as a draft), the panel, the newest message."""
        window = self._window
        popovers = [p for p in window.findChildren(Popover) if p.isVisible()]
        if popovers:
            popovers[-1].close_popover()
        elif (
            window.event_mode.took_escape()
            or window.map.give_up_box()
            or window.legend.took_escape()
        ):
            pass
        elif window.front.welcome is not None:
            if window.person is not None:
                window.front.hide_welcome()
        elif window.front.recovery is not None:
            pass  # Shown once: a stray key must not take it away.
        elif window.front.start is not None:
            window.front.start.step_back()
        elif (panel := window.panel_host.current) is not None and panel.took_escape():
            pass
        elif len(window.panel_host.names) > 1 and panel is not None:
            panel.leave()
        elif not window.messages.close_top():
            window.map.select(None)

    # --- comfort -------------------------------------------------------------------------

    def larger_text(self) -> None:
        self._window.preferences.larger_text()

    def smaller_text(self) -> None:
        self._window.preferences.larger_text(-1)

    def event_mode(self) -> None:
        """Open event mode, or ask the code that leaves it."""
        self._window.event_mode.toggle()

    def quit(self) -> None:
        self._window.close()
