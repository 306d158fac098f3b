"""Base maps: what lies under the places on this computer, in which order and how clear."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from collabmap.app.tile_words import guesses_about
from collabmap.app.words import _, format_size, format_time
from collabmap.ui import files
from collabmap.ui.dropping import BASE_MAPS
from collabmap.ui.panels.base_map_row import BaseMapCard
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.choice_card import WayCard
from collabmap.ui.widgets.note import Empty, Ground, Note
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.text import ElidedText, Text

if TYPE_CHECKING:
    from collabmap.app.base_maps import BaseMapView, Beside, Listing
    from collabmap.app.session import Session
    from collabmap.ui.main_window import MainWindow
    from collabmap.ui.tasks import LongTask

Views = tuple["BaseMapView", ...]
# Panels that make a base map; each is offered where this program has it.
WAYS = ("base_map_new", "georeference")


class BaseMapsPanel(Panel):
    """cards: by file, the topmost first.  beside: buttons of files that are not on the list."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._is_root = window.is_coordinator and window.mode == "prepare"
        self.views: Views = window.base_maps.views
        self.cards: dict[str, BaseMapCard] = {}
        self.beside: dict[str, dict[str, Button]] = {}
        self._beside: tuple[Beside, ...] = ()
        self._asked = ""
        self._task: LongTask | None = None
        self.add_title(_("Base map"), back=not self._is_root)
        intro = _("What lies under the places, on this computer. The topmost covers the others.")
        self.head.addWidget(Text(intro, "muted", wrap=True))
        self._build_body()
        self._build_foot()
        window.base_maps.changed.connect(self._on_changed)
        self._fill()

    def _build_body(self) -> None:
        self.empty = Empty()
        self.empty.say(
            "map-outline",
            _("No base map yet"),
            _("You can place things all the same. A base map helps to find one’s way."),
        )
        self.body.addWidget(self.empty)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.body.addLayout(self._rows)
        self.check = Button(_("Check the files"), "quiet", icon="shield-check", height_px=40)
        self.check.clicked.connect(self.check_files)
        self.add_folder = Button(
            _("Add a folder…"), "quiet", icon="folder-open-outline", height_px=40
        )
        self.add_folder.clicked.connect(self.choose_folder)
        for button in (self.check, self.add_folder):
            self.body.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.checked = Note("", icon="check-circle")
        self.checked.hide()
        self.body.addWidget(self.checked)
        self.body.addSpacing(4)
        self.beside_title = Text(_("Beside the map, not on the list"), "label")
        self.body.addWidget(self.beside_title)
        self._beside_rows = QVBoxLayout()
        self._beside_rows.setSpacing(8)
        self.body.addLayout(self._beside_rows)
        self.body.addSpacing(4)
        self.ways: dict[str, WayCard] = {}
        for name in self._ways():
            icon, title, hint = _way_words(name)
            card = WayCard(icon, title, hint)
            card.clicked.connect(lambda _checked=False, n=name: self.main.open_panel(n))
            self.ways[name] = card
            self.body.addWidget(card)
        self.body.addStretch(1)

    def _ways(self) -> list[str]:
        # Imported here: the window's table names this module.
        from collabmap.ui.panel_table import PANELS

        return [name for name in WAYS if name in PANELS and self.main.is_coordinator]

    def _build_foot(self) -> None:
        self.add_file = Button(_("Add a file…"), "primary", icon="layers-plus", height_px=52)
        self.add_file.clicked.connect(self.choose_file)
        self.foot.addWidget(self.add_file)

    @property
    def may_change(self) -> bool:
        """Whether the list can be written: it is of this computer, so anybody here may."""
        info = self.main.info
        return info is not None and not info.read_only

    # --- what is shown -----------------------------------------------------------------------

    def entered(self) -> None:
        self.reload()

    def left(self) -> None:
        for card in self.cards.values():
            card.finish()

    def first_focus(self) -> QWidget | None:
        first = next(iter(self.cards.values()), None)
        return first.tick if first is not None and self.may_change else self.add_file

    def took_escape(self) -> bool:
        if not self._asked:
            return False
        self._ask("")
        return True

    def reload(self) -> None:
        """Look again at the list and at what lies beside the map."""
        if self.main.lanes is not None:
            self.main.tasks.read(
                lambda reader: reader.base_maps(), self._on_listing, owner=self, key="base-maps"
            )

    def _on_listing(self, listing: "Listing") -> None:
        is_other = self._beside != listing.beside
        self._beside = listing.beside
        if listing.maps != self.main.base_maps.views:
            self.main.show_base_maps(listing.maps)
        if is_other:
            self._fill()

    def _on_changed(self) -> None:
        before, self.views = self.views, self.main.base_maps.views
        if [_lasting(view) for view in before] != [_lasting(view) for view in self.views]:
            self._fill()
            return
        # A line must not be built anew under the hand that drags its slider.
        for view in self.views:
            self.cards[view.file].follow(view)

    def _fill(self) -> None:
        """Build the lines anew; the keyboard stays where it was."""
        focus = self._focus()
        for card in self.cards.values():
            card.finish()
        _clear(self._rows)
        _clear(self._beside_rows)
        self.cards, self.beside = {}, {}
        for rank, view in enumerate(reversed(self.views)):
            card = BaseMapCard(
                view,
                is_top=rank == 0,
                is_bottom=rank == len(self.views) - 1,
                may=self.may_change,
            )
            self._follow(card, view)
            self.cards[view.file] = card
            self._rows.addWidget(card)
        for each in self._beside:
            self._beside_rows.addWidget(self._beside_row(each))
        self.empty.setVisible(not self.views)
        self.check.setVisible(bool(self.views))
        self.beside_title.setVisible(bool(self._beside))
        for button in (self.add_file, self.add_folder):
            button.setEnabled(self.may_change and self._task is None)
        self._order_tabs()
        self._give_focus(focus)

    def _order_tabs(self) -> None:
        """Let Tab go downwards: lines that were built anew would come last."""
        order: list[QWidget] = []
        for card in self.cards.values():
            order += card.controls().values()
        order += (self.check, self.add_folder)
        for buttons in self.beside.values():
            order += buttons.values()
        order += (*self.ways.values(), self.add_file)
        for one, next_one in pairwise(order):
            QWidget.setTabOrder(one, next_one)

    def _follow(self, card: BaseMapCard, view: "BaseMapView") -> None:
        file = view.file
        card.shown.connect(lambda is_on: self._write(_shown(file, is_on)))
        card.fading.connect(lambda share: self.main.base_maps.fade(file, share))
        card.faded.connect(lambda share: self._write(_faded(file, share)))
        card.moved.connect(lambda by: self._write(lambda s: s.move_base_map(file, by)))
        card.removed.connect(lambda: self.remove(file))
        card.accepted.connect(lambda: self._accept(file))

    def _focus(self) -> tuple[str, str] | None:
        for file, card in self.cards.items():
            for name, control in card.controls().items():
                if control.hasFocus():
                    return file, name
        return None

    def _give_focus(self, focus: tuple[str, str] | None) -> None:
        if focus is None:
            return
        card = self.cards.get(focus[0])
        if card is None:
            first = self.first_focus()
            if first is not None:
                first.setFocus()
            return
        controls = card.controls()
        control = controls.get(focus[1], card.tick)
        if not control.isEnabled():
            # At the end of the list the other arrow is the one that goes on.
            control = controls[{"up": "down", "down": "up"}.get(focus[1], "tick")]
        control.setFocus()

    # --- the list ----------------------------------------------------------------------------

    def _write(self, work: "Callable[[Session], Views]", *, is_new: bool = False) -> None:
        self.checked.hide()
        window = self.main
        window.tasks.write(work, lambda views: window.show_base_maps(views, is_new=is_new))

    def remove(self, file: str) -> None:
        """Take one off the list; the file stays, and a word brings it back."""
        window = self.main
        rank, view = next((n, v) for n, v in enumerate(self.views) if v.file == file)

        def done(listing: "Listing") -> None:
            window.show_base_maps(listing.maps)
            if isValid(self):
                self._on_listing(listing)
            title = _("“{title}” is off the list").format(title=view.title)
            if view.state == "missing":
                window.messages.done(title)
                return
            hint = _("Its file is still beside the map: {name}").format(name=view.file)
            window.messages.done(
                title, hint, (_("Put it back"), lambda: _put_back(window, view, rank))
            )

        window.tasks.write(lambda session: session.remove_base_map(view.file), done)

    def _accept(self, file: str) -> None:
        self._run(
            _("Checking the base maps"),
            lambda session, progress, cancel: session.check_base_maps(
                accept=[file], progress=progress, cancel=cancel
            ),
            lambda views: self.main.show_base_maps(views, is_new=True),
        )

    def check_files(self) -> None:
        """Read every file whole and compare it with what was listed."""

        def done(views: Views) -> None:
            self.main.show_base_maps(views)
            if isValid(self):
                self._say_checked(views)

        self._run(
            _("Checking the base maps"),
            lambda session, progress, cancel: session.check_base_maps(
                progress=progress, cancel=cancel
            ),
            done,
        )

    def _say_checked(self, views: Views) -> None:
        is_well = all(view.state == "ok" for view in views)
        self.checked.setVisible(is_well)
        if is_well:
            words = _("All files are as they were listed, {time}.")
            self.checked.text.setText(words.format(time=format_time(files.now_ms())))

    # --- adding ------------------------------------------------------------------------------

    def choose_file(self) -> None:
        """Ask for a file."""
        kinds = " ".join(f"*{suffix}" for suffix in BASE_MAPS)
        path, _filter = QFileDialog.getOpenFileName(
            self, _("Base map"), str(files.documents()), f"{_('Base maps')} ({kinds})"
        )
        if path:
            self.add(Path(path))

    def choose_folder(self) -> None:
        """Ask for a folder of pictures of the map."""
        path = QFileDialog.getExistingDirectory(self, _("Base map"), str(files.documents()))
        if path:
            self.add(Path(path))

    def add(self, path: Path) -> None:
        """Copy a base map beside the project and put it on top."""
        window = self.main
        if not self.may_change:
            window.say_read_only()
            return

        def work(
            session: "Session", progress: object, cancel: object
        ) -> "tuple[str, list[str], Views]":
            guesses = guesses_about(path)
            view = session.add_base_map(path, progress=progress, cancel=cancel)  # type: ignore[arg-type]
            return view.title, guesses, session.base_maps()

        def done(found: "tuple[str, list[str], Views]") -> None:
            title, guesses, views = found
            window.show_base_maps(views, is_new=True)
            words = _("“{title}” is on the map").format(title=title)
            if window.is_coordinator:
                guesses = [*guesses, _("It goes along with every copy you hand out.")]
            window.messages.done(words, " ".join(guesses))
            if isValid(self):
                self.reload()

        self._run(_("Adding the base map"), work, done)

    def _run(self, name: str, work: object, done: Callable[..., object]) -> None:
        """Run long work that is shown by its name and can be stopped."""
        if self._task is not None:
            return
        # No owner: whoever leaves the panel meanwhile is told all the same.
        self._task = self.main.tasks.long(name, work, done)  # type: ignore[arg-type]
        self._task.ended.connect(self._on_ended)
        self._fill()

    def _on_ended(self) -> None:
        self._task = None
        self._fill()

    # --- files that are not on the list ------------------------------------------------------

    def _beside_row(self, each: "Beside") -> QWidget:
        name = each.path.name
        block = Ground("card")
        layout = QVBoxLayout(block)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.setSpacing(4)
        layout.addWidget(ElidedText(f"{name} · {format_size(each.size_bytes)}", "body"))
        row = QHBoxLayout()
        row.setSpacing(8)
        buttons: dict[str, Button] = {}
        if self._asked == name:
            layout.addWidget(Text(_("Delete this file for good?"), "strong", wrap=True))
            buttons["delete"] = Button(_("Delete it"), "danger", height_px=40)
            buttons["delete"].clicked.connect(lambda: self._delete(each))
            buttons["keep"] = Button(_("Keep it"), height_px=40)
            buttons["keep"].clicked.connect(lambda: self._ask(""))
        else:
            buttons["use"] = Button(_("Use it"), height_px=40)
            buttons["use"].clicked.connect(lambda: self.add(each.path))
            buttons["ask"] = Button(_("Delete…"), "quiet", height_px=40)
            buttons["ask"].clicked.connect(lambda: self._ask(name))
        for button in buttons.values():
            button.setAccessibleName(f"{button.text()} {name}")
            button.setEnabled(self.may_change)
            row.addWidget(button)
        row.addStretch(1)
        layout.addLayout(row)
        self.beside[name] = buttons
        return block

    def _ask(self, name: str) -> None:
        """Ask whether a file is to be deleted; '' asks no more."""
        before, self._asked = self._asked, name
        self._fill()
        buttons = self.beside.get(name or before, {})
        if (button := buttons.get("keep") or buttons.get("ask")) is not None:
            # The panel scrolls to what has the keyboard: by then the new lines must have a place.
            self.body.activate()
            button.setFocus()

    def _delete(self, each: "Beside") -> None:
        window = self.main

        def done(listing: "Listing") -> None:
            words = _("“{name}” is deleted").format(name=each.path.name)
            window.messages.done(words)
            if isValid(self):
                self._asked = ""
                self._on_listing(listing)

        window.tasks.write(lambda session: session.delete_unlisted_base_map(each.path.name), done)


def _way_words(name: str) -> tuple[str, str, str]:
    return {
        "base_map_new": (
            "map-plus",
            _("New base map"),
            _("From OpenStreetMap, offline"),
        ),
        "georeference": (
            "image-plus",
            _("Plan or photo to place…"),
            _("A scanned plan, an aerial photo"),
        ),
    }[name]


def _lasting(view: "BaseMapView") -> object:
    """Return what of a line does not change by ticking and fading."""
    return view._replace(opacity=1.0, is_visible=True)


def _shown(file: str, is_visible: bool) -> "Callable[[Session], Views]":
    return lambda session: session.adjust_base_map(file, is_visible=is_visible)


def _faded(file: str, opacity: float) -> "Callable[[Session], Views]":
    return lambda session: session.adjust_base_map(file, opacity=opacity)


def _put_back(window: "MainWindow", view: "BaseMapView", rank: int) -> None:
    """List a file again as it was, at its place."""

    def work(session: "Session") -> Views:
        back = session.add_base_map(view.path, title=view.title)
        session.adjust_base_map(back.file, opacity=view.opacity, is_visible=view.is_visible)
        return session.move_base_map(back.file, rank + 1 - len(session.base_maps()))

    window.tasks.write(work, window.show_base_maps)


def _clear(layout: QVBoxLayout) -> None:
    while item := layout.takeAt(0):
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()
