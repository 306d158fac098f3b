"""Icons as paths: glyphs of Material Design Icons 6, from the font that qtawesome ships.

qtawesome itself is never imported: only its font file and its table of names are read, because
the import costs a quarter of a second at start.  Works with a QGuiApplication, no widgets.
"""

import importlib.util
import json
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QPainter,
    QPainterPath,
    QRawFont,
    QTransform,
)

MISSING = "help-circle-outline"

# Big enough that hinting and rounding of the outline do not show once scaled down.
_GLYPH_PX = 960.0


@lru_cache(maxsize=1)
def _font_files() -> tuple[Path, Path]:
    """Return the font and its table of names."""
    spec = importlib.util.find_spec("qtawesome")
    folders = list(spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        fonts = Path(folder) / "fonts"
        for font in sorted(fonts.glob("materialdesignicons6-webfont-*.ttf"), reverse=True):
            version = font.stem.rpartition("-")[2]
            return font, fonts / f"materialdesignicons6-webfont-charmap-{version}.json"
    raise FileNotFoundError("qtawesome's Material Design Icons are missing from this installation")


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Return icon name -> code point in hexadecimal."""
    table: dict[str, str] = json.loads(_font_files()[1].read_text(encoding="utf-8"))
    return table


@lru_cache(maxsize=1)
def _font() -> QRawFont:
    return QRawFont(str(_font_files()[0]), _GLYPH_PX, QFont.HintingPreference.PreferNoHinting)


def icon_exists(name: str) -> bool:
    return name in _names()


@lru_cache(maxsize=512)
def _unit_path(name: str) -> QPainterPath:
    names = _names()
    font = _font()
    character = chr(int(names.get(name, names[MISSING]), 16))
    glyph = font.glyphIndexesForString(character)[0]
    # The icons lie on the em square, which reaches from 448/512 above the baseline to 64 below.
    middle = QPointF(_GLYPH_PX / 2, -_GLYPH_PX * (448 - 64) / 2 / 512)
    transform = QTransform.fromScale(1 / _GLYPH_PX, 1 / _GLYPH_PX)
    transform.translate(-middle.x(), -middle.y())
    return transform.map(font.pathForGlyph(glyph))


def icon_path(name: str) -> QPainterPath:
    """Return the outline in a unit box centred on (0, 0), y down.

    A name that the font lacks gives the question mark, so that a newer theme still shows.
    """
    return QPainterPath(_unit_path(name))


def paint_icon(painter: QPainter, name: str, box: QRectF, colour: QColor | str) -> None:
    """Paint the icon into a box (the icon's own margin included)."""
    side = min(box.width(), box.height())
    transform = QTransform.fromTranslate(box.center().x(), box.center().y())
    transform.scale(side, side)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(transform.map(_unit_path(name)), QColor(colour))
    painter.restore()


def icon_image(name: str, size: float, colour: QColor | str, dpr: float = 1.0) -> QImage:
    """Return the icon as a transparent picture.  size: logical pixels."""
    side = max(1, round(size * dpr))
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    try:
        paint_icon(painter, name, QRectF(0, 0, side, side), colour)
    finally:
        painter.end()
    image.setDevicePixelRatio(dpr)
    return image
