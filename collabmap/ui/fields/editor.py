"""What all editors of fields have in common."""

from abc import abstractmethod
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from collabmap.domain.theme import Field
from collabmap.errors import ValueInvalid


class FieldEditor(QWidget):
    """Fills in one field.

    changed: by hand.  left: what was written is finished.  submitted: Enter, in a single line.
    """

    changed = Signal()
    left = Signal()
    submitted = Signal()

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(6)

    @abstractmethod
    def value(self) -> Any:
        """Return the value as it is kept, None for none.  Raises ValueInvalid."""

    @abstractmethod
    def set_value(self, value: Any) -> None:
        """Show a value, or what `raw` returned; None for none.  Not signalled."""

    @abstractmethod
    def target(self) -> QWidget:
        """Return what takes the keyboard."""

    def stops(self) -> list[QWidget]:
        """Return what Tab goes through, in order."""
        children = self.findChildren(QWidget)
        return [child for child in children if child.focusPolicy() & Qt.FocusPolicy.TabFocus]

    def written(self) -> str:
        """Return what stands there as text, '' where nothing is written."""
        return ""

    def raw(self) -> Any:
        """Return what a draft keeps: the value, or the text that is no value yet."""
        try:
            return self.value()
        except ValueInvalid:
            return self.written()

    def follow(self, field: Field) -> None:
        """Take what a coordinator has changed about the field; what is filled in stays."""
        self.field = field
