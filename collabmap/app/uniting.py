"""One place or two: a coordinator's word on places that were added twice, and links between places.

Places that are one go by the smallest id; the values of the others stay beside its own ("also
suggested").  What is said later of such a place is written to the feature that each part came from
(editing.by_subject), so that it holds should they part again.
"""

from collections import Counter
from collections.abc import Iterable

from collabmap.app import editing
from collabmap.app.desk import Desk, WriteRow
from collabmap.app.entry import checked_text
from collabmap.domain import ids
from collabmap.domain.change import DIFFERENT, LINK, OPEN, SAME, Kind, encode
from collabmap.domain.effect import Effect
from collabmap.domain.feature import ChangeId, PlaceView
from collabmap.domain.structure import add_structure, alias_structure
from collabmap.errors import NotAllowed, PlaceUnknown

MAX_VERB = 60


def same(desk: Desk, one: bytes, other: bytes) -> Effect:
    """Say that two places are one and the same."""
    return _say(desk, one, other, SAME)


def different(desk: Desk, one: bytes, other: bytes) -> Effect:
    """Say that two places are two.  `other` parts from all that it was one with."""
    return _say(desk, one, other, DIFFERENT)


def undecided(desk: Desk, one: bytes, other: bytes) -> Effect:
    """Take back what was said of two places."""
    return _say(desk, one, other, OPEN)


def _say(desk: Desk, one: bytes, other: bytes, word: str) -> Effect:
    if not desk.is_coordinator:
        raise NotAllowed
    with desk.project.reading():
        for place in (one, other):
            if not desk.project.model.changes(place):
                raise PlaceUnknown(value=place.hex())
        pairs = list(_pairs(desk, one, other, word))
        rows = [alias_row(desk, *pair, said) for pair, said in pairs]
        before = [word_of(desk, *pair) for pair, _ in pairs]
    if not rows:
        return Effect()
    effect, names = desk.write(rows)
    desk.remember(word, one, names=names, before=before)
    return effect


def word_of(desk: Desk, one: bytes, other: bytes) -> str:
    """Return what is said of two places: same, different, or open."""
    first, second = sorted((one, other))
    said = desk.project.model.ledger.pairs.get((first, second), ())
    return said[0].element if said else OPEN


def united(desk: Desk) -> frozenset[bytes]:
    """Return the ids of all features that are one with others."""
    with desk.project.reading():
        groups = desk.project.model.ledger.groups
    sizes = Counter(groups.values())
    return frozenset(each for each, top in groups.items() if sizes[top] > 1)


def _pairs(
    desk: Desk, one: bytes, other: bytes, word: str
) -> Iterable[tuple[tuple[bytes, bytes], str]]:
    """Yield what is to be said of which pairs."""
    if one != other and word_of(desk, one, other) != word:
        yield (one, other), word
    if word != DIFFERENT:
        return
    # A third place between the two would keep them together.
    for (first, second), said in desk.project.model.ledger.pairs.items():
        is_between = other in (first, second) and one not in (first, second)
        if is_between and said[0].element == SAME:
            yield (first, second), OPEN


def alias_row(desk: Desk, one: bytes, other: bytes, word: str) -> WriteRow:
    """Return a word on two places, over all that was said of them until now."""
    first, second = sorted((one, other))
    said = desk.project.model.ledger.pairs.get((first, second), ())
    nothing: frozenset[ChangeId] = frozenset()
    over = nothing.union(*({w.id} | (w.over.get("") or nothing) for w in said))
    return (Kind.ALIAS, first, alias_structure(second, word, over), None)


# --- links ------------------------------------------------------------------------------------


def add_link(desk: Desk, view: PlaceView, target: bytes, verb: str) -> Effect:
    """Link a place to another one.  verb: what the first does for the second, such as 'runs'."""
    text = checked_text(verb, MAX_VERB)
    if desk.reader.place(target) is None or target == view.id:
        raise PlaceUnknown(value=target.hex())
    subject, element = editing.member_of(desk, view.id), ids.new_id(desk.now())
    structure = add_structure(LINK, element, own_accept=desk.is_coordinator, target=target)
    effect, names = desk.write([(Kind.ADD, subject, structure, encode(text))])
    desk.remember(LINK, subject, names=names)
    return effect


def remove_link(desk: Desk, view: PlaceView, element: bytes) -> Effect:
    """Take a link away that `view` showed; another's only once a coordinator agrees."""
    seen = view.basis.links.get(element, ())
    rows = editing.remove_rows(desk, view.id, LINK, seen, view.basis.tail)
    if not rows:
        return Effect()
    effect, names = desk.write(rows)
    desk.remember("remove_link", view.id, names=names)
    return effect
