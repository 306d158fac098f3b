"""Every action of the window in one table: words, key, icon, handler.

Buttons, menus and shortcuts share the same QAction, so a key that is shown is the key that works.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence

from collabmap.app.words import _
from collabmap.ui.widgets.tip import plain_tip

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

Words = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Spec:
    """One row.  words: called at building, so that a change of language is followed.

    handler: a method of Commands.  needs: 'project' (one is open), 'person' (somebody may write
    in it), 'coordinator', or '' for always.  in_help: listed among the keys of the screen.
    """

    name: str
    words: Words
    keys: tuple[str, ...]
    icon: str
    handler: str
    needs: str = ""
    in_help: bool = True
    hint: Words = str


TABLE: tuple[Spec, ...] = (
    Spec(
        "add_place",
        lambda: _("Add a place"),
        ("Ctrl+N",),
        "map-marker-plus",
        "add_place",
        "person",
    ),
    Spec(
        "walk",
        lambda: _("I walked here"),
        (),
        "map-marker-path",
        "open_walk",
        "person",
        in_help=False,
    ),
    Spec(
        "photo_folder",
        lambda: _("A folder of photos"),
        (),
        "folder-image",
        "open_photo_folder",
        "person",
        in_help=False,
    ),
    Spec("measure", lambda: _("Measure"), ("Ctrl+M",), "ruler", "open_measure", "project"),
    Spec("graph", lambda: _("Links"), ("Ctrl+L",), "graph-outline", "open_graph", "project"),
    Spec("search", lambda: _("Search"), ("Ctrl+F",), "magnify", "go_to_search", "project"),
    Spec("undo", lambda: _("Undo"), ("Ctrl+Z",), "undo", "press_undo", "person"),
    Spec("redo", lambda: _("Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", "press_redo", "person"),
    Spec(
        "saved",
        lambda: _("Everything is already saved"),
        ("Ctrl+S",),
        "check-circle",
        "say_saved",
        "project",
        in_help=False,
    ),
    Spec(
        "contribute",
        lambda: _("Contribute"),
        ("Ctrl+1",),
        "map-marker-plus",
        "go_to_contribute",
        "coordinator",
    ),
    Spec("review", lambda: _("Review"), ("Ctrl+2",), "inbox-full", "go_to_review", "coordinator"),
    Spec(
        "share_review",
        lambda: _("Share the work"),
        ("Ctrl+Shift+P",),
        "account-multiple",
        "open_claims",
        "coordinator",
    ),
    Spec(
        "prepare",
        lambda: _("Prepare"),
        ("Ctrl+3",),
        "clipboard-check-outline",
        "go_to_prepare",
        "coordinator",
    ),
    Spec("next_region", lambda: _("Next part of the window"), ("F6",), "", "next_region"),
    Spec(
        "previous_region",
        lambda: _("Previous part of the window"),
        ("Shift+F6",),
        "",
        "previous_region",
    ),
    Spec("escape", lambda: _("Close, or step back"), ("Esc",), "", "step_back"),
    Spec(
        "send",
        lambda: _("Send my contribution"),
        ("Ctrl+E",),
        "send",
        "open_send",
        "project",
    ),
    Spec(
        "mine",
        lambda: _("My contributions"),
        ("Ctrl+Shift+M",),
        "account-check-outline",
        "open_mine",
        "person",
    ),
    Spec(
        "deleted",
        lambda: _("Recently deleted"),
        (),
        "delete-restore",
        "open_deleted",
        "person",
        in_help=False,
    ),
    Spec(
        "receive",
        lambda: _("Receive contributions"),
        ("Ctrl+R",),
        "download",
        "open_receive",
        "project",
    ),
    Spec(
        "give_back",
        lambda: _("Give the map back"),
        (),
        "package-variant-closed",
        "open_give_back",
        "coordinator",
        in_help=False,
    ),
    Spec(
        "hand_out",
        lambda: _("Hand out a copy"),
        (),
        "file-outline",
        "open_hand_out",
        "coordinator",
        in_help=False,
    ),
    Spec(
        "export",
        lambda: _("Export GeoJSON"),
        (),
        "publish",
        "open_export",
        "project",
        in_help=False,
    ),
    Spec(
        "folder",
        lambda: _("Shared folder"),
        (),
        "folder-network-outline",
        "open_folder",
        "project",
        in_help=False,
    ),
    Spec(
        "merges",
        lambda: _("What was merged"),
        (),
        "history",
        "open_merges",
        "project",
        in_help=False,
    ),
    Spec(
        "decisions",
        lambda: _("Decisions and figures"),
        (),
        "clipboard-list-outline",
        "open_decisions",
        "coordinator",
        in_help=False,
    ),
    Spec(
        "receipts",
        lambda: _("Receipts"),
        (),
        "shield-check",
        "open_receipts",
        "project",
        in_help=False,
    ),
    Spec(
        "hidden",
        lambda: _("Hidden on this computer"),
        (),
        "eye-off-outline",
        "open_hidden",
        "project",
        in_help=False,
    ),
    Spec(
        "base_maps",
        lambda: _("Base maps"),
        (),
        "layers",
        "open_base_maps",
        "project",
        in_help=False,
    ),
    Spec(
        "people",
        lambda: _("People and computers"),
        (),
        "account-multiple",
        "open_computers",
        "project",
        in_help=False,
    ),
    Spec(
        "base_map",
        lambda: _("Make a base map"),
        (),
        "layers-plus",
        "open_base_map",
        "coordinator",
        in_help=False,
    ),
    Spec(
        "view_back",
        lambda: _("The view before"),
        ("Alt+Left",),
        "arrow-left",
        "go_back",
        "project",
    ),
    Spec(
        "view_forward",
        lambda: _("The next view"),
        ("Alt+Right",),
        "arrow-right",
        "go_forward",
        "project",
    ),
    Spec(
        "enlarge_part",
        lambda: _("Enlarge a part of the map"),
        (),
        "selection-drag",
        "enlarge_part",
        "project",
    ),
    Spec(
        "whole_map",
        lambda: _("Show the whole map"),
        ("Ctrl+Home",),
        "crosshairs-gps",
        "show_whole_map",
        "project",
    ),
    Spec(
        "all_places",
        lambda: _("Show all places"),
        ("Ctrl+Shift+Home",),
        "map-marker-multiple-outline",
        "show_all_places",
        "project",
    ),
    Spec(
        "larger_text",
        lambda: _("Larger text"),
        ("Ctrl++", "Ctrl+="),
        "format-size",
        "larger_text",
    ),
    Spec(
        "smaller_text",
        lambda: _("Smaller text"),
        ("Ctrl+-",),
        "format-size",
        "smaller_text",
    ),
    Spec(
        "open_another",
        lambda: _("Open another map"),
        ("Ctrl+O",),
        "folder-open-outline",
        "go_to_start",
    ),
    Spec("event", lambda: _("Event mode"), ("F11",), "fullscreen", "event_mode"),
    Spec("help", lambda: _("Keys of this screen"), ("F1", "?"), "help-circle-outline", "show_help"),
    Spec("quit", lambda: _("Quit"), ("Ctrl+Q",), "close", "quit", in_help=False),
)


class Actions:
    """The QActions of one window, by name: actions["undo"]."""

    def __init__(self, window: "MainWindow") -> None:
        self._specs = {spec.name: spec for spec in TABLE}
        self._actions: dict[str, QAction] = {}
        self._idle: set[str] = set()
        self._allowed: dict[str, bool] = {}
        for spec in TABLE:
            action = QAction(spec.words(), window)
            action.setObjectName(spec.name)
            action.setShortcuts([QKeySequence(key) for key in spec.keys])
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setAutoRepeat(False)
            action.setProperty("icon_name", spec.icon)
            action.setToolTip(_with_key(action))
            handler = getattr(window.commands, spec.handler)
            action.triggered.connect(lambda _checked=False, run=handler: run())
            window.addAction(action)
            self._actions[spec.name] = action

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def allow(
        self,
        *,
        project: bool,
        person: bool,
        coordinator: bool,
        only: frozenset[str] | None = None,
    ) -> None:
        """Enable what can be done now.  only: of these, None for all."""
        needs = {"": True, "project": project, "person": person, "coordinator": coordinator}
        for name, spec in self._specs.items():
            self._allowed[name] = needs[spec.needs] and (only is None or name in only)
            self._actions[name].setEnabled(self._allowed[name] and name not in self._idle)

    def say_deed(self, name: str, words: str, *, is_idle: bool) -> None:
        """Say what an action would do now.  is_idle: nothing, so that it is not offered."""
        (self._idle.add if is_idle else self._idle.discard)(name)
        action = self._actions[name]
        action.setText(words)
        action.setToolTip(_with_key(action))
        action.setEnabled(self._allowed.get(name, False) and not is_idle)

    def shown_keys(self) -> list[tuple[str, str]]:
        """Return (key, words) of what is enabled now and listed in the help."""
        rows = []
        for name, action in self._actions.items():
            if self._specs[name].in_help and action.isEnabled() and action.shortcuts():
                native = QKeySequence.SequenceFormat.NativeText
                rows.append((action.shortcut().toString(native), action.text()))
        return rows

    def discard(self, window: "MainWindow") -> None:
        """Take the actions out of the window, before another language builds them again."""
        for action in self._actions.values():
            window.removeAction(action)
            action.deleteLater()
        self._actions.clear()


def _with_key(action: QAction) -> str:
    key = key_name(action)
    return plain_tip(f"{action.text()} ({key})" if key else action.text())


def key_name(action: QAction) -> str:
    """Return the action's first key as people read it, e.g. 'Ctrl+N', '' for none."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
