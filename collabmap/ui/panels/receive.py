"""Receiving: choose what was handed over, see what it brings, then take it or leave it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from collabmap.app.merging import MergePreview, MergeReport
from collabmap.app.words import _, format_number, format_time, ngettext
from collabmap.errors import CollabMapError
from collabmap.ui import files
from collabmap.ui.merges import with_merge
from collabmap.ui.panels.folder import SharedFolderCard
from collabmap.ui.panels.preview import (
    Lists,
    Overview,
    kind_title,
    marks_of,
    merged_words,
)
from collabmap.ui.panels.preview_map import PreviewOnMap
from collabmap.ui.tasks import LongTask
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.choice_card import WayCard
from collabmap.ui.widgets.fields import LineField
from collabmap.ui.widgets.note import Note
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.ways import Ways

if TYPE_CHECKING:
    from collabmap.app.merges import MergeView
    from collabmap.ui.main_window import MainWindow

# With more deletions than this, or this share of the map, their number is asked for.
MANY_DELETIONS = 20
MANY_SHARE = 0.1


class ReceivePanel(Panel):
    """step: 'choose', 'reading', 'preview' or 'merging'; paths: what was chosen.

    kind: the count that filters the map, '' for none; is_listing: its places are listed.
    """

    width_px = 380

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.step = "choose"
        self.paths: tuple[Path, ...] = ()
        self.seen: MergePreview | None = None
        self.kind = ""
        self.is_listing = False
        self._task: LongTask | None = None
        self.on_map = PreviewOnMap(window)
        self.title = self.add_title(_("Receive contributions"), back=True)
        self.intro = Text("", "muted", wrap=True)
        self.head.addWidget(self.intro)
        self._build_choice()
        self.overview = Overview(window)
        self.overview.picked.connect(self.show_kind)
        self.overview.listed.connect(self.list_kind)
        self.overview.place_opened.connect(self.on_map.show)
        self.lists = Lists(window)
        self.lists.picked.connect(self.list_kind)
        self.lists.place_opened.connect(self.on_map.show)
        self.body.addWidget(self.overview)
        self.body.addWidget(self.lists, 1)
        self._build_foot()
        window.map.mark_clicked.connect(self._on_mark)
        self._show_step()

    # --- building -------------------------------------------------------------------------

    def _build_choice(self) -> None:
        self.ways = Ways(self.main.tasks, to_write=False)
        self.ways.drive_chosen.connect(lambda drive: self.preview([drive.path]))
        self.ways.found.connect(self._show_foot)
        self.pick_files = WayCard(
            "package-variant-closed", _("Files"), _("One or several (.cmbundle)")
        )
        self.pick_files.clicked.connect(self.choose_files)
        self.pick_folder = WayCard(
            "folder-open-outline", _("A folder of files"), _("All the files it holds")
        )
        self.pick_folder.clicked.connect(self.choose_folder)
        self.shared = SharedFolderCard(self.main)
        for card in (self.pick_files, self.pick_folder, self.shared):
            self.ways.add(card)
        self.choice = QWidget()
        column = QVBoxLayout(self.choice)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.ways)
        column.addWidget(Text(_("Or drop them on this window."), "muted", wrap=True))
        column.addStretch(1)
        self.earlier = Button.of(self.main.actions_table["merges"], "quiet", height_px=40)
        column.addWidget(self.earlier, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.choice)

    def _build_foot(self) -> None:
        self.note = Note(_("Nothing has been written yet."))
        self.foot.addWidget(self.note)
        self.confirm = LineField()
        self.confirm.setValidator(QIntValidator(0, 9_999_999, self.confirm))
        self.confirm.textChanged.connect(self._show_foot)
        self.confirm.setAccessibleName(_("How many places would be deleted"))
        self.foot.addWidget(self.confirm)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.decline = Button(_("Take nothing"), height_px=48)
        self.decline.clicked.connect(self.take_nothing)
        self.primary = Button("", "primary", height_px=48)
        self.primary.clicked.connect(self._on_primary)
        row.addWidget(self.decline)
        row.addWidget(self.primary, 1)
        self.foot.addLayout(row)

    def first_focus(self) -> QWidget | None:
        return self.primary if self.primary.isEnabled() else None

    # --- choosing -------------------------------------------------------------------------

    def choose_files(self) -> None:
        """Ask for files."""
        paths, _filter = QFileDialog.getOpenFileNames(
            self,
            _("Receive contributions"),
            str(files.documents()),
            _("Contributions") + " (*.cmbundle)",
        )
        if paths:
            self.preview([Path(path) for path in paths])

    def choose_folder(self) -> None:
        """Ask for a folder."""
        folder = QFileDialog.getExistingDirectory(
            self, _("Receive contributions"), str(files.documents())
        )
        if folder:
            self.preview([Path(folder)])

    # --- the preview ----------------------------------------------------------------------

    def preview(self, paths: Sequence[Path]) -> None:
        """Read bundles, or folders of them, and show what they would bring."""
        if self.step in ("reading", "merging"):
            return
        if self.main.info is not None and self.main.info.read_only:
            self.main.say_read_only()
            return
        self.on_map.leave()
        self.step, self.paths, self.seen = "reading", tuple(paths), None
        self._show_step()
        chosen = self.paths
        self._task = self.main.tasks.long(
            _("Reading the contributions"),
            lambda session, progress, cancel: session.preview(
                chosen, progress=progress, cancel=cancel
            ),
            self._on_seen,
            self._on_failed,
            owner=self,
        )

    def _on_failed(self, error: CollabMapError) -> None:
        self.main.messages.show(error)
        if not isValid(self):
            return
        self.step = "choose" if self.seen is None else "preview"
        self._show_step()
        if self.primary.isEnabled():
            self.primary.setFocus()

    def _on_seen(self, seen: MergePreview) -> None:
        self.step = "preview"
        self._show(seen)
        if self.asks_for_number:
            self.show_kind("deleted")
            self.confirm.setFocus()

    def _show(self, seen: MergePreview) -> None:
        self.seen = seen
        self.confirm.clear()
        self.overview.show_preview(seen)
        self.lists.show_preview(seen)
        self.on_map.enter(seen)
        self.show_kind("")
        self._show_step()
        if self.primary.isEnabled():
            self.primary.setFocus()

    # --- what is shown --------------------------------------------------------------------

    def _show_step(self) -> None:
        has_seen = self.seen is not None and self.step in ("preview", "merging")
        is_choosing = self.step in ("choose", "reading")
        titles = {"preview": _("Preview before merging"), "merging": _("Preview before merging")}
        title = titles.get(self.step, _("Receive contributions"))
        if has_seen and self.is_listing:
            assert self.seen is not None
            count = len(marks_of(self.seen, self.kind))
            title = f"{format_number(count)} {kind_title(self.kind, count)}"
        self.title.setText(title)
        self.setAccessibleName(title)
        self.intro.setVisible(is_choosing)
        if is_choosing:
            self.intro.setText(
                _("Choose what was handed to you. You will see what it brings first.")
            )
        self.choice.setVisible(is_choosing)
        self.ways.set_open(self.step == "choose")
        self.overview.setVisible(has_seen and not self.is_listing)
        self.lists.setVisible(has_seen and self.is_listing)
        self._show_foot()

    def _show_foot(self) -> None:
        seen = self.seen if self.step in ("preview", "merging") else None
        self.note.setVisible(seen is not None and not seen.nothing_new)
        self.confirm.setVisible(self.asks_for_number)
        self.decline.setVisible(seen is not None and not seen.nothing_new)
        said = _("Nothing has been written yet.")
        if self.asks_for_number and seen is not None:
            count = len(seen.deleted)
            words = _("{count} places would be deleted. Write {count} to merge.")
            said = f"{said} {words.format(count=format_number(count))}"
            self.confirm.setPlaceholderText(str(count))
        self.note.text.setText(said)
        is_sure = not self.asks_for_number or self.confirm.text() == str(
            len(seen.deleted) if seen else 0
        )
        self.primary.setEnabled(self.step == "choose" or (self.step == "preview" and is_sure))
        self._name_primary(seen)

    def _name_primary(self, seen: MergePreview | None) -> None:
        if self.step in ("choose", "reading"):
            drives = self.ways.drives
            if drives:
                words = _("Read {name}").format(name=drives[0].name)
                icon = "usb-flash-drive"
            else:
                words, icon = _("Choose files"), "package-variant-closed"
        elif seen is None or seen.nothing_new:
            words, icon = _("Back to the map"), "map"
        else:
            words, icon = _("Merge"), "set-merge"
        self.primary.setText(words)
        self.primary.set_icon(icon)

    @property
    def asks_for_number(self) -> bool:
        """Whether so many places would go that their number must be written first."""
        if self.seen is None or self.step not in ("preview", "merging"):
            return False
        count = len(self.seen.deleted)
        return count > MANY_DELETIONS or (count > 1 and count > MANY_SHARE * self._places_before())

    def _places_before(self) -> int:
        return max(1, self.main.counts.places)

    def show_kind(self, kind: str) -> None:
        """Filter the map by one count, '' shows all of them."""
        assert self.seen is not None
        self.kind, self.is_listing = kind, False
        self.overview.choose(kind)
        self.on_map.filter(self.kind)
        self._show_step()

    def list_kind(self, kind: str) -> None:
        """List the places of one count, and filter the map by it."""
        self.kind, self.is_listing = kind, True
        self.overview.choose(kind)
        self.lists.show_kind(kind)
        self.on_map.filter(self.kind)
        self._show_step()
        self.lists.list.setFocus()

    # --- the map ---------------------------------------------------------------------------

    def _on_mark(self, feature: bytes) -> None:
        if kind := self.on_map.kind_of(feature, self.kind):
            self.list_kind(kind)
            self.lists.go_to(feature)
            self.main.map.select(feature)

    # --- deciding -------------------------------------------------------------------------

    def _on_primary(self) -> None:
        if self.step == "choose":
            if self.ways.drives:
                self.preview([self.ways.drives[0].path])
            else:
                self.choose_files()
        elif self.step == "preview" and self.seen is not None and not self.seen.nothing_new:
            self.merge()
        else:
            self.main.panel_host.back()

    def take_nothing(self) -> None:
        """Leave everything as it is."""
        self.main.panel_host.back()
        self.main.messages.info(
            _("Nothing was taken"), _("Your map is as it was. The files are untouched.")
        )

    def merge(self) -> None:
        """Take what was shown."""
        paths, seen = self.paths, self.seen
        assert seen is not None
        self.step = "merging"
        self._show_step()
        # No owner: whoever leaves the panel meanwhile is told all the same.
        self.main.tasks.long(
            _("Merging"),
            lambda session, progress, cancel: with_merge(
                session, lambda: session.merge(paths, progress=progress, cancel=cancel)
            ),
            lambda done: self._on_merged(seen, paths, *done),
            self._on_failed,
        )

    def _on_merged(
        self,
        seen: MergePreview,
        paths: Sequence[Path],
        report: MergeReport,
        view: "MergeView | None",
    ) -> None:
        window = self.main
        if isValid(self):
            self.seen = None
            window.panel_host.back()
        window.merges.note(view, report)
        for problem in report.problems:
            window.messages.show(problem, kind="warning")
        name = paths[0].name
        if len(seen.files) > 1:
            count = len(seen.files)
            name = ngettext("{count} file", "{count} files", count).format(count=count)
        at = _("Merge of {name}, at {time}.").format(name=name, time=format_time(files.now_ms()))
        told = merged_words(seen, report.verdicts, at)
        window.messages.done(told.title, told.hint, *window.merges.actions(view))

    # --- as a panel -----------------------------------------------------------------------

    def leave(self) -> None:
        """Step back: from the list to the counts, from a filter to all, then out."""
        if self.is_listing:
            self.show_kind(self.kind)
        elif self.kind:
            self.show_kind("")
        else:
            super().leave()

    def left(self) -> None:
        self.on_map.leave()
        if self.step == "reading" and self._task is not None and isValid(self._task):
            self._task.stop()
