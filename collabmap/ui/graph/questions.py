"""What the links answer: who is missing, who could meet, where there is room."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from collabmap.app.ecosystem_words import (
    answer_words,
    by_question,
    detail_words,
    nothing_words,
    question_words,
)
from collabmap.app.words import _, format_number
from collabmap.domain.ecosystem import Answer, Question
from collabmap.domain.theme import Theme
from collabmap.render.tokens import RADIUS_CARD
from collabmap.ui import look
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.marks import MarkImage
from collabmap.ui.widgets.text import Text

_SHOWN = 8


class AnswerCard(QWidget):
    """seen: the answer, to be shown on map and graph.  linked: the answer, to make its link."""

    seen = Signal(object)
    linked = Signal(object)

    def __init__(self, theme: Theme, answer: Answer, *, can_link: bool) -> None:
        super().__init__()
        self.answer = answer
        words, detail = answer_words(answer), detail_words(answer)
        self.setAccessibleName(f"{words} {detail}".strip())
        whole = QHBoxLayout(self)
        whole.setContentsMargins(12, 10, 12, 10)
        whole.setSpacing(10)
        marks = QHBoxLayout()
        marks.setSpacing(0)
        for end in (answer.one, answer.other):
            if end is not None:
                marks.addWidget(MarkImage(theme, end.category, end.state))
        whole.addLayout(marks)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(Text(words, "body", wrap=True))
        if detail:
            column.addWidget(Text(detail, "muted", wrap=True))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        self.see = Button(
            _("Show"), "quiet", icon="map-search-outline", height_px=44, is_flush=True
        )
        self.see.setAccessibleName(
            _("Show on the map and in the graph: {words}").format(words=words)
        )
        self.see.clicked.connect(lambda: self.seen.emit(answer))
        buttons.addWidget(self.see)
        if can_link:
            self.link = Button(_("Make the link"), icon="link-variant-plus", height_px=44)
            self.link.setAccessibleName(_("Make the link: {words}").format(words=words))
            self.link.clicked.connect(lambda: self.linked.emit(answer))
            buttons.addWidget(self.link)
        buttons.addStretch(1)
        column.addLayout(buttons)
        whole.addLayout(column, 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        painter.setBrush(QColor(tokens.surface))
        painter.setPen(QPen(QColor(tokens.line), tokens.edge_px))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), RADIUS_CARD, RADIUS_CARD)
        painter.end()


class QuestionsPage(QScrollArea):
    """seen, linked: as AnswerCard."""

    seen = Signal(object)
    linked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setProperty("plain", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.cards: list[AnswerCard] = []
        self._whole: set[Question] = set()

    def show_answers(self, theme: Theme, answers: Sequence[Answer], *, can_link: bool) -> None:
        """Show the answers to each question, the first ones of many."""
        inside = QWidget()
        inside.setAutoFillBackground(False)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.setSpacing(8)
        self.cards = []
        for question, found in by_question(answers).items():
            title = question_words(question)
            if found:
                title = f"{title}\u00a0·\u00a0{format_number(len(found))}"
            layout.addWidget(Text(title, "heading", wrap=True))
            if not found:
                layout.addWidget(Text(nothing_words(question), "muted", wrap=True))
            shown = found if question in self._whole else found[:_SHOWN]
            for answer in shown:
                card = AnswerCard(theme, answer, can_link=can_link)
                card.seen.connect(self.seen)
                card.linked.connect(self.linked)
                self.cards.append(card)
                layout.addWidget(card)
            if len(shown) < len(found):
                words = _("Show all {count}").format(count=format_number(len(found)))
                more = Button(words, "quiet", icon="chevron-down")

                def show_all(_checked: bool = False, asked: Question = question) -> None:
                    self._whole.add(asked)
                    self.show_answers(theme, answers, can_link=can_link)

                more.clicked.connect(show_all)
                layout.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
            layout.addSpacing(8)
        layout.addStretch(1)
        at = self.verticalScrollBar().value()
        self.setWidget(inside)
        self.verticalScrollBar().setValue(at)
