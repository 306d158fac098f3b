"""Which readings came, and which went, with what was written together."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from collabmap.domain.change import READING, Change, Kind
from collabmap.domain.feature import ChangeId
from collabmap.domain.reading_batch import Reading, ReadingSum, read_batch, sum_of

_Series = dict[tuple[str, str], Counter[Reading]]


class Measurements(NamedTuple):
    """came, went: readings by quantity.  is_hidden: some came whose content nobody is shown."""

    came: tuple[ReadingSum, ...]
    went: tuple[ReadingSum, ...]
    is_hidden: bool


def measured(deed: Iterable[Change], content: Mapping[ChangeId, Change]) -> Measurements:
    """Return what a deed did to readings.  content: changes by name, without what was redacted.

    To take one of many away all are removed, and the others are added anew: neither is told.
    """
    came: _Series = {}
    went: _Series = {}
    is_hidden = False
    for change in deed:
        if change.element != READING or change.kind not in (Kind.ADD, Kind.REMOVE):
            continue
        is_add = change.kind == Kind.ADD
        adds = (content.get(name) for name in ([change.id] if is_add else sorted(change.seen)))
        for batch in (read_batch(add.payload) for add in adds if add is not None):
            if batch is None:
                is_hidden |= is_add
            else:
                of = (came if is_add else went).setdefault((batch.field, batch.unit), Counter())
                of.update(batch.readings())
    return Measurements(_left(came, went), _left(went, came), is_hidden)


def _left(these: _Series, those: _Series) -> tuple[ReadingSum, ...]:
    found = {of: some - those.get(of, Counter()) for of, some in these.items()}
    return tuple(sum_of(*of, some.elements()) for of, some in found.items() if some)
