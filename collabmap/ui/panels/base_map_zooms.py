"""How near one can go: zooms by two handles, what each shows, and what it all takes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.base_map_building import HIGHEST, LOWEST, ROOM_FACTOR, USUAL_ZOOMS
from collabmap.app.words import _, format_duration, format_number, format_size, ngettext
from collabmap.ui.widgets.note import Icon
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.zoom_range import ZoomRange
from collabmap.ui.widgets.zoom_table import Figure, Figures, ZoomTable

if TYPE_CHECKING:
    from collabmap.basemap.builder import Estimate


def seen_at(zoom: int) -> str:
    """Return what a zoom lets one see, in two or three words."""
    return {
        8: _("several counties"),
        9: _("the county"),
        10: _("the urban area"),
        11: _("neighbouring towns"),
        12: _("the region"),
        13: _("the town"),
        14: _("the quarters"),
        15: _("the streets"),
        16: _("street names"),
        17: _("the buildings"),
        18: _("the entrances"),
        19: _("the benches"),
        20: _("every detail"),
    }.get(zoom, "")


class ZoomsPart(QWidget):
    """changed: other zooms were chosen."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tiles: dict[int, int] = {}
        self.estimate: Estimate | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        row = QHBoxLayout()
        row.addWidget(Text(_("Zooms"), "label"))
        row.addStretch(1)
        self.span = Text("", "muted")
        row.addWidget(self.span)
        layout.addLayout(row)
        self.range = ZoomRange(LOWEST, HIGHEST, _("First zoom"), _("Last zoom"))
        self.range.changed.connect(self._on_range)
        layout.addWidget(self.range)
        self.table = ZoomTable()
        layout.addWidget(self.table)
        layout.addSpacing(8)
        self.figures = Figures()
        layout.addWidget(self.figures)
        layout.addSpacing(6)
        note = QHBoxLayout()
        note.setSpacing(10)
        note.addWidget(Icon("restore", "muted", side_px=16))
        self.note = Text("", "second", wrap=True)
        note.addWidget(self.note, 1)
        layout.addLayout(note)
        self.set_zooms(*USUAL_ZOOMS)

    @property
    def zooms(self) -> tuple[int, ...]:
        first, last = self.range.levels
        return tuple(range(first, last + 1))

    @property
    def total(self) -> int:
        """How many tiles all zooms take."""
        return sum(self.tiles.values())

    @property
    def lacks_room(self) -> bool:
        """Whether the disk is too full for what was measured."""
        found = self.estimate
        return found is not None and found.bytes * ROOM_FACTOR > found.free_bytes

    def set_zooms(self, first: int, last: int) -> None:
        """Show a range without telling anybody."""
        self.range.set_levels(first, last)
        self._say_span()

    def _on_range(self, _first: int, _last: int) -> None:
        self._say_span()
        self.changed.emit()

    def _say_span(self) -> None:
        first, last = self.range.levels
        self.span.setText(_("from {first} to {last}").format(first=first, last=last))

    # --- numbers ----------------------------------------------------------------------------

    def show_tiles(self, tiles: Mapping[int, int]) -> None:
        """Show the exact counts; what was measured before is of another choice."""
        self.tiles = dict(tiles)
        self.table.show_tiles(tiles, {zoom: seen_at(zoom) for zoom in tiles})
        self.show_measuring()

    def show_measuring(self) -> None:
        """Say that size and time are being measured."""
        self.estimate = None
        self._show(_("measuring…"), _("on this computer"))
        self.note.setText(_("Size and time are measured by painting a few tiles."))

    def show_estimate(self, estimate: "Estimate") -> None:
        """Show what painting a sample on this computer has told."""
        self.estimate = estimate
        self.tiles = dict(estimate.tiles)
        free = _("{size} free here").format(size=format_size(estimate.free_bytes))
        self._show(free, _("on this computer"))
        if self.lacks_room:
            self.note.setText(_("The disk is too full for this. Make room, or choose fewer zooms."))
        else:
            self.note.setText(
                _("It can be paused and goes on where it was; every tile is checked at the end.")
            )

    def show_unknown(self) -> None:
        """Nothing could be measured: the message says why."""
        self.estimate = None
        self._show(_("not measured"), _("on this computer"))
        self.note.setText("")

    def _show(self, free: str, here: str) -> None:
        found = self.estimate
        words = ngettext("tile, exactly", "tiles, exactly", self.total)
        size = "…" if found is None else format_size(found.bytes)
        time = "…" if found is None else format_duration(found.seconds)
        self.figures.show_figures(
            (
                Figure(format_number(self.total), words),
                Figure(size, free, is_alarm=self.lacks_room),
                Figure(time, here),
            )
        )
