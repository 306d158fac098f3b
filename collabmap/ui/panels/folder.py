"""A shared folder: chosen once, then one button that takes what is new there and adds one's own."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from collabmap.app.words import _, explain, format_number, format_time, ngettext
from collabmap.errors import Cancelled, CollabMapError
from collabmap.ui import files
from collabmap.ui.merges import with_merge
from collabmap.ui.tasks import LongTask
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.choice_card import WayCard
from collabmap.ui.widgets.note import Note
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.receipt import Receipt
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.two_columns import TwoColumns

if TYPE_CHECKING:
    from collabmap.app.folders import FolderReport
    from collabmap.app.merges import MergeView
    from collabmap.app.session import Session
    from collabmap.ui.main_window import MainWindow

MAX_FILES = 3


class SharedFolderCard(WayCard):
    """The way through a shared folder; it names the folder that is known."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__("folder-network-outline", _("Shared folder"), _("Choose a folder…"))
        self.clicked.connect(window.commands.open_folder)
        if window.lanes is not None:
            window.tasks.write(_known_folder, self._on_known, owner=self)

    def _on_known(self, folder: Path | None) -> None:
        if folder is not None:
            self.set_words(self.text(), folder.name or str(folder))


class FolderPanel(Panel):
    """step: '' until the folder is known, 'choose', 'ready', 'working' or 'done'."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.step = ""
        self.folder: Path | None = None
        self._task: LongTask | None = None
        self.add_title(_("Shared folder"), back=True)
        intro = _("Several computers see one folder: on a server, or kept alike by a program.")
        self.head.addWidget(Text(intro, "muted", wrap=True))
        self.choice = WayCard("folder-network-outline", _("Choose a folder…"))
        self.choice.clicked.connect(self.choose)
        self.body.addWidget(self.choice)
        self.body.addWidget(
            Note(_("Everybody’s changes go into it as files that nobody has to open or sort."))
        )
        self.body.addStretch(1)
        self.to_map = Button(_("Back to the map"), icon="map", height_px=48)
        self.to_map.clicked.connect(self.leave)
        self.primary = Button("", "primary", height_px=52)
        self.primary.clicked.connect(self._on_primary)
        self.foot.addWidget(self.to_map)
        self.foot.addWidget(self.primary)
        page = TwoColumns()
        self.page = page
        self.receipt = Receipt(
            _("Not exchanged yet"),
            _("It takes what is new there, and adds what is yours."),
            [_("Taken from the folder"), _("Put into the folder"), _("Both hold the same")],
        )
        page.left.addWidget(self.receipt)
        page.left.addStretch(1)
        self._show()

    def entered(self) -> None:
        if self.step == "" and self.main.lanes is not None:
            self.main.tasks.write(_known_folder, self._on_known, owner=self, key="shared-folder")

    def first_focus(self) -> QWidget | None:
        return self.primary if self.primary.isEnabled() else self.choice

    def _on_known(self, folder: Path | None) -> None:
        if self.step == "":
            self.folder = folder
            self.step = "ready" if folder is not None else "choose"
            self._show()
            self.primary.setFocus()

    def _show(self) -> None:
        folder = self.folder
        if folder is None:
            self.choice.set_words(_("Choose a folder…"), _("It is remembered on this computer"))
            self.primary.setText(_("Choose a folder"))
            self.primary.set_icon("folder-network-outline")
        else:
            self.choice.set_words(folder.name or str(folder), str(folder.parent))
            self.primary.setText(_("Exchange now"))
            self.primary.set_icon("folder-network-outline")
        self.choice.setEnabled(self.step not in ("", "working"))
        self.primary.setEnabled(self.step not in ("", "working"))

    # --- choosing --------------------------------------------------------------------------

    def choose(self) -> None:
        """Ask for the folder."""
        before = str(self.folder) if self.folder else str(files.documents())
        found = QFileDialog.getExistingDirectory(self, _("Shared folder"), before)
        if found:
            self.use(Path(found))

    def use(self, folder: Path) -> None:
        """Exchange through this folder from now on."""
        if self.step != "working":
            self.folder, self.step = folder, "ready"
            self.receipt.wait()
            self._show()
            self.primary.setFocus()

    def _on_primary(self) -> None:
        if self.folder is None:
            self.choose()
        else:
            self.exchange()

    # --- exchanging ------------------------------------------------------------------------

    def exchange(self) -> None:
        """Take what is new in the folder and put there what it lacks."""
        folder = self.folder
        if folder is None or self.step in ("", "working"):
            return
        if self.main.info is not None and self.main.info.read_only:
            self.main.say_read_only()
            return
        self.step = "working"
        self.receipt.begin(_("On its way…"), folder.name or str(folder))
        self._show()
        # In a narrow window the panel hides what comes of it.
        self.main.body.show_tab("centre")

        def work(session: "Session", progress: object, cancel: object) -> object:
            reports: list[FolderReport] = []

            def merge() -> object:
                report = session.sync_folder(folder, progress=progress, cancel=cancel)  # type: ignore[arg-type]
                reports.append(report)
                return report.received

            _received, view = with_merge(session, merge)  # type: ignore[arg-type]
            return reports[0], view

        # No owner: whoever leaves the panel meanwhile is told all the same.
        self._task = self.main.tasks.long(
            _("Exchanging"),
            work,
            lambda done: self._on_done(*done),  # type: ignore[misc]
            self._on_failed,
        )
        self._task.progressed.connect(self._on_progress)

    def _on_progress(self) -> None:
        progress = self._task.progress if self._task else None
        if progress is not None and progress.what == "photos":
            self.receipt.tick(2)

    def _on_done(self, report: "FolderReport", view: "MergeView | None") -> None:
        window = self.main
        window.merges.note(view, report.received)
        window.tasks.write(lambda session: session.unsent(), window.on_unsent, key="unsent")
        for problem in (*report.problems, *report.received.problems):
            window.messages.show(problem, kind="warning")
        title = _("Exchanged") if report.is_done else _("Exchanged in part")
        hint = _("{name}, at {time}.").format(
            name=report.folder.name or str(report.folder), time=format_time(files.now_ms())
        )
        if not isValid(self) or view is not None:
            window.messages.done(
                _("{what}: {found}").format(what=title, found=exchanged_words(report)),
                hint,
                *window.merges.actions(view),
            )
        if isValid(self):
            self.step = "done"
            self._show_report(report, title, hint)
            self._show()
            self.primary.setFocus()

    def _show_report(self, report: "FolderReport", title: str, hint: str) -> None:
        taken, given = _count(report.received.changes), _count(report.sent_changes)
        if not report.is_done:
            self.receipt.tick(2)
            self.receipt.fail(title, _first_problem(report))
            return
        self.receipt.finish(title, hint, [taken, given, _("counted")], rows_of(report))

    def _on_failed(self, error: CollabMapError) -> None:
        window = self.main
        if isValid(self):
            self.step = "ready"
            self._show()
            if isinstance(error, Cancelled):
                self.receipt.wait()
            else:
                self.receipt.fail(*explain(error))
            self.primary.setFocus()
        if isinstance(error, Cancelled):
            window.messages.show(error)
        else:
            window.messages.show(error, (_("Try again"), lambda: _again(window)))


def _again(window: "MainWindow") -> None:
    window.commands.open_folder()
    panel = window.panel_host.current
    if isinstance(panel, FolderPanel):
        panel.exchange()


def _known_folder(session: "Session") -> Path | None:
    return session.shared_folder


def _count(count: int) -> str:
    words = ngettext("{count} change", "{count} changes", count)
    return words.format(count=format_number(count))


def exchanged_words(report: "FolderReport") -> str:
    """Return 'sent 4, received 12'."""
    return _("sent {sent}, received {received}").format(
        sent=format_number(report.sent_changes), received=format_number(report.received.changes)
    )


def _first_problem(report: "FolderReport") -> str:
    if report.problems:
        return explain(report.problems[0])[0]
    return _("Some of it is still on its way. Exchange again later.")


def rows_of(report: "FolderReport") -> list[tuple[str, str]]:
    """Return name and value of what one exchange did, and of what is left to say."""
    received = report.received
    places = [
        (_("New places"), received.added),
        (_("Changed"), received.changed),
        (_("Deleted"), received.deleted),
        (_("Photos that came"), received.photos),
        (_("Photos that went"), report.sent_photos),
    ]
    rows = [(name, format_number(count)) for name, count in places if count]
    if report.waiting:
        rows.append((_("Waits for an earlier part"), format_number(report.waiting)))
    for title, names in (
        (_("Still on the way"), report.partial),
        (_("Damaged, left alone"), report.damaged),
    ):
        if names:
            more = "…" if len(names) > MAX_FILES else ""
            rows.append((title, ", ".join(names[:MAX_FILES]) + more))
    if report.refused:
        rows.append((_("Refused: not signed rightly"), format_number(report.refused)))
    return rows
