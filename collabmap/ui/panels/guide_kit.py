"""The last step: the copy is made, tried for real, and carried away."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from collabmap.app import guide
from collabmap.app.guide import Standing
from collabmap.app.kit_trial import KitTrial
from collabmap.app.kit_trial_words import trial_words
from collabmap.app.kits import KIT_SUFFIX
from collabmap.app.progress import CancelToken
from collabmap.app.words import _, explain, format_size
from collabmap.errors import CollabMapError
from collabmap.ui import files
from collabmap.ui.drives import Drive
from collabmap.ui.panels.guide_steps import GuideStep
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.choice_card import WayCard
from collabmap.ui.widgets.note import Note
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.ways import Ways

if TYPE_CHECKING:
    from collabmap.app.kit_maps import HandoutPlan
    from collabmap.app.session import Session
    from collabmap.ui.main_window import MainWindow
    from collabmap.ui.tasks import LongTask, ProgressCallback


class KitStep(GuideStep):
    """kit: the copy that was made last, None before there is one.  trial: what came of trying it
    just now."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(
            window,
            _("The invitation"),
            _("One file: the map, its base maps, its categories and the right to contribute."),
        )
        self.kit: Path | None = None
        self.trial: KitTrial | None = None
        self.is_busy = False
        self._task: LongTask | None = None
        self.size_words = Text("", "muted", wrap=True)
        self.make = Button("", "outline", icon="file-outline", height_px=44)
        self.make.clicked.connect(self.make_and_try)
        self.said = Note("", icon="file-outline")
        self._problems = Text("", "body", wrap=True)
        self.where = Text(_("Where to?"), "label")
        self.ways = Ways(window.tasks, to_write=True)
        self.ways.drive_chosen.connect(self._on_drive)
        self.folder = WayCard("folder-network-outline", _("Folder"), _("Choose a folder…"))
        self.folder.clicked.connect(self.choose_folder)
        self.ways.add(self.folder)
        for part in (self.size_words, self.make, self.said, self._problems, self.where, self.ways):
            self.body.addWidget(part)
        self._problems.hide()

    def first_focus(self) -> QWidget | None:
        return self.make

    def entered(self) -> None:
        if self.main.lanes is not None:
            self.main.tasks.write(
                lambda session: session.handout_plan(), self._on_size, owner=self, key="kit-size"
            )

    def _on_size(self, plan: "HandoutPlan") -> None:
        size = plan.size_bytes({view.file for view in plan.maps})
        self.size_words.setText(_("It will be {size} at most.").format(size=format_size(size)))

    def show_standing(self, standing: Standing) -> None:
        self.kit = Path(standing.kit.path) if standing.kit is not None else None
        tried, is_fresh = standing.trial, standing.is_done("kit")
        has_kit = self.kit is not None and tried is not None
        self.make.setText(
            _("Make it again and try it") if has_kit else _("Make the invitation and try it")
        )
        self.make.set_kind("outline" if is_fresh else "primary")
        if self.trial is None or self.trial.is_good:
            self._problems.hide()
        if self.kit is None:
            self._say("", _("There is none yet."))
        elif tried is None:
            self._say(self.kit.name, _("It was not tried yet, or is not there any more."))
        elif not tried.is_good:
            self._say(self.kit.name, _("Tried: something is wrong with it. Make it again."))
        else:
            older = "" if is_fresh else " " + _("The map has changed since: make it again.")
            self._say(self.kit.name, trial_words(tried) + "." + older)
        may_go = tried is not None and tried.is_good
        self.where.setVisible(may_go)
        self.ways.setVisible(may_go)

    def _say(self, title: str, words: str) -> None:
        self.said.title.setText(title)
        self.said.title.setVisible(bool(title))
        self.said.text.setText(words)

    # --- making and trying -------------------------------------------------------------------

    def make_and_try(self) -> None:
        """Make the copy beside the map and open it as a resident would."""
        info = self.main.info
        if info is None or self.is_busy:
            return
        target = info.path.with_name(files.safe_stem(info.name) + KIT_SUFFIX)
        known = self.kit

        def work(session: "Session", progress: "ProgressCallback", cancel: CancelToken) -> KitTrial:
            # One's own is written anew; somebody else's file of that name stays.
            path = target if known == target else files.free_path(target)
            report = session.hand_out(path, progress=progress, cancel=cancel)
            return session.try_kit(report.path, progress=progress, cancel=cancel)

        self._set_busy(True)
        self._task = self.main.tasks.long(
            _("The invitation"), work, self._on_tried, self._on_failed
        )

    def _set_busy(self, is_busy: bool) -> None:
        self.is_busy = is_busy
        self.make.setEnabled(not is_busy)
        self.ways.set_open(not is_busy)

    def _on_tried(self, trial: KitTrial) -> None:
        if not isValid(self):
            self.main.messages.done(_("The invitation is ready"), trial_words(trial))
            return
        self._set_busy(False)
        if self.isVisible():
            # Where the keyboard was before the button could not be pressed.
            self.make.setFocus()
        self.trial = trial
        words = [" ".join(explain(problem)) for problem in trial.problems]
        self._problems.setText("\n".join(words))
        self._problems.setVisible(bool(words))
        self.changed.emit()

    def _on_failed(self, error: CollabMapError) -> None:
        if isValid(self):
            self._set_busy(False)
            self.trial = None
            self.changed.emit()
        self.main.messages.show(error)

    # --- carrying it away --------------------------------------------------------------------

    def choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, _("Where to?"), str(files.documents()))
        if folder:
            self.copy_to(Path(folder), Path(folder).name)

    def _on_drive(self, drive: Drive) -> None:
        self.copy_to(drive.path, drive.name)

    def copy_to(self, folder: Path, name: str) -> None:
        """Copy it and read it back.  name: of the stick or folder, in words."""
        kit = self.kit
        if kit is None or self.is_busy:
            return
        self._set_busy(True)
        self._task = self.main.tasks.long_aside(
            _("Copying the invitation"),
            lambda progress, cancel: guide.copy_kit(kit, folder / kit.name, progress, cancel),
            lambda size: self._on_copied(folder / kit.name, name, size),
            self._on_failed,
        )

    def _on_copied(self, path: Path, name: str, size: int) -> None:
        if isValid(self):
            self._set_busy(False)
        words = _("The invitation is on {name}").format(name=name)
        second = _("{file}, {size}, read back and identical")
        self.main.messages.done(
            words,
            second.format(file=path.name, size=format_size(size)),
            (_("Open the folder"), lambda: files.show_folder(path)),
        )

    def finish(self) -> None:
        """The last step: back to the checklist."""
        self.main.leave_panel()
