"""Exchange: give the map back, hand out a copy of it, or export what is published."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from collabmap.app.kits import HandoutReport
from collabmap.app.progress import CancelToken
from collabmap.app.sending import COPIED, PREPARED, SendReport
from collabmap.app.words import (
    _,
    explain,
    format_number,
    format_size,
    language,
    ngettext,
)
from collabmap.errors import Cancelled, CollabMapError
from collabmap.ui import files
from collabmap.ui.drives import Drive
from collabmap.ui.panels.share_maps import MapChoice
from collabmap.ui.panels.share_verbs import SharedReport, ready_words, verbs
from collabmap.ui.tasks import LongTask, ProgressCallback
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.choice_card import Mood, WayCard
from collabmap.ui.widgets.note import Note
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.receipt import Receipt
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.tick import Tick
from collabmap.ui.widgets.two_columns import TwoColumns
from collabmap.ui.widgets.ways import Ways

if TYPE_CHECKING:
    from collabmap.app.session import Session
    from collabmap.ui.main_window import MainWindow


class SharePanel(Panel):
    """step: 'choose', 'working' or 'done'; verb: what is shared."""

    first = "give_back"

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.step = "choose"
        self.verbs = {
            name: verb
            for name, verb in verbs().items()
            if window.is_coordinator or not verb.for_coordinators
        }
        self.verb = self.verbs.get(self.first) or self.verbs["export"]
        self._task: LongTask | None = None
        self.add_title(_("Exchange"), back=True)
        self.head.addWidget(
            Text(_("The map leaves this computer as one file."), "muted", wrap=True)
        )
        self.cards: dict[str, WayCard] = {}
        for name, verb in self.verbs.items():
            card = WayCard(verb.icon, verb.title, verb.short)
            card.clicked.connect(lambda _checked=False, n=name: self.choose(n))
            self.cards[name] = card
            self.body.addWidget(card)
        self.body.addSpacing(8)
        for action in ("merges", "receipts", "folder"):
            link = Button.of(window.actions_table[action], "quiet", height_px=40)
            self.body.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addStretch(1)
        self._back_words, self._back_icon = {
            "review": (_("Back to the review"), "inbox-full"),
            "prepare": (_("Back"), "arrow-left"),
        }.get(window.mode, (_("Back to the map"), "map"))
        self.to_map = Button(self._back_words, icon=self._back_icon, height_px=48)
        self.to_map.clicked.connect(self.main.panel_host.back)
        self.primary = Button("", "primary", height_px=52)
        self.primary.clicked.connect(self._on_primary)
        self.foot.addWidget(self.to_map)
        self.foot.addWidget(self.primary)
        self._build_page()
        window.counts_changed.connect(self._show_note)
        self.choose(self.verb.name)

    def _build_page(self) -> None:
        page = TwoColumns()
        self.page = page
        self.heading = Text("", "heading", wrap=True)
        self.purpose = Text("", "body", wrap=True)
        self.note = Note("", icon="clock-outline")
        self.draft = Tick(_("Also what is not yet reviewed"))
        self.ways = Ways(self.main.tasks, to_write=True)
        self.ways.drive_chosen.connect(self._on_drive)
        self.ways.found.connect(self._show_primary)
        self.folder = WayCard("folder-network-outline", _("Folder"), _("Choose a folder…"))
        self.folder.clicked.connect(self.choose_file)
        self.ways.add(self.folder)
        self.maps = MapChoice()
        for part in (self.heading, self.purpose, self.note, self.draft, self.maps):
            page.left.addWidget(part)
        page.left.addSpacing(4)
        page.left.addWidget(Text(_("Where to?"), "label"))
        page.left.addWidget(self.ways)
        page.left.addStretch(1)
        self.receipts: dict[str, Receipt] = {}
        for name, verb in self.verbs.items():
            receipt = Receipt(_("Not written yet"), _("Choose where it goes."), verb.checks)
            self.receipts[name] = receipt
            page.right.addWidget(receipt)
        page.right.addStretch(1)

    @property
    def receipt(self) -> Receipt:
        return self.receipts[self.verb.name]

    def first_focus(self) -> QWidget | None:
        return self.primary

    # --- choosing --------------------------------------------------------------------------

    def choose(self, name: str) -> None:
        """Show another of the three."""
        if self.step == "working":
            return
        self.verb, self.step = self.verbs[name], "choose"
        for each, card in self.cards.items():
            card.set_mood("chosen" if each == name else "")
        for each, receipt in self.receipts.items():
            receipt.setVisible(each == name)
        self.receipt.wait()
        self.folder.set_mood("")
        for way in self.ways.cards.values():
            way.set_mood("")
        self.ways.set_open(True)
        self.heading.setText(self.verb.title)
        self.purpose.setText(self.verb.purpose)
        self.draft.setVisible(name == "export")
        self.maps.setVisible(name == "hand_out")
        self._look_at_maps()
        self._show_note()
        self._show_primary()

    def _look_at_maps(self) -> None:
        """Ask what a copy would hold."""
        window = self.main
        if self.verb.name == "hand_out" and window.lanes is not None:
            window.tasks.write(
                lambda session: session.handout_plan(), self.maps.follow, owner=self, key="handout"
            )

    def _show_note(self, _counts: object = None) -> None:
        """Say that something still waits, where that matters."""
        waiting = self.main.counts.pending
        words = ngettext(
            "{count} contribution is not reviewed yet. It goes along as it is.",
            "{count} contributions are not reviewed yet. They go along as they are.",
            waiting,
        )
        self.note.text.setText(words.format(count=format_number(waiting)))
        self.note.setVisible(waiting > 0 and self.verb.name == "give_back")

    def _show_primary(self) -> None:
        if self.step == "done":
            words, icon = self._back_words, self._back_icon
        elif self.ways.drives:
            words = _("Copy to {name}").format(name=self.ways.drives[0].name)
            icon = "usb-flash-drive"
        else:
            words, icon = _("Choose a folder"), "folder-network-outline"
        self.primary.setText(words)
        self.primary.set_icon(icon)
        self.primary.setEnabled(self.step != "working")
        self.to_map.setVisible(self.step != "done")

    def _on_primary(self) -> None:
        if self.step == "done":
            self.main.panel_host.back()
        elif self.ways.drives:
            self._on_drive(self.ways.drives[0])
        else:
            self.choose_file()

    # --- writing ---------------------------------------------------------------------------

    def file_name(self) -> str:
        """Return the name of the file to write."""
        name = self.main.info.name if self.main.info else ""
        if self.verb.is_dated:
            return files.dated_stem(name, files.now_ms()) + self.verb.suffix
        return files.safe_stem(name) + self.verb.suffix

    def choose_file(self) -> None:
        """Ask for a folder and a name."""
        # Never asks about writing over a file: a free name is taken instead.
        path, _filter = QFileDialog.getSaveFileName(
            self,
            self.verb.title,
            str(files.documents() / self.file_name()),
            f"{self.verb.filter_words} (*{self.verb.suffix})",
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if path:
            chosen = Path(path)
            self.write_to(chosen, files.folder_words(chosen))

    def _on_drive(self, drive: Drive) -> None:
        self.write_to(drive.path / self.file_name(), drive.name, drive)

    def write_to(self, path: Path, where: str, drive: Drive | None = None) -> None:
        """Write the file.  where: the stick or folder, in words.  drive: None for a folder."""
        if self.step == "working":
            return
        if path.suffix != self.verb.suffix:
            path = path.with_name(path.name + self.verb.suffix)
        self.step = "working"
        self.ways.set_open(False)
        self._mark_way(drive, "chosen")
        self.receipt.begin(_("On its way…"), where)
        self._show_primary()
        verb, draft, words = self.verb.name, self.draft.isChecked(), language()
        maps = self.maps.chosen()

        def work(
            session: "Session", progress: ProgressCallback, cancel: CancelToken
        ) -> SharedReport:
            free = files.free_path(path)
            if verb == "export":
                return session.export_geojson(
                    free, draft=draft, language=words, progress=progress, cancel=cancel
                )
            if verb == "give_back":
                return session.give_back(free, progress=progress, cancel=cancel)
            return session.hand_out(free, maps=maps, progress=progress, cancel=cancel)

        # No owner: whoever leaves the panel meanwhile is told all the same.
        self._task = self.main.tasks.long(
            self.verb.title,
            work,
            lambda report: self._on_written(report, where, drive),
            lambda error: self._on_failed(error, verb, path, where, drive),
        )
        self._task.progressed.connect(self._on_progress)

    def _mark_way(self, drive: Drive | None, mood: Mood) -> None:
        """Show which way was taken; a stick may have been pulled out since."""
        taken = self.folder if drive is None else self.ways.cards.get(drive.path)
        for card in (*self.ways.cards.values(), self.folder):
            card.set_mood(mood if card is taken else "")

    def _on_progress(self) -> None:
        progress = self._task.progress if self._task else None
        if progress is None:
            return
        done = {PREPARED: 1, COPIED: 2, "kit": min(1, progress.done)}.get(progress.what)
        if done is not None:
            self.receipt.tick(done)

    def _on_written(self, report: SharedReport, where: str, drive: Drive | None) -> None:
        window = self.main
        if isinstance(report, SendReport):
            window.tasks.write(lambda session: session.unsent(), window.on_unsent, key="unsent")
        if not isValid(self):
            path = report.path
            window.messages.done(
                ready_words(report),
                str(path),
                (_("Open the folder"), lambda: files.show_folder(path)),
            )
            return
        self.step = "done"
        self._mark_way(drive, "done")
        self._show_receipt(report, where)
        self._show_primary()
        self.primary.setFocus()

    def _show_receipt(self, report: SharedReport, where: str) -> None:
        path, title = report.path, ready_words(report)
        rows = [(_("File"), path.name), (_("In"), str(path.parent))]
        code = ""
        if isinstance(report, SendReport):
            second = _("Each laptop receives this file.")
            size = format_size(report.size_bytes)
            found = [size, where, _("identical")]
            rows.insert(0, (_("Contributions"), format_number(report.changes)))
            code = report.code
        elif isinstance(report, HandoutReport):
            second = _("On the other laptop: Open a map.")
            with_maps = ngettext(
                "with {count} base map", "with {count} base maps", len(report.maps)
            ).format(count=format_number(len(report.maps)))
            found = ["", with_maps if report.maps else _("without base map")]
            rows.insert(0, (_("Size"), format_size(report.size_bytes)))
            if report.maps_left_out:
                rows.insert(1, (_("Left out"), ", ".join(report.maps_left_out)))
        else:
            words = ngettext("{count} place", "{count} places", report.features)
            second = words.format(count=format_number(report.features))
            found = [where]
            if report.left_out:
                left = ngettext(
                    "{count} not published yet", "{count} not published yet", report.left_out
                )
                rows.insert(0, (_("Left out"), left.format(count=format_number(report.left_out))))
        self.receipt.finish(
            title, second, found, rows, code=code, show_folder=lambda: files.show_folder(path)
        )

    def _on_failed(
        self, error: CollabMapError, verb: str, path: Path, where: str, drive: Drive | None
    ) -> None:
        window = self.main
        if isValid(self):
            self._show_failure(error)
        if isinstance(error, Cancelled):
            window.messages.show(error)
            return
        window.messages.show(
            error,
            (_("Try again"), lambda: _write_again(window, verb, path, where, drive)),
            (_("Try another way"), lambda: _try_another_way(window, verb)),
        )

    def _show_failure(self, error: CollabMapError) -> None:
        self.step = "choose"
        self.ways.set_open(True)
        self._mark_way(None, "")
        self._show_primary()
        self.primary.setFocus()
        if isinstance(error, Cancelled):
            self.receipt.wait()
        else:
            self.receipt.fail(*explain(error))


def _panel(window: "MainWindow", verb: str) -> SharePanel:
    """Return the exchange panel with one of the three chosen, opened if it is not in view."""
    if not isinstance(window.panel_host.current, SharePanel):
        getattr(window.commands, f"open_{verb}")()
    panel = window.panel_host.current
    assert isinstance(panel, SharePanel)
    if panel.verb.name != verb:
        panel.choose(verb)
    return panel


def _write_again(
    window: "MainWindow", verb: str, path: Path, where: str, drive: Drive | None
) -> None:
    """Try the same way again, from wherever one is now."""
    _panel(window, verb).write_to(path, where, drive)


def _try_another_way(window: "MainWindow", verb: str) -> None:
    """Offer the ways; where they are in sight already, ask for a folder."""
    is_in_sight = isinstance(window.panel_host.current, SharePanel)
    panel = _panel(window, verb)
    if is_in_sight:
        panel.choose_file()


class GiveBackPanel(SharePanel):
    """The exchange panel, opened to give the map back."""


class HandOutPanel(SharePanel):
    """The exchange panel, opened to hand out a copy."""

    first = "hand_out"


class ExportPanel(SharePanel):
    """The exchange panel, opened to export."""

    first = "export"
