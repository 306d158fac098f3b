"""What was not signed when this copy of a map was made: shown, taken up under the new key or not.

A copy of a laptop must not sign what both copies hold, and a backup that was put back must not
sign what may have been signed before: the changes are put aside until a person has decided.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from collabmap.app.desk import Desk, WriteRow
from collabmap.domain.change import CONTENT, Change, Kind
from collabmap.domain.effect import Effect
from collabmap.domain.feature import ChangeId, PersonView
from collabmap.domain.segment import Vector
from collabmap.domain.structure import (
    add_structure,
    alias_structure,
    create_structure,
    delete_structure,
    remove_structure,
    set_structure,
    verdict_structure,
)
from collabmap.store import features, succession
from collabmap.store.succession import Unsigned

_TAKEN_UP = CONTENT | {Kind.VERDICT, Kind.ALIAS}


@dataclass(frozen=True, slots=True)
class SetAside:
    """changes: about places, not signed when this copy was made.  names: of the places."""

    changes: int
    names: tuple[str, ...]


def set_aside(desk: Desk) -> SetAside:
    """Return what was put aside here and is in nobody's log."""
    with desk.project.reading():
        missing = [u for run in _runs(desk) for u in run if _is_missing(u)]
        born = {
            u.change.subject: _name_in(u.change) for u in missing if u.change.kind == Kind.CREATE
        }
    names = dict.fromkeys(u.change.subject for u in missing)
    shown = (born.get(subject) or _name_of(desk, subject) for subject in names)
    return SetAside(len(missing), tuple(name for name in shown if name))


def adopt_set_aside(desk: Desk) -> int:
    """Write anew, under the key that this device has now, what is in nobody's log.

    Return how many changes that were.  Raises NobodyHere, NotInvited.
    """
    desk.writer()
    effect, count = Effect(), 0
    with desk.project.writing():
        for run in _runs(desk):
            adopted = _Adopted(desk, run)
            for unsigned in run:
                effect = effect.joined(adopted.take(unsigned))
            count += adopted.count
        _forget(desk)
    desk.effects.tell(effect)
    return count


def drop_set_aside(desk: Desk) -> None:
    """Forget what was put aside here: the other copy has it, or nobody wants it."""
    with desk.project.writing():
        _forget(desk)


def _forget(desk: Desk) -> None:
    succession.drop_unsigned(desk.project, _own(desk))
    desk.device.set_note(desk.project.id, "aside", 0)


def copied(desk: Desk, before: Vector, new: Iterable[Change]) -> tuple[str, ...]:
    """Return who wrote in logs that have one more end than before, or that name a successor.

    new: changes that came since and are about no place.
    """
    now = desk.project.log.vector()
    rids = {rid for rid, tips in now.items() if len(tips) > max(1, len(before.get(rid, ())))}
    rids |= {change.stamp.rid for change in new if change.kind == Kind.SUCCESSOR}
    names = (
        features.person_name(desk.project, rid, tip.person)
        for rid in sorted(rids)
        for tip in succession.tips(desk.project, rid)
    )
    return tuple(dict.fromkeys(names))


def _own(desk: Desk) -> frozenset[bytes]:
    return desk.former | {desk.rid}


def _runs(desk: Desk) -> list[list[Unsigned]]:
    return succession.unsigned(desk.project, _own(desk))


def _is_missing(unsigned: Unsigned) -> bool:
    return unsigned.known is None and unsigned.change.kind in _TAKEN_UP


def _name_in(create: Change) -> str:
    payload = create.payload
    name = payload.get("name") if isinstance(payload, dict) else None
    return name if isinstance(name, str) else ""


def _name_of(desk: Desk, subject: bytes) -> str:
    view = desk.reader.place(subject)
    return view.name if view else ""


class _Adopted:
    """One run of changes on its way under the new key."""

    def __init__(self, desk: Desk, run: Iterable[Unsigned]) -> None:
        self._desk = desk
        self._rid = next((u.change.stamp.rid for u in run), b"")
        self._names: dict[ChangeId, ChangeId] = {}
        self._people: dict[bytes, PersonView] = {}
        self.count = 0

    def take(self, unsigned: Unsigned) -> Effect:
        """Write one change anew, if it is in nobody's log; inside `writing`."""
        change = unsigned.change
        if change.kind == Kind.PERSON and isinstance(change.payload, dict):
            name, consent = change.payload.get("name"), change.payload.get("consent")
            self._people[change.subject] = PersonView(
                change.subject, str(name), bool(consent), True
            )
        if unsigned.known is not None:
            self._names[unsigned.own_name] = unsigned.known
            return Effect()
        if not _is_missing(unsigned):
            return Effect()
        row: WriteRow = (change.kind, change.subject, self._structure(change), unsigned.payload)
        effect, names = self._desk.ingest.write([*self._preface(change.person), row])
        self._names[unsigned.own_name] = names[-1]
        self.count += 1
        return effect

    def _preface(self, person: bytes) -> Iterator[WriteRow]:
        known = self._people.get(person)
        if known is None:
            known = self._people[person] = self._person(person)
        yield from self._desk.preface(known)

    def _person(self, person: bytes) -> PersonView:
        for here in self._desk.people_here():
            if here.id == person:
                return here
        name = features.person_name(self._desk.project, self._rid, person)
        return PersonView(person, name, False, True)

    def _now(self, names: Iterable[ChangeId]) -> frozenset[ChangeId]:
        """Return names as they are under the new key."""
        # One that was not taken up is left out: its number is another change's under the new key.
        return frozenset(
            self._names.get(name, name) for name in names if name.segment or name in self._names
        )

    def _structure(self, change: Change) -> bytes:
        own = change.own_accept and self._desk.is_coordinator
        match change.kind:
            case Kind.CREATE:
                return create_structure(change.over, own_accept=own)
            case Kind.SET:
                over = {
                    field: None if names is None else self._now(names)
                    for field, names in change.over.items()
                }
                return set_structure(over, own_accept=own)
            case Kind.DELETE:
                return delete_structure(self._now(change.seen), own_accept=own)
            case Kind.ADD:
                target = change.keys[1] if len(change.keys) > 1 else b""
                return add_structure(change.element, change.keys[0], own_accept=own, target=target)
            case Kind.REMOVE:
                return remove_structure(change.element, self._now(change.seen), own_accept=own)
            case Kind.ALIAS:
                over_names = self._now(change.over.get("") or ())
                return alias_structure(change.keys[0], change.element, over_names)
        assert change.kind == Kind.VERDICT, "only what is taken up comes here"
        words: dict[str, frozenset[ChangeId]] = {
            word: self._now(n for n, said in change.words.items() if said == word)
            for word in set(change.words.values())
        }
        over_names = self._now(change.over.get("") or ())
        return verdict_structure(words, over=over_names, seen=self._now(change.seen))
