"""The way to one's own contributions, with what waits there, in the foot of the first panel."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _, format_number, ngettext
from collabmap.ui import look
from collabmap.ui.my_news import answer_words, question_words
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.note import Icon
from collabmap.ui.widgets.text import Text, separator

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class MineFoot(QWidget):
    """Hidden until somebody has contributed: the first screen is for the first place."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self._my_news = window.merges.my_news
        self._title = Text(_("My contributions"), "strong")
        self.second = Text("", "second", wrap=True)
        self.button = Button.of(window.actions_table["mine"], text=_("See"), icon="")
        self.button.setAccessibleName(_("See my contributions"))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self.second)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Icon("account-check-outline", "primary", side_px=20))
        row.addLayout(words, 1)
        row.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(8))
        layout.addWidget(separator())
        layout.addLayout(row)
        self._my_news.changed.connect(self.follow)
        # Shown before it lies in a panel, it would open a window of its own.
        self.hide()

    def follow(self) -> None:
        """Show how many answers and questions there are."""
        news = self._my_news.news
        count = news.contributions
        words = ngettext("{count} contribution", "{count} contributions", count)
        words = words.format(count=format_number(count))
        # One line: the list above needs the room.  What asks for something comes first.
        if news.questions:
            words = question_words(news.questions)
        elif news.answers:
            words = answer_words(len(news.answers))
        self.second.setText(words)
        self.second.set_role("label" if news.questions or news.answers else "second")
        self.setAccessibleName(f"{self._title.text()}, {self.second.text()}")
        self.setVisible(count > 0)
