"""What the theme's fields say of a place, on its card: labelled, with units, links to follow."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.place_values import ValueRow
from collabmap.app.words import _
from collabmap.ui import look
from collabmap.ui.files import open_link
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.note import Icon
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.tip import plain_tip

# Longer values take the whole width, below their label.
_LONG = 60
_SHOWN_LINK = 30
_LABEL_PX = 124


class ValuesBlock(QWidget):
    """Rows of label and value; the one below the other where it is long or there is little room."""

    def __init__(self, rows: Sequence[ValueRow]) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(look.px(12))
        self._grid.setVerticalSpacing(look.px(8))
        self._grid.setColumnMinimumWidth(0, look.px(_LABEL_PX))
        self._grid.setColumnStretch(1, 1)
        for number, row in enumerate(rows):
            self._add(number, row)

    def _add(self, number: int, row: ValueRow) -> None:
        label, value = _label(row), _value(row)
        is_wide = row.type in ("long_text", "url")
        is_long = is_wide or len(row.words) > _LONG or look.scale() > 1.3
        if is_long:
            both = QVBoxLayout()
            both.setSpacing(look.px(2))
            both.addWidget(label)
            both.addWidget(value)
            self._grid.addLayout(both, number, 0, 1, 2)
            return
        self._grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, number, 1, Qt.AlignmentFlag.AlignTop)


def _label(row: ValueRow) -> QWidget:
    """Return the label; of what is private with a lock and the word."""
    widget = QWidget()
    column = QVBoxLayout(widget)
    # As high as the first line of the value beside it.
    column.setContentsMargins(0, look.px(2), 0, 0)
    column.setSpacing(look.px(1))
    column.addWidget(Text(row.label, "second", wrap=True))
    if row.is_private:
        line = QHBoxLayout()
        line.setSpacing(look.px(4))
        line.addWidget(Icon("lock-outline", "muted", side_px=14), 0)
        line.addWidget(Text(_("private"), "second"), 1)
        column.addLayout(line)
    return widget


def _value(row: ValueRow) -> QWidget:
    if row.type == "url" and isinstance(row.value, str) and is_web_address(row.value):
        return _link(row.value)
    text = Text(row.words, "body", wrap=True)
    # To be copied, such as a telephone number; by the keyboard too.
    text.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return text


def _link(address: str) -> Button:
    """Return a button that opens a page in the browser, once it is clicked and not before."""
    parts = urlsplit(address)
    shown = f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}"
    if len(shown) > _SHOWN_LINK:
        shown = f"{shown[: _SHOWN_LINK - 1]}…"
    button = Button(shown, "quiet", icon="open-in-new", height_px=36, is_flush=True)
    button.setAccessibleName(_("Open {address} in the browser").format(address=address))
    button.setToolTip(plain_tip(address))
    button.clicked.connect(lambda: open_link(address))
    return button


def is_web_address(text: str) -> bool:
    """Whether a value is a page of the web; strangers may have written anything."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme.lower() in ("http", "https") and bool(parts.netloc)
