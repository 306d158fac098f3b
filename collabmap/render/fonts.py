"""The bundled fonts: the same letters on every map, poster and test picture."""

from functools import lru_cache
from pathlib import Path

from PySide6.QtGui import QFontDatabase


@lru_cache(maxsize=8)
def load(folder: Path) -> str:
    """Make the fonts of a folder known to Qt; return their family, '' when there is none.

    Needs a QGuiApplication.
    """
    family = ""
    for path in sorted([*folder.glob("*.otf"), *folder.glob("*.ttf")]):
        families = QFontDatabase.applicationFontFamilies(
            QFontDatabase.addApplicationFont(str(path))
        )
        family = family or (families[0] if families else "")
    return family
