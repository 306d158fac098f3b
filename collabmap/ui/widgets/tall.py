"""The inside of a scroll area that is as tall as its words at the width they have."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget


class Tall(QWidget):
    """Without this a scroll area reckons with labels broken at their narrowest, and scrolls too
    early.
    """

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)
