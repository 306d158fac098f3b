"""The outlines of marks: disc, square, hexagon, diamond and pin, centred on (0, 0), y down.

`r` is the radius of the disc of the same rank in logical pixels; the other shapes are scaled so
that all four look equally big.  `inset` moves the edge inwards.
"""

import math

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from collabmap.domain.theme import Shape

SQUARE = 0.88
HEXAGON = 1.08
DIAMOND = 1.2
# The point of a pin lies this many radii below the middle of its head.
PIN_LENGTH = 1.62


def shape_path(shape: Shape, r: float, inset: float = 0.0) -> QPainterPath:
    """Return the outline of one of the four shapes."""
    path = QPainterPath()
    if shape == "square":
        half = SQUARE * r - inset
        round_by = max(0.0, 0.3 * r - inset)
        path.addRoundedRect(QRectF(-half, -half, 2 * half, 2 * half), round_by, round_by)
        return path
    if shape == "hexagon":
        return _polygon(6, HEXAGON * r - inset / math.cos(math.pi / 6), 0.12 * r)
    if shape == "diamond":
        return _polygon(4, DIAMOND * r - inset * math.sqrt(2), 0.12 * r)
    path.addEllipse(QPointF(0, 0), r - inset, r - inset)
    return path


def pin_path(r: float) -> QPainterPath:
    """Return a drop whose point is on (0, 0); its head has radius r and lies north of it."""
    middle = -PIN_LENGTH * r
    # Where the tangents from the point touch the head.
    angle = math.degrees(math.acos(1 / PIN_LENGTH))
    head = QRectF(-r, middle - r, 2 * r, 2 * r)
    path = QPainterPath(QPointF(0, 0))
    path.arcTo(head, 270 + angle, 360 - 2 * angle)
    path.closeSubpath()
    return path


def _polygon(sides: int, radius: float, round_by: float) -> QPainterPath:
    """Return a regular polygon with a corner due east, its corners cut by a curve."""
    corners = [
        QPointF(
            radius * math.cos(2 * math.pi * i / sides), radius * math.sin(2 * math.pi * i / sides)
        )
        for i in range(sides)
    ]
    path = QPainterPath()
    for i, corner in enumerate(corners):
        before = _towards(corner, corners[i - 1], round_by)
        after = _towards(corner, corners[(i + 1) % sides], round_by)
        if i:
            path.lineTo(before)
        else:
            path.moveTo(before)
        path.quadTo(corner, after)
    path.closeSubpath()
    return path


def _towards(start: QPointF, end: QPointF, by: float) -> QPointF:
    delta = end - start
    return start + delta * (by / math.hypot(delta.x(), delta.y()))
