"""The font of the map and of printed sheets: bundled, so that a map looks the same everywhere.

The screens use the system's font; tiles, posters and pictures use this one.
"""

import sys
from functools import lru_cache
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QGuiApplication

FAMILY = "Inter"
# Narrow and plain no-break space: before ; : ! ? in French.
NARROW_SPACE = "\u202f"
WIDE_SPACE = "\u00a0"

WEIGHTS = {
    400: QFont.Weight.Normal,
    500: QFont.Weight.Medium,
    600: QFont.Weight.DemiBold,
    700: QFont.Weight.Bold,
}

_folder: list[Path] = []


def folder() -> Path:
    """Return where the font files lie: where `load` was told, else resources/fonts."""
    if _folder:
        return _folder[-1]
    package = Path(__file__).resolve().parent.parent
    roots = [Path(getattr(sys, "_MEIPASS", package)), package, package.parent]
    found = [root / "resources" / "fonts" for root in roots]
    return next((path for path in found if path.is_dir()), found[-1])


def load(where: Path | None = None) -> str:
    """Make the bundled font known to Qt and return its family, or the system's when it is absent.

    Needs a QGuiApplication.  A second call costs nothing.
    """
    if where is not None:
        _folder.append(where)
    return _register(folder(), id(QGuiApplication.instance()))


@lru_cache(maxsize=4)
def _register(where: Path, application: int) -> str:
    """application: a new one has forgotten the fonts of the one before."""
    for path in sorted(where.glob("*.otf")):
        QFontDatabase.addApplicationFont(str(path))
    return FAMILY if FAMILY in QFontDatabase.families() else QGuiApplication.font().family()


def font(size_px: int, weight: int = 400) -> QFont:
    """Return the map's font.  weight: 400, 500, 600 or 700.  Unhinted: labels are turned."""
    made = QFont(load())
    made.setPixelSize(size_px)
    made.setWeight(WEIGHTS[weight])
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    return made


def narrow_space() -> str:
    """Return the space before ; : ! ? that the font can draw: some fonts show a box for U+202F."""
    return NARROW_SPACE if QFontMetricsF(font(14)).inFontUcs4(ord(NARROW_SPACE)) else WIDE_SPACE
