"""What follows a merge: the green message, putting it on hold here, and letting it in again."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject

from collabmap.app.words import _, format_number, ngettext
from collabmap.ui.messages import MessageAction
from collabmap.ui.my_news import MyNews

if TYPE_CHECKING:
    from collabmap.app.merges import MergeView
    from collabmap.app.merging import MergeReport
    from collabmap.app.session import Session
    from collabmap.ui.main_window import MainWindow


class Found(NamedTuple):
    """What a merge met that is told once: not kept with the merge, but with this window.

    copied: whose laptops had been copied.  clocks: whose were ahead, by how many milliseconds.
    """

    copied: tuple[str, ...]
    clocks: tuple[tuple[str, int], ...]

    @property
    def is_empty(self) -> bool:
        return not (self.copied or self.clocks)


def with_merge(
    session: "Session", merge: "Callable[[], MergeReport]"
) -> "tuple[MergeReport, MergeView | None]":
    """Merge, and return what was done and how it is listed now; in the write lane.

    None: nothing came that could be undone.
    """
    before = {view.id for view in session.merges()}
    report = merge()
    return report, next((v for v in session.merges() if v.id not in before), None)


class Merges(QObject):
    """found: by the id of a merge that happened while this window was open.

    my_news: what the person in force has not seen of the answers that came.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.found: dict[int, Found] = {}
        # What coordinators said comes with what is merged.
        self.my_news = MyNews(window)
        window.project_changed.connect(lambda _info: self.found.clear())

    def note(self, view: "MergeView | None", report: "MergeReport") -> None:
        """Remember what a merge met, and tell of it if it is grave."""
        clocks = tuple((clock.name, clock.ahead_ms) for clock in report.clocks)
        if view is not None:
            self.found[view.id] = Found(report.copied, clocks)

    def actions(self, view: "MergeView | None") -> list[MessageAction]:
        """Return 'See' and 'Undo the merge', as far as there is something to see or to undo."""
        if view is None:
            return []
        shown: list[MessageAction] = [(_("See"), lambda: self.show(view.id))]
        if view.can_undo:
            shown.append((_("Undo the merge"), lambda: self.hold(view.id)))
        return shown

    def show(self, merge: int) -> None:
        """Open the report of a merge."""
        # Imported late, as every panel is: a start must not wait for it.
        from collabmap.ui.panels.merge_report import MergeReportPanel

        window = self._window
        panel = window.panel_host.current
        if not isinstance(panel, MergeReportPanel):
            window.placing.give_up()
            if window.panel_host.current_name != "merges":
                window.panel_host.back_to_root()
            panel = window.open_panel("merge_report")
        assert isinstance(panel, MergeReportPanel)
        panel.show_merge(merge)

    def hold(self, merge: int) -> None:
        """Put a merge out of effect on this computer."""
        self._window.tasks.long(
            _("Undoing the merge"),
            lambda session, _progress, _cancel: _held(session, merge),
            self._on_held,
        )

    def release(self, merge: int) -> None:
        """Let a merge in again."""
        self._window.tasks.long(
            _("Letting the merge in again"),
            lambda session, _progress, _cancel: _released(session, merge),
            self._on_released,
        )

    def _on_held(self, view: "MergeView | None") -> None:
        if view is None:
            return
        words = [_("On this computer only: other computers keep it, and nothing is erased.")]
        if view.later:
            words.append(later_words(view.later))
        self._window.messages.done(
            _("The merge is undone here"),
            " ".join(words),
            (_("Let in again"), lambda: self.release(view.id)),
            (_("See"), lambda: self.show(view.id)),
        )

    def _on_released(self, view: "MergeView | None") -> None:
        if view is None:
            return
        count = ngettext("{count} change is back.", "{count} changes are back.", view.changes)
        self._window.messages.done(
            _("The merge is in effect again"),
            count.format(count=format_number(view.changes)),
            (_("See"), lambda: self.show(view.id)),
        )


def later_words(count: int) -> str:
    """Return '3 later changes wait.'."""
    words = ngettext("{count} later change waits.", "{count} later changes wait.", count)
    return words.format(count=format_number(count))


def _held(session: "Session", merge: int) -> "MergeView | None":
    session.hold(merge)
    return _view(session, merge)


def _released(session: "Session", merge: int) -> "MergeView | None":
    session.release(merge)
    return _view(session, merge)


def _view(session: "Session", merge: int) -> "MergeView | None":
    return next((view for view in session.merges() if view.id == merge), None)
