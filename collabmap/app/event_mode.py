"""Event mode: one laptop, many people one after another, and a code to leave it.

What is kept lies on this computer alone: since when, and a slow hash of the code.
"""

import datetime
import hashlib
import secrets
import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple

from collabmap.app import evening
from collabmap.app.event_standing import NOTE, PLACE, Standing
from collabmap.domain import evenings
from collabmap.domain.feature import PersonView
from collabmap.errors import (
    CodeWrong,
    EventCodeShort,
    EventCodeTooSoon,
    EventCodeWrong,
    ProjectReadOnly,
    RecoveryWrong,
)
from collabmap.store import tally

if TYPE_CHECKING:
    from collabmap.app.desk import Desk

LEAST_LETTERS = 4
# So many may be mistyped before somebody has to wait, each time twice as long.
FREE_TRIES, FIRST_WAIT_S, LONGEST_WAIT_S = 3, 5, 300
# A four-digit code has to cost somebody who finds the file, and a click on a slow laptop nothing.
_SCRYPT = {"n": 2**14, "r": 8, "p": 1}
MAX_NAMESAKES = 3


class Figures(NamedTuple):
    """places: added this evening.  minutes_left: until its end, None where nobody said when."""

    places: int
    minutes_left: int | None


class Namesake(NamedTuple):
    """Somebody who was here under a name.  places: that they added to, or changed."""

    person: PersonView
    places: int


def begin(desk: "Desk", code: str, *, comes_back: bool) -> Standing:
    """Enter event mode; nobody has the turn.  Raises EventCodeShort, ProjectReadOnly."""
    if desk.read_only:
        raise ProjectReadOnly(name=desk.name)
    code = code.strip()
    if len(code) < LEAST_LETTERS:
        raise EventCodeShort
    salt, since_ms = secrets.token_bytes(16), desk.now()
    person = desk.person
    kept = {
        "since": since_ms,
        "comes_back": comes_back,
        "salt": salt,
        "hash": _hash(code, salt),
        "wrong": 0,
        "wait_until": 0,
        "before": person.id if person is not None else b"",
    }
    desk.device.set_note(desk.project.id, NOTE, kept)
    desk.device.set(PLACE, str(desk.path.resolve()))
    end_turn(desk)
    return Standing(since_ms, comes_back)


def leave(desk: "Desk", text: str) -> PersonView | None:
    """Leave event mode; the turn goes back to who began it, who is returned.

    text: the code, or the key on paper.  Raises EventCodeWrong, EventCodeTooSoon.
    """
    kept: dict[str, Any] | None = desk.device.note(desk.project.id, NOTE)
    if kept is None:
        return desk.person
    if not _is_recovery(desk, text):
        _check(desk, kept, text)
    desk.device.set_note(desk.project.id, NOTE, None)
    desk.device.set(PLACE, None)
    end_turn(desk)
    if any(person.id == kept["before"] for person in desk.people_here()):
        return desk.switch_person(kept["before"])
    return None


def _check(desk: "Desk", kept: dict[str, Any], text: str) -> None:
    now = desk.now()
    # No longer than the longest, whatever somebody does to the clock.
    wait_ms = min(kept["wait_until"] - now, LONGEST_WAIT_S * 1000)
    if wait_ms > 0:
        raise EventCodeTooSoon(seconds=-(-wait_ms // 1000))
    if secrets.compare_digest(_hash(text.strip(), kept["salt"]), kept["hash"]):
        return
    wrong = kept["wrong"] + 1
    wait_s = 0
    if wrong >= FREE_TRIES:
        wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(wrong - FREE_TRIES, 10))
    late = {"wrong": wrong, "wait_until": now + wait_s * 1000 if wait_s else 0}
    # On the disk before the answer: switching the laptop off gives no new tries.
    desk.device.set_note(desk.project.id, NOTE, {**kept, **late})
    raise EventCodeWrong


def _is_recovery(desk: "Desk", text: str) -> bool:
    try:
        evening.check_paper(desk, text)
    except (CodeWrong, RecoveryWrong):
        return False
    return True


def _hash(code: str, salt: bytes) -> bytes:
    return hashlib.scrypt(code.encode(), salt=salt, maxmem=2**26, **_SCRYPT)


# --- turns ------------------------------------------------------------------------------------


def end_turn(desk: "Desk") -> None:
    """Let nobody have the turn: what is written next is by who says a name first."""
    person = desk.person
    if person is not None:
        desk.leave(person.id)


def namesakes(desk: "Desk", name: str) -> tuple[Namesake, ...]:
    """Return who was here under a name, the latest first; capitals and accents don't matter."""
    wanted = _plain(name)
    same = [person for person in desk.people_here() if _plain(person.name) == wanted]
    return tuple(
        Namesake(person, len(desk.reader.mine(person.id))) for person in same[:MAX_NAMESAKES]
    )


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", " ".join(name.split()).casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def figures(desk: "Desk") -> Figures:
    """Return what stands in the head of the window."""
    now = datetime.datetime.fromtimestamp(desk.now() / 1000)
    begins, _ends = evenings.bounds_of(evenings.day_of(now))
    with desk.project.reading():
        added = tally.count_added_since(desk.project.connection, round(begins.timestamp() * 1000))
    return Figures(added, _minutes_left(evening.evening(desk), now))


def _minutes_left(plan: evening.Evening, now: datetime.datetime) -> int | None:
    if plan.date is None or not plan.ends:
        return None
    hour, minute = (int(part) for part in plan.ends.split(":"))
    ends = datetime.datetime.combine(plan.date, datetime.time(hour, minute))
    if plan.begins and plan.ends < plan.begins:
        ends += datetime.timedelta(days=1)
    left = (ends - now).total_seconds() / 60
    return round(left) if 0 < left < 24 * 60 else None
