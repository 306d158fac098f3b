"""Hiding a place or a person on this computer: at once, and for nobody else.

For who does not want to see something until a coordinator has decided.  Nothing is written to the
map: the window and the lists leave it out, exports and the coordinators' queue do not.
"""

from dataclasses import dataclass
from typing import Literal

from collabmap.app.desk import Desk
from collabmap.app.reader import HIDDEN_PEOPLE, HIDDEN_PLACES
from collabmap.domain.effect import Effect
from collabmap.store import features, marks


@dataclass(frozen=True, slots=True)
class HiddenView:
    """What is hidden here.  name: as it was when it was hidden, if nothing newer is known."""

    id: bytes
    kind: Literal["place", "person"]
    name: str


def hide_place(desk: Desk, place: bytes) -> None:
    """Show a place on this computer no more."""
    with desk.project.reading():
        place = desk.project.model.canonical(place)
    view = desk.reader.place(place)
    _note(desk, HIDDEN_PLACES, place, view.name if view else "")
    desk.effects.tell(Effect(features=frozenset({place}), removed=1))


def hide_person(desk: Desk, person: bytes) -> None:
    """Show what a person made and said on this computer no more."""
    with desk.project.reading():
        name = features.name_anywhere(desk.project, person)
    _note(desk, HIDDEN_PEOPLE, person, name)
    desk.effects.tell(Effect(features=None, people=True))


def unhide(desk: Desk, hidden: bytes) -> None:
    """Show a place or a person again."""
    for key in (HIDDEN_PLACES, HIDDEN_PEOPLE):
        noted: dict[bytes, str] = desk.device.note(desk.project.id, key, {})
        if noted.pop(hidden, None) is not None:
            desk.device.set_note(desk.project.id, key, noted)
    desk.effects.tell(Effect(features=None, people=True))


def hidden(desk: Desk) -> tuple[HiddenView, ...]:
    """Return what is hidden on this computer, places first, in the order it was hidden."""
    places: dict[bytes, str] = desk.device.note(desk.project.id, HIDDEN_PLACES, {})
    people: dict[bytes, str] = desk.device.note(desk.project.id, HIDDEN_PEOPLE, {})
    with desk.project.reading():
        found = marks.marks_of(desk.project.connection, frozenset(places))
        now = {mark.id: mark.name for mark in found}
        named = {person: features.name_anywhere(desk.project, person) for person in people}
    return (
        *(HiddenView(place, "place", now.get(place) or name) for place, name in places.items()),
        *(HiddenView(who, "person", named.get(who) or name) for who, name in people.items()),
    )


def _note(desk: Desk, key: str, hidden: bytes, name: str) -> None:
    noted: dict[bytes, str] = desk.device.note(desk.project.id, key, {})
    desk.device.set_note(desk.project.id, key, {**noted, hidden: name})
