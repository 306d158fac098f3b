"""Sending: what is unsent, by which way it goes, and three checks before it counts as sent."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from collabmap.app.sending import COPIED, PREPARED, SendReport, UnsentPlace
from collabmap.app.session import Session
from collabmap.app.words import _, explain, format_number, format_size, format_time, ngettext
from collabmap.domain.feature import FeatureState
from collabmap.domain.theme import Theme
from collabmap.errors import Cancelled, CollabMapError
from collabmap.ui import files
from collabmap.ui.drives import Drive
from collabmap.ui.panels.came_back import CameBack
from collabmap.ui.panels.folder import SharedFolderCard
from collabmap.ui.place_words import day_and_time, field_words
from collabmap.ui.tasks import LongTask
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.choice_card import Mood, WayCard
from collabmap.ui.widgets.note import Empty
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.receipt import Receipt
from collabmap.ui.widgets.row_list import Row, RowList
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.two_columns import TwoColumns
from collabmap.ui.widgets.ways import Ways

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

SUFFIX = ".cmbundle"
Found = tuple[tuple[UnsentPlace, ...], SendReport | None]


class SendPanel(Panel):
    """step: 'choose' a way, 'sending', 'sent', 'again' when all was sent before, 'nothing'."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.step = ""
        self._places: tuple[UnsentPlace, ...] = ()
        self._wanted: tuple[Path, str, Drive | None] | None = None
        self._task: LongTask | None = None
        self.add_title(_("Send my contribution"), back=True)
        self.intro = Text("", "muted", wrap=True)
        self.head.addWidget(self.intro)
        self.list = RowList(window.theme, _("What will be sent"), grows=True)
        self.list.opened.connect(self._open_place)
        self.empty = Empty()
        self.body.setContentsMargins(12, 0, 12, 8)
        self.body.addWidget(self.list)
        self.body.addWidget(self.empty)
        self.body.addStretch(1)
        self.to_map = Button(_("Back to the map"), icon="map", height_px=48)
        self.to_map.clicked.connect(self._back_to_map)
        self.primary = Button("", "primary", height_px=52)
        self.primary.clicked.connect(self._on_primary)
        self.foot.addWidget(self.to_map)
        self.foot.addWidget(self.primary)
        self.empty.hide()
        self._build_page()
        self._show_primary()

    def _build_page(self) -> None:
        page = TwoColumns()
        self.page = page
        page.left.addWidget(Text(_("Which way?"), "heading"))
        self.ways = Ways(self.main.tasks, to_write=True)
        self.ways.drive_chosen.connect(self._on_drive)
        self.ways.found.connect(self._show_primary)
        self.shared = SharedFolderCard(self.main)
        self.folder = WayCard("file-outline", _("A file"), _("Choose a folder…"))
        self.folder.clicked.connect(self.choose_file)
        self.ways.add(self.shared)
        self.ways.add(self.folder)
        page.left.addWidget(self.ways)
        self.came_back = CameBack(self.main)
        page.left.addWidget(self.came_back)
        page.left.addStretch(1)
        self.receipt = Receipt(
            _("Not sent yet"),
            _("Choose a way. It counts as sent once all three are done."),
            [_("Bundle prepared"), _("Copied"), _("Read back and counted")],
        )
        page.right.addWidget(self.receipt)
        page.right.addStretch(1)

    def first_focus(self) -> QWidget | None:
        return self.primary if self.primary.isEnabled() else None

    # --- what is unsent --------------------------------------------------------------------

    def entered(self) -> None:
        self.reload()
        self.came_back.reload()

    def reload(self) -> None:
        """Ask what is unsent."""
        if self.main.lanes is not None and self.step not in ("sending", "sent"):
            self.main.tasks.write(_look, self._on_looked, owner=self, key="unsent-places")

    def _on_looked(self, found: Found) -> None:
        self._places, last = found
        person = self.main.person
        me = person.id if person else b""
        self.list.set_rows([place_row(place, me, self.main.theme) for place in self._places])
        self.list.setVisible(bool(self._places))
        self.empty.setVisible(not self._places)
        if self._places:
            self.step = "choose"
            self.intro.setText(_contributions_words(len(self._places)))
        elif last is not None:
            self.step = "again"
            self.intro.setText("")
            self.empty.say(
                "check-all",
                _("Everything has already been sent"),
                _("{when}. You can send it again: nothing will be counted twice.").format(
                    when=day_and_time(last.at_ms)
                ),
            )
            self._show_receipt(last, files.folder_words(last.path))
        else:
            self.step = "nothing"
            self.intro.setText("")
            self.empty.say(
                "map-marker-plus", _("Nothing to send yet"), _("Add a place, then come back.")
            )
        self.ways.set_open(self.step != "nothing")
        # Through a shared folder one receives too.
        self.shared.setEnabled(True)
        self._show_primary()
        if not self.primary.hasFocus() and self.primary.isVisible():
            self.primary.setFocus()
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self.send_to(*wanted)

    # --- the foot ----------------------------------------------------------------------------

    def _show_primary(self) -> None:
        """Give the one filled button what is to be done now."""
        if self.step == "sent":
            self._set_primary("account-arrow-right", _("Next person"))
        elif self.step == "again":
            self._set_primary("map", _("Back to the map"))
        elif self.step == "nothing":
            self._set_primary("map-marker-plus", _("Add a place"))
        elif self.ways.drives:
            name = self.ways.drives[0].name
            self._set_primary("usb-flash-drive", _("Copy to {name}").format(name=name))
        else:
            self._set_primary("folder-open-outline", _("Choose a folder"))
        self.to_map.setVisible(self.step != "again")
        self.primary.setEnabled(self.step not in ("", "sending"))

    def _set_primary(self, icon: str, words: str) -> None:
        self.primary.setText(words)
        self.primary.set_icon(icon)

    def _on_primary(self) -> None:
        if self.step == "sent":
            self.main.front.show_welcome(again=True)
        elif self.step == "again":
            self._back_to_map()
        elif self.step == "nothing":
            self.main.commands.add_place()
        elif self.ways.drives:
            self._on_drive(self.ways.drives[0])
        else:
            self.choose_file()

    def _back_to_map(self) -> None:
        self.main.panel_host.back()

    def _open_place(self, feature: bytes) -> None:
        if self.step != "sending":
            self._back_to_map()
            self.main.commands.open_place(feature)

    # --- sending -----------------------------------------------------------------------------

    def file_name(self) -> str:
        """Return the name of the file to write: who and when."""
        person = self.main.person
        words = person.name if person else self.main.info.name if self.main.info else ""
        return files.dated_stem(words, files.now_ms()) + SUFFIX

    def choose_file(self) -> None:
        """Ask for a folder and a name."""
        # Never asks about writing over a file: a free name is taken instead.
        path, _filter = QFileDialog.getSaveFileName(
            self,
            _("Send my contribution"),
            str(files.documents() / self.file_name()),
            _("Contribution") + f" (*{SUFFIX})",
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if path:
            chosen = Path(path)
            self.send_to(chosen, files.folder_words(chosen))

    def _on_drive(self, drive: Drive) -> None:
        self.send_to(drive.path / self.file_name(), drive.name, drive)

    def send_to(self, path: Path, where: str, drive: Drive | None = None) -> None:
        """Write the bundle.  where: the stick or folder, in words.  drive: None for a folder."""
        if self.step == "":
            # What is unsent is still being looked up.
            self._wanted = (path, where, drive)
            return
        if self.step not in ("choose", "again"):
            return
        if path.suffix != SUFFIX:
            path = path.with_name(path.name + SUFFIX)
        self.step = "sending"
        self.ways.set_open(False)
        self._mark_way(drive, "chosen")
        self.receipt.begin(_("On its way…"), where)
        self._show_primary()
        # No owner: whoever leaves the panel meanwhile is told all the same.
        self._task = self.main.tasks.long(
            _("Sending"),
            lambda session, progress, cancel: session.send(
                files.free_path(path), progress=progress, cancel=cancel
            ),
            lambda report: self._on_sent(report, where, drive),
            lambda error: self._on_failed(error, path, where, drive),
        )
        self._task.progressed.connect(self._on_progress)

    def _mark_way(self, drive: Drive | None, mood: Mood) -> None:
        """Show which way was taken; a stick may have been pulled out since."""
        taken = self.folder if drive is None else self.ways.cards.get(drive.path)
        for card in (*self.ways.cards.values(), self.folder):
            card.set_mood(mood if card is taken else "")

    def _on_progress(self) -> None:
        progress = self._task.progress if self._task else None
        done = {PREPARED: 1, COPIED: 2}.get(progress.what if progress else "")
        if done is not None:
            self.receipt.tick(done)

    def _on_sent(self, report: SendReport, where: str, drive: Drive | None) -> None:
        window = self.main
        window.tasks.write(
            lambda session: session.unsent(),
            lambda count: _show_sent(window, count),
            key="unsent",
        )
        if not isValid(self):
            code = _("Code {code}").format(code=report.code)
            window.messages.done(_("Sent and verified"), f"{read_back_words(report)}. {code}")
            return
        self.step = "sent"
        self._mark_way(drive, "done")
        self._show_receipt(report, where)
        self.intro.setText(_("They stay on this computer too."))
        self.came_back.reload()
        self._show_primary()
        self.primary.setFocus()

    def _on_failed(
        self, error: CollabMapError, path: Path, where: str, drive: Drive | None
    ) -> None:
        window = self.main
        if isValid(self):
            self._show_failure(error)
        if isinstance(error, Cancelled):
            window.messages.show(error)
            return
        window.messages.show(
            error,
            (_("Try again"), lambda: _send_again(window, path, where, drive)),
            (_("Try another way"), lambda: _try_another_way(window)),
        )

    def _show_failure(self, error: CollabMapError) -> None:
        self.step = "choose" if self._places else "again"
        self.ways.set_open(True)
        self._mark_way(None, "")
        self._show_primary()
        self.primary.setFocus()
        if isinstance(error, Cancelled):
            self.receipt.wait()
            return
        title, hint = explain(error)
        kept = ngettext(
            "Your {count} contribution is still here; nothing is lost.",
            "Your {count} contributions are still here; nothing is lost.",
            len(self._places),
        ).format(count=format_number(len(self._places)))
        self.receipt.fail(title, kept if self._places else hint)

    def _show_receipt(self, report: SendReport, where: str) -> None:
        rows = []
        if self._places:
            people = dict.fromkeys(place.person_name for place in self._places)
            rows.append((_("Contributions"), kinds_words(self._places)))
            rows.append((_("From"), ", ".join(people)))
        rows.append((_("Handed to"), where))
        rows.append((_("File"), report.path.name))
        rows.append((_("On"), day_and_time(report.at_ms)))
        self.receipt.finish(
            _("Sent and verified"),
            read_back_words(report),
            [format_size(report.size_bytes), where, _("identical")],
            rows,
            code=report.code,
        )


def read_back_words(report: SendReport) -> str:
    """Return '4 of 4 read back, none missing'."""
    if not report.places:
        return _("Read back whole, none missing")
    number = format_number(report.places)
    words = _("{count} of {total} read back, none missing")
    return words.format(count=number, total=number)


def _show_sent(window: "MainWindow", unsent: int) -> None:
    window.on_unsent(unsent)
    window.top_bar.saved.set_text(_("Sent"))


def _send_again(window: "MainWindow", path: Path, where: str, drive: Drive | None) -> None:
    """Try the same way again, from wherever one is now."""
    window.commands.open_send()
    panel = window.panel_host.current
    if isinstance(panel, SendPanel):
        panel.send_to(path, where, drive)


def _try_another_way(window: "MainWindow") -> None:
    """Offer the ways; where they are in sight already, ask for a folder."""
    panel = window.panel_host.current
    if isinstance(panel, SendPanel):
        panel.choose_file()
    else:
        window.commands.open_send()


def _look(session: Session) -> Found:
    return session.unsent_places(), session.last_sent()


def _contributions_words(count: int) -> str:
    words = ngettext(
        "Your {count} contribution. You can still open and correct it.",
        "Your {count} contributions. You can still open and correct them.",
        count,
    )
    return words.format(count=format_number(count))


def place_row(place: UnsentPlace, me: bytes, theme: Theme) -> Row:
    """Return the line of an unsent place.  me: the person in force."""
    if place.is_deletion:
        what = _("deletion")
    elif place.is_new:
        what = _("new")
    else:
        what = field_words(place.fields, theme) or _("change")
    if place.person != me and place.person_name:
        what = f"{place.person_name} · {what}"
    return Row(
        place.id,
        place.category,
        place.name,
        what,
        format_time(place.at_ms),
        place.state or FeatureState.REJECTED,
        yours=place.person == me and place.is_new,
    )


def kinds_words(places: tuple[UnsentPlace, ...]) -> str:
    """Return '3 new, 1 change'."""
    deleted = sum(place.is_deletion for place in places)
    new = sum(place.is_new and not place.is_deletion for place in places)
    changed = len(places) - new - deleted
    words = []
    if new:
        words.append(ngettext("{count} new", "{count} new", new).format(count=new))
    if changed:
        one = ngettext("{count} change", "{count} changes", changed)
        words.append(one.format(count=changed))
    if deleted:
        one = ngettext("{count} deletion", "{count} deletions", deleted)
        words.append(one.format(count=deleted))
    return ", ".join(words)
