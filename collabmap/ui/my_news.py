"""What the person in force has not seen yet of the coordinators' answers, told once and counted."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from collabmap.app.news import News
from collabmap.app.words import _, format_number, ngettext
from collabmap.ui.messages import Bar

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


def question_words(count: int) -> str:
    """Return '2 questions for you'."""
    words = ngettext("{count} question for you", "{count} questions for you", count)
    return words.format(count=format_number(count))


def answer_words(count: int) -> str:
    """Return '3 new answers'."""
    words = ngettext("{count} new answer", "{count} new answers", count)
    return words.format(count=format_number(count))


class MyNews(QObject):
    """news: of the person in force; nothing for coordinators, who answer themselves.

    changed: it is another.
    """

    changed = Signal()

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.news = News()
        self._told: tuple[bytes, frozenset[bytes]] = (b"", frozenset())
        self._bar: Bar | None = None
        window.effects_arrived.connect(self.look)
        window.person_changed.connect(self.look)
        window.project_changed.connect(self.look)

    def look(self) -> None:
        """Ask what is new."""
        window = self._window
        person = window.person
        if window.lanes is None or person is None or window.is_coordinator:
            self._on_news(b"", News())
            return
        window.tasks.read(
            lambda reader: reader.news(person.id),
            lambda news: self._on_news(person.id, news),
            owner=self,
            key="my news",
            is_quiet=True,
        )

    def _on_news(self, person: bytes, news: News) -> None:
        now = self._window.person
        if person and (now is None or now.id != person):
            return
        if news != self.news:
            self.news = news
            self.changed.emit()
        whose, told = self._told
        told = told if whose == person else frozenset()
        self._told = person, told | news.answers
        if whose != person or not news.answers:
            # What was told was told to somebody else, or has been seen.
            self._window.messages.close(self._bar)
        if news.answers - told and self._window.panel_host.current_name != "mine":
            self._tell(news)

    def _tell(self, news: News) -> None:
        self._window.messages.close(self._bar)
        count = len(news.answers)
        title = ngettext(
            "{count} new answer since your last visit",
            "{count} new answers since your last visit",
            count,
        )
        hint = (
            f"{question_words(news.questions)}." if news.questions else _("See what became of it.")
        )
        self._bar = self._window.messages.info(
            title.format(count=format_number(count)),
            hint,
            (_("See my contributions"), self._window.commands.open_mine),
        )
