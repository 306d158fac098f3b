"""What happens with a fault of ours: a log file to send, and a calm word about it."""

import contextlib
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QThread, Signal
from PySide6.QtWidgets import QApplication, QMessageBox

from collabmap import __version__
from collabmap.app.words import _


class _Reporter(QObject):
    """Brings a fault of any thread to the GUI thread, and tells of it once at a time."""

    happened = Signal(str)

    def __init__(self, log: Path) -> None:
        super().__init__()
        self.log = log
        self._is_open = False
        self.happened.connect(self._tell)

    def _tell(self, details: str) -> None:
        if self._is_open or QApplication.instance() is None:
            return
        self._is_open = True
        try:
            box = QMessageBox(
                QMessageBox.Icon.Warning,
                "CollabMap",
                _("This is a fault of CollabMap, not yours. What was saved is kept."),
            )
            box.setInformativeText(
                _("You can go on. Please send us this file: {path}").format(path=self.log)
            )
            box.setDetailedText(details)
            box.exec()
        finally:
            self._is_open = False


_reporter: _Reporter | None = None


def install(log: Path) -> None:
    """Write what nobody caught into a log file and tell of it, whichever thread it came from."""
    global _reporter
    _reporter = _Reporter(log)
    sys.excepthook = _on_exception
    threading.excepthook = lambda args: _on_exception(
        args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
    )


def uninstall() -> None:
    """Give the hooks back: the window is gone and nobody could read its words."""
    global _reporter
    _reporter = None
    sys.excepthook = sys.__excepthook__
    threading.excepthook = threading.__excepthook__


def _on_exception(
    kind: type[BaseException], value: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        QApplication.quit()
        return
    # The message of an exception may hold what a person wrote; the places in the code don't.
    details = "".join([*traceback.format_tb(trace), kind.__name__])
    if isinstance(value, OSError):
        details += f": {value.strerror}"
    reporter = _reporter
    if reporter is None:
        sys.__excepthook__(kind, value, trace)
        return
    with contextlib.suppress(OSError):
        reporter.log.parent.mkdir(parents=True, exist_ok=True)
        with reporter.log.open("a", encoding="utf-8") as file:
            file.write(f"CollabMap {__version__}, Python {sys.version}\n{details}\n\n")
    if sys.stderr is not None:
        traceback.print_exception(kind, value, trace)
    if QApplication.instance() is not None and QThread.currentThread() is not None:
        reporter.happened.emit(details)
