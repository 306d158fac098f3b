"""The names of marks, beside them where they fit, once one stands in a street.

A name stays where it stands while the map moves: names of marks that come into view only fill what
is free.  What found no room tries again when the map is at rest.
"""

from collections import OrderedDict
from collections.abc import Hashable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPixmap

from collabmap.domain.feature import FeatureState, Mark
from collabmap.domain.mark_columns import IS_SHAPE
from collabmap.render.camera import Camera, Floats
from collabmap.render.furniture import label_font
from collabmap.render.name_placing import Box, Name, place
from collabmap.render.tokens import TYPE
from collabmap.ui.map.feature_layer import FeatureLayer
from collabmap.ui.map.layers import Frame
from collabmap.ui.map.overlays import Overlays, selected_boxes
from collabmap.ui.map.pixmaps import draw, text_picture

if TYPE_CHECKING:
    from collabmap.ui.map.view import MapView

# Names of all marks appear where streets are wide enough for them, those of lines and zones before.
NAMES_ZOOM = 18.0
SHAPE_NAMES_ZOOM = 16.0
# Among more marks than these a name would say nothing about which of them it means.
MAX_MARKS = 500
MAX_NAMES = 250
# Of a longer one the beginning is written.
WIDEST_PX = 170.0
# Half the width of a mark as drawn, and of one that wears a ring or a badge.
PLAIN_REACH, FULL_REACH = 17.0, 23.0
SETTLE_MS = 180
# A written name costs half a millisecond: a crowd of new ones comes in a few frames.
WRITTEN_A_FRAME = 5
KEPT_IMAGES = 800


class Written(NamedTuple):
    """What is known of a row.  text: as written.  width, height: logical pixels."""

    mark: Mark
    text: str
    width: float
    height: float
    reach: float
    priority: int


class NameLayer:
    """A layer above the marks.  Sees the marks as the same frame has painted them."""

    def __init__(self, view: "MapView", features: FeatureLayer, overlays: Overlays) -> None:
        self._view, self._features, self._overlays = view, features, overlays
        # By id: the side that a name has, and whether it found none since the map was at rest.
        self._sides: dict[Hashable, int] = {}
        self._failed: set[Hashable] = set()
        self._rows: dict[int, Written] = {}
        self._known: tuple[object, ...] = ()
        self._look: tuple[object, ...] = ()
        self._images: OrderedDict[str, QPixmap] = OrderedDict()
        self._camera: Camera | None = None
        self._is_late = False
        self.shown: dict[Hashable, Box] = {}
        self._timer = QTimer(view, singleShot=True, interval=SETTLE_MS)
        self._timer.timeout.connect(self._settle)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        self.shown = {}
        if self._overlays.pin is not None or frame.camera.zoom < SHAPE_NAMES_ZOOM:
            return
        font = label_font(painter, TYPE["second"] * frame.text_scale, QFont.Weight.DemiBold)
        is_zooming = self._follow_camera(frame.camera)
        names, written = self._names(frame, font)
        if not names:
            return
        # While it goes nearer or further, all that is done is to leave out what no longer fits.
        placed = place(
            names,
            self._obstacles(frame.camera, font),
            self._sides,
            only_kept=is_zooming,
            view=(0.0, 0.0, float(frame.camera.width), float(frame.camera.height)),
        )
        # Those that went out of view come back where they stood, until the map is at rest.
        self._sides |= {key: side for key, (side, _box) in placed.items()}
        if not is_zooming:
            self._failed |= {name.key for name in names if name.key not in placed}
        self.shown = {key: box for key, (_side, box) in placed.items()}
        self._write(painter, frame, font, written)

    def _follow_camera(self, camera: Camera) -> bool:
        """Return whether the map is going nearer or further."""
        before, self._camera = self._camera, camera
        if before is None or before == camera:
            return False
        self._timer.start()
        is_zooming = before.zoom != camera.zoom and bool(self._sides)
        self._is_late |= is_zooming
        return is_zooming

    def _settle(self) -> None:
        """Let those try again that found no room, now that the map is at rest."""
        self._sides = {key: side for key, side in self._sides.items() if key in self.shown}
        if self._failed or self._is_late:
            self._failed.clear()
            self._is_late = False
            self._view.repaint_layers()

    # --- which names -------------------------------------------------------------------------

    def _names(self, frame: Frame, font: QFont) -> tuple[list[Name], dict[Hashable, Written]]:
        shown, table = self._features.shown, self._features.table
        rows = shown.rows
        if frame.camera.zoom < NAMES_ZOOM:
            flags = table.taken(rows, table.whole.columns.flags, table.newer.flags)
            chosen = np.flatnonzero(flags & IS_SHAPE)
        else:
            chosen = np.arange(len(rows))
        if len(chosen) > MAX_MARKS:
            return [], {}
        self._follow_marks(frame, font)
        names: list[Name] = []
        written: dict[Hashable, Written] = {}
        for index in chosen.tolist():
            row = int(rows[index])
            each = self._rows.get(row)
            if each is None:
                each = self._rows[row] = self._read(table.mark(row), font)
            if each.text and each.mark.id not in self._failed:
                x, y = float(shown.px[index]), float(shown.py[index])
                key = each.mark.id
                names.append(Name(key, x, y, each.reach, each.width, each.height, each.priority))
                written[key] = each
        if len(names) > MAX_NAMES:
            names = sorted(names, key=lambda n: (-n.priority, n.key))[:MAX_NAMES]
        return names, written

    def _follow_marks(self, frame: Frame, font: QFont) -> None:
        """Forget what was read of marks or written in a size or a colour that are others now."""
        table = self._features.table
        look = font.family(), font.pixelSize(), frame.tokens.name, frame.dpr
        if look != self._look:
            self._look = look
            self._images.clear()
            self._sides.clear()
            self._known = ()
        known = table.whole, table.newer, table.person, self._features.scenes.badges
        is_known = [a is b for a, b in zip(known, self._known, strict=False)]
        if len(is_known) < len(known) or not all(is_known):
            self._known = known
            self._rows = {}
            self._failed.clear()

    def _read(self, mark: Mark, font: QFont) -> Written:
        text, width, height = _fitted(mark.name, font.family(), font.pixelSize())
        is_own = self._features.table.person is not None and (
            mark.author == self._features.table.person
        )
        is_plain = mark.state is FeatureState.ACCEPTED and not mark.disagreement
        badged = mark.id in self._features.scenes.badges
        reach = PLAIN_REACH if is_plain and not is_own and not badged else FULL_REACH
        priority = 3 if badged else 2 if is_own else 1 if is_plain else 0
        return Written(mark, text, width, height, reach, priority)

    # --- what is in the way ------------------------------------------------------------------

    def _obstacles(self, camera: Camera, font: QFont) -> Floats:
        """Return what no name may cover: marks, groups, the chosen pin and the furniture."""
        shown, half = self._features.shown, PLAIN_REACH + 1
        edges = (shown.px - half, shown.py - half, shown.px + half, shown.py + half)
        boxes: list[Box] = []
        for group in self._features.shown_groups:
            px, py, r = group.px, group.py, group.radius
            boxes.append((px - r, py - r, px + r, py + r))
        pin = selected_boxes(self._features, camera, font.family(), font.pixelSize())
        boxes += map(_box, pin)
        boxes += map(_box, self._view.furniture_boxes())
        return np.concatenate((np.column_stack(edges), np.array(boxes).reshape(-1, 4)))

    # --- writing -----------------------------------------------------------------------------

    def _write(
        self, painter: QPainter, frame: Frame, font: QFont, written: dict[Hashable, Written]
    ) -> None:
        left = WRITTEN_A_FRAME
        ink, halo = frame.tokens.text, frame.tokens.base_map.street_halo
        for key, (left_px, top, right, bottom) in self.shown.items():
            text = written[key].text
            image = self._images.get(text)
            if image is None:
                if not left:
                    continue
                left -= 1
                image = text_picture(text, font, ink, frame.dpr, halo)
                self._images[text] = image
                if len(self._images) > KEPT_IMAGES:
                    self._images.popitem(last=False)
            draw(painter, image, (left_px + right) / 2, (top + bottom) / 2, frame.dpr)
        if not left:
            QTimer.singleShot(0, self._view, self._view.repaint_layers)


@lru_cache(maxsize=4096)
def _fitted(name: str, family: str, pixels: int) -> tuple[str, float, float]:
    """Return a name as it fits, its width and its height."""
    if not name:
        return "", 0.0, 0.0
    font = QFont(family)
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight.DemiBold)
    metrics = QFontMetricsF(font)
    widest = WIDEST_PX * pixels / TYPE["second"]
    text = metrics.elidedText(" ".join(name.split()), Qt.TextElideMode.ElideRight, widest)
    return text, metrics.horizontalAdvance(text) + 2, metrics.height()


def _box(rect: QRectF) -> Box:
    return rect.left(), rect.top(), rect.right(), rect.bottom()
