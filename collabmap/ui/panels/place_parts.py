"""The parts of a place's card: state, values beside the one shown, comments."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.field_words import field_label
from collabmap.app.place_values import sibling_value
from collabmap.app.words import _, language
from collabmap.domain.feature import Comment, FeatureState, PlaceView, Sibling
from collabmap.domain.theme import Theme
from collabmap.domain.value_text import is_of_theme
from collabmap.ui.place_words import day_and_time, when
from collabmap.ui.widgets.marks import Avatar, Badge, MarkImage
from collabmap.ui.widgets.note import Ground
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


def state_badge(state: FeatureState) -> Badge:
    """Return the state as a badge."""
    words = {
        FeatureState.PENDING: _("Pending"),
        FeatureState.ACCEPTED: _("Accepted"),
        FeatureState.CHANGE_PROPOSED: _("Change"),
        FeatureState.DELETE_PROPOSED: _("Deletion"),
        FeatureState.REJECTED: _("Refused"),
    }
    return Badge(state.value, words[state])


def field_words(field: str, theme: Theme) -> str:
    """Return the name of a field as forms show it."""
    if is_of_theme(field):
        return field_label(field, theme)
    return {
        "name": _("Its name"),
        "category": _("What is it?"),
        "description": _("A few words"),
        "tags": _("Keywords"),
        "contact": _("Private contact"),
        "geometry": _("Position"),
        "position": _("Position"),
    }.get(field, field)


def head_row(place: PlaceView, window: "MainWindow") -> QHBoxLayout:
    """Return mark, category, author and the badges of what became of a place."""
    person = window.person
    is_yours = person is not None and place.author == person.id
    row = QHBoxLayout()
    row.setSpacing(10)
    mark = MarkImage(window.theme, place.category, place.state, yours=is_yours)
    row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
    words = QVBoxLayout()
    words.setSpacing(4)
    category = window.theme.category(place.category).label(language())
    words.addWidget(Text(category, "strong"))
    if place.where:
        words.addWidget(Text(place.where, "second", wrap=True))
    author = _("Yours") if is_yours else place.author_name or _("somebody")
    words.addWidget(Text(f"{author} · {day_and_time(place.born_ms)}", "second", wrap=True))
    badges = QHBoxLayout()
    badges.setSpacing(6)
    badges.addWidget(state_badge(place.state))
    if place.siblings:
        badges.addWidget(Badge("disagreement", _("Disagreement")))
    if place.is_contested:
        badges.addWidget(Badge("disagreement", _("Contested")))
    badges.addStretch(1)
    words.addLayout(badges)
    row.addLayout(words, 1)
    return row


def labelled_row(label: str, value: str) -> QWidget:
    """Return a small label over a value."""
    widget = QWidget()
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(2)
    layout.addWidget(Text(label, "second"))
    layout.addWidget(Text(value, "body", wrap=True))
    return widget


def siblings_block(place: PlaceView, window: "MainWindow") -> QWidget:
    """Return the concurrent values that were kept."""
    block = Ground("sunken")
    layout = QVBoxLayout(block)
    layout.setContentsMargins(14, 10, 14, 10)
    layout.setSpacing(6)
    layout.addWidget(Text(_("Also suggested"), "label"))
    for sibling in place.siblings:
        value = sibling_words(sibling, place, window)
        what = field_words(sibling.field, window.theme)
        line = _("{what}: {found}").format(what=what, found=value)
        layout.addWidget(Text(line, "body", wrap=True))
        said = f"{sibling.author_name} · {when(sibling.at_ms)}"
        layout.addWidget(Text(said, "second", wrap=True))
    return block


def comment_line(comment: Comment) -> QWidget:
    """Return who said what, and when."""
    widget = QWidget()
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(10)
    name = comment.author_name or _("somebody")
    avatar = Avatar(name, name.encode(), side_px=26)
    row.addWidget(avatar, 0, Qt.AlignmentFlag.AlignTop)
    words = QVBoxLayout()
    words.setSpacing(2)
    words.addWidget(Text(f"{name} · {when(comment.at_ms)}", "second", wrap=True))
    words.addWidget(Text(comment.text, "body", wrap=True))
    row.addLayout(words, 1)
    return widget


def sibling_words(sibling: Sibling, place: PlaceView, window: "MainWindow") -> str:
    """Return a concurrent value as people read it."""
    if (words := sibling_value(sibling, place, window.theme)) is not None:
        return words
    if sibling.field == "category":
        return window.theme.category(str(sibling.value)).label(language())
    if sibling.field in ("geometry", "position"):
        return _("another position")
    if isinstance(sibling.value, tuple | list):
        return ", ".join(str(part) for part in sibling.value)
    return str(sibling.value)
