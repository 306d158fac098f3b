"""F6 and Shift+F6: from the top bar to messages, sections, panel, map and card, and round."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class Regions:
    """Where the keyboard is; each part remembers which of its widgets had it last."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._last: dict[QWidget, QWidget] = {}

    def visible(self) -> list[QWidget]:
        """Return the parts now on screen, in reading order."""
        window = self._window
        parts = [
            *window.event_mode.parts(),
            window.top_bar,
            window.messages.widget,
            window.body.sections,
            window.panel_host,
            window.body.centre,
            window.body.cards,
        ]
        if window.front.recovery is not None:
            return [window.front.recovery]
        if window.front.welcome is not None:
            return [window.front.welcome]
        if window.front.start is not None:
            return [window.front.start]
        return [part for part in parts if part.isVisible() and first_focus(part) is not None]

    def go(self, step: int) -> None:
        """Move the keyboard to the next (1) or previous (-1) part."""
        parts = self.visible()
        if not parts:
            return
        focus = QApplication.focusWidget()
        here = next((i for i, part in enumerate(parts) if focus and part.isAncestorOf(focus)), None)
        if here is not None and focus is not None:
            self._last[parts[here]] = focus
        target = parts[0 if here is None else (here + step) % len(parts)]
        known = self._last.get(target)
        if known is None or not _takes_focus(known):
            known = first_focus(target)
        if known is not None:
            known.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def forget(self) -> None:
        """The widgets were built again."""
        self._last.clear()


def first_focus(part: QWidget) -> QWidget | None:
    """Return the first widget of a part that Tab would reach."""
    if part.focusPolicy() & Qt.FocusPolicy.TabFocus:
        return part
    widget = part.nextInFocusChain()
    while widget is not None and widget is not part:
        if part.isAncestorOf(widget) and _takes_focus(widget):
            return widget
        widget = widget.nextInFocusChain()
    return None


def _takes_focus(widget: QWidget) -> bool:
    return bool(
        widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    )
