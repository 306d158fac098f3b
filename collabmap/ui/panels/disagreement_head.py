"""The head of a disagreement: which place, what happened, which field, from which value."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _, format_number
from collabmap.domain.theme import Theme
from collabmap.review.disagreement import Dispute
from collabmap.review.queue import ReviewItem
from collabmap.ui import look
from collabmap.ui.panels import disagreement_words as words_of
from collabmap.ui.panels.review_queue import name_of
from collabmap.ui.place_words import field_label
from collabmap.ui.widgets.marks import Badge, MarkImage
from collabmap.ui.widgets.text import ElidedText, Text


class DisagreementHead(QWidget):
    """step: the number of this dispute and how many there are.  is_low: with little room."""

    def __init__(
        self,
        item: ReviewItem,
        dispute: Dispute,
        step: tuple[int, int],
        theme: Theme,
        *,
        is_low: bool,
    ) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(6 if is_low else 12))
        row = QHBoxLayout()
        row.setSpacing(look.px(14))
        row.addWidget(MarkImage(theme, item.category), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(ElidedText(name_of(item), "title"))
        words.addWidget(Text(words_of.headline(dispute), "muted", wrap=True))
        row.addLayout(words, 1)
        state = "contested" if dispute.kind == "verdict" else "disagreement"
        row.addWidget(Badge(state, words_of.badge_words(item)))
        layout.addLayout(row)
        layout.addLayout(_about(item, dispute, step, theme))


def _about(item: ReviewItem, dispute: Dispute, step: tuple[int, int], theme: Theme) -> QHBoxLayout:
    """Return 'Field Name   Starting value Fontaine (Camille, 2024)'."""
    row = QHBoxLayout()
    row.setSpacing(look.px(8))
    pairs = []
    if dispute.kind == "field":
        pairs.append((_("Field"), field_label(words_of.dispute_field(dispute), theme)))
        if start := words_of.start_words(dispute, theme):
            pairs.append((_("Starting value"), start))
    elif dispute.about:
        about = words_of.details_text(dispute.about, theme).replace("\n", " · ")
        pairs.append((_("It is about"), about))
    for label, value in pairs:
        row.addWidget(Text(label, "muted"))
        row.addWidget(ElidedText(value, "label"), 1 if label == pairs[-1][0] else 0)
    if step[1] > 1:
        words = _("{number} of {count}")
        words = words.format(number=format_number(step[0]), count=format_number(step[1]))
        row.addWidget(Text(words, "muted"))
    if dispute.kind != "verdict" and (also := words_of.also_accepted(item, theme)):
        row.addWidget(Text(also, "muted"))
    if not pairs:
        row.addStretch(1)
    return row
