"""A damaged map: what is whole in it is saved by one press, and what is missing is told."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from collabmap.app.words import _, ngettext
from collabmap.errors import CollabMapError

if TYPE_CHECKING:
    from collabmap.app.checking import DoctorReport
    from collabmap.app.exporting import ProjectInfo
    from collabmap.ui.main_window import MainWindow


class Repairing(QObject):
    """offer() says that a map is damaged, with a way to repair it beside."""

    def __init__(self, window: "MainWindow", open_map: Callable[[Path], object]) -> None:
        super().__init__(window)
        self._window = window
        self._open_map = open_map
        self._report: DoctorReport | None = None
        window.project_changed.connect(self._on_project)

    def offer(self, path: Path, error: CollabMapError) -> None:
        """Say what is wrong with the map that did not open."""
        self._window.on_project_refused(
            error,
            (_("Repair it"), lambda: self._repair(path)),
            hint=_("What is whole in it can be saved. The damaged file stays beside it."),
        )

    def _repair(self, path: Path) -> None:
        # Imported late: nothing else here takes files apart.
        from collabmap.app.checking import doctor

        device = self._window.device
        self._window.tasks.long_aside(
            _("Repairing the map"),
            lambda progress, cancel: doctor(path, device, progress=progress, cancel=cancel),
            self._on_repaired,
            self._window.messages.show,
            owner=self,
        )

    def _on_repaired(self, report: "DoctorReport") -> None:
        self._report = report
        self._open_map(report.path)

    def _on_project(self, info: "ProjectInfo | None") -> None:
        """Say what was repaired once it is open: a map that opens takes older messages away."""
        report, self._report = self._report, None
        if report is not None and info is not None and info.path == report.path:
            self._tell(report)

    def _tell(self, report: "DoctorReport") -> None:
        missing = sum(gap.changes or 1 for gap in report.missing) + report.unsigned_lost
        kept = _("The damaged file stays beside it.")
        if not missing:
            self._window.messages.done(_("The map is whole again"), kept)
        else:
            title = ngettext(
                "The map was repaired; {count} change is missing here",
                "The map was repaired; {count} changes are missing here",
                missing,
            ).format(count=missing)
            hint = _("Whoever has them gives them back: receive before you add anything.")
            self._window.messages.warn(title, f"{hint} {kept}")
