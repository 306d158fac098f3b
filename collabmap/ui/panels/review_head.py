"""The head of a review card: what it is about, who says so, when and from where."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.history_words import evening_words
from collabmap.app.words import _, language
from collabmap.review.queue import ReviewItem
from collabmap.sync.bundle import short_code
from collabmap.ui import look
from collabmap.ui.panels.review_queue import STATES, kind_word, name_of
from collabmap.ui.place_words import nature_word, when
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.marks import Avatar, Badge, MarkImage
from collabmap.ui.widgets.text import ElidedText, Text, separator
from collabmap.ui.widgets.tip import plain_tip

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# Whoever goes through the queue quickly does not wait for what they do not look at.
COUNT_AFTER_MS = 200


class CardHead(QWidget):
    """Built anew for each item; `history` opens what is known of its past."""

    def __init__(
        self, window: "MainWindow", item: ReviewItem, actions: Mapping[str, QAction]
    ) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(6))
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(MarkImage(window.theme, item.category), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Text(name_of(item), "title", wrap=True))
        category = window.theme.category(item.category)
        second = f"{category.label(language())} · {nature_word(category.nature)}"
        words.addWidget(Text(second, "muted"))
        row.addLayout(words, 1)
        badge = Badge(STATES[item.kind], kind_word(item.kind))
        row.addWidget(badge, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(row)
        does = actions["history"]
        self.history = Button(does.text(), "quiet", height_px=36, is_flush=True)
        self.history.clicked.connect(does.trigger)
        self.history.setToolTip(plain_tip(_("What became of this place so far (H)")))
        by = QHBoxLayout()
        by.setSpacing(10)
        self._add_author(by, item)
        by.addWidget(self.history)
        layout.addLayout(by)
        layout.addWidget(separator())
        self._window, self._item = window, item
        timer = QTimer(self, singleShot=True, interval=COUNT_AFTER_MS)
        timer.timeout.connect(self._count)
        timer.start()

    def _add_author(self, by: QHBoxLayout, item: ReviewItem) -> None:
        author = item.author_name or _("somebody")
        by.addWidget(Avatar(author, author.encode(), side_px=28))
        lines = QVBoxLayout()
        lines.setSpacing(0)
        lines.addWidget(ElidedText(f"{author}, {when(item.at_ms)}", "muted"))
        where = evening_words(item.at_ms)
        if item.parts.replica:
            code = short_code(item.parts.replica)
            where = _("{evening}, computer {code}").format(evening=where, code=code)
        lines.addWidget(ElidedText(where, "second"))
        by.addLayout(lines, 1)

    def _count(self) -> None:
        if self.isHidden() or self._window.lanes is None:
            # Another card stands there by now, or the map was closed.
            return
        self._window.tasks.read(
            lambda reader: len(reader.history(self._item.id)),
            self._on_counted,
            owner=self,
            key="history-count",
            is_quiet=True,
        )

    def _on_counted(self, count: int) -> None:
        self.history.setText(_("History ({count})").format(count=count))
        self.history.updateGeometry()
