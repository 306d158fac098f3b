"""Measurements that come to a place or go from it, on the review card: a line a quantity."""

from collections.abc import Callable, Iterable, Iterator

from collabmap.app.reading_words import sum_words, sums
from collabmap.app.words import _
from collabmap.domain.feature import Measured
from collabmap.domain.reading_batch import ReadingSum
from collabmap.domain.theme import Theme
from collabmap.review.word_diff import Piece
from collabmap.ui.panels.review_parts import PartRow, Way
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.value_box import ValueBox


class ReadingsRow(PartRow):
    """Readings of one quantity, all that come or all that go."""

    def __init__(
        self, found: ReadingSum, elements: Iterable[bytes], way: Way, number: int, theme: Theme
    ) -> None:
        label = _("Measurements added") if way == "added" else _("Measurements taken away")
        super().__init__(label, [f"reading:{element.hex()}" for element in elements], number)
        words = sum_words(theme, found)
        self._value = ValueBox((Piece(words, True),), "new" if way == "added" else "old")
        self.setAccessibleName(_("{name}: {value}").format(name=label, value=words))
        self.box.addWidget(self._value)
        if way == "added" and is_doubtful(theme, found):
            self.box.addWidget(Text(_("Some are hardly possible."), "error"))

    def fade(self, is_faded: bool) -> None:
        self._value.inner.set_faded(is_faded)


def is_doubtful(theme: Theme, found: ReadingSum) -> bool:
    """Whether some readings lie beyond what the theme finds plausible."""
    field = theme.field(found.field)
    if field is None or field.unit != found.unit:
        return False
    is_low = field.minimum is not None and found.least < field.minimum
    return is_low or (field.maximum is not None and found.most > field.maximum)


def reading_parts(
    measured: Iterable[Measured], way_of: Callable[[str], Way | None]
) -> Iterator[tuple[Way, ReadingSum, tuple[bytes, ...]]]:
    """Yield what comes and what goes, by quantity.  way_of: of a part, None for what stays."""
    some: dict[Way, list[Measured]] = {"added": [], "going": []}
    for one in measured:
        if way := way_of(f"reading:{one.element.hex()}"):
            some[way].append(one)
    for way, found in some.items():
        for total, elements in sums(found):
            yield way, total, elements
