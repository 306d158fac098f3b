"""What a person has not seen yet of the coordinators' answers, kept by device and person."""

from collections.abc import Iterable
from typing import NamedTuple

from collabmap.review.contributions import Contribution
from collabmap.store.device import Device

_NOTE = "looked"


class News(NamedTuple):
    """contributions: how many there are in all.  questions: how many wait for this person.

    answers: keys of the verdicts not seen here yet, questions among them.
    """

    contributions: int = 0
    questions: int = 0
    answers: frozenset[bytes] = frozenset()


def news_of(
    device: Device, project: bytes, person: bytes, contributions: Iterable[Contribution]
) -> News:
    """Return what is new to a person who looks at this computer."""
    found = tuple(contributions)
    looked = frozenset(device.note(project, _NOTE, {}).get(person, ()))
    answers = frozenset(one.key for one in found if one.key) - looked
    return News(len(found), sum(one.state == "asked" for one in found), answers)


def note_looked(device: Device, project: bytes, person: bytes, keys: Iterable[bytes]) -> None:
    """Remember which verdicts a person has seen; those no longer in force are forgotten."""
    looked = device.note(project, _NOTE, {})
    device.set_note(project, _NOTE, looked | {person: sorted(key for key in keys if key)})
