"""Whether all is ready for an evening: one look at everything that has to be there, in codes.

Each line says what is so and names the one thing to do about it; the words are in
readiness_words.py, for window and command line.
"""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from collabmap.app import base_maps, clocks, evening, inviting, map_cover, people, rekeying, sending
from collabmap.app.base_maps import BaseMapView
from collabmap.app.desk import Desk, in_words
from collabmap.app.evening import USUAL_LAPTOPS, USUAL_PEOPLE, Evening, KitNote
from collabmap.app.kit_trial import last_trial
from collabmap.app.map_cover import Question
from collabmap.domain import ids
from collabmap.domain.geo import Bbox
from collabmap.errors import CollabMapError
from collabmap.store import features, tally

State = Literal["done", "running", "look", "todo"]
Value = int | str | tuple[int, ...]

# A house can be told from its neighbour from this view on, in tiles of 256 pixels.
HOUSE_ZOOM = 16
# A photo is kept at 400 kB at most; it comes in a contribution, lies beside the map, goes back.
PHOTO_BYTES, PHOTO_COPIES = 400_000, 3
PHOTOS_EACH = 5
# The map is copied to be signed and packed, and once more before a merge.
PROJECT_COPIES = 4
MINUTES_A_DECISION = 0.25


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that has to be there.

    code: which.  found: what is so, a code of its own.  action: what there is to do, '' for
    nothing.  minutes: about how long that takes.  problem: what is wrong, in words of its own.
    """

    code: str
    state: State
    found: str
    action: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    minutes: float = 0.0
    problem: CollabMapError | None = None


class Readiness(NamedTuple):
    """lines: in the order in which one does them.  kit: the copy handed out last.

    to_measure: what is to be looked for in the base map before its line can be done
    (map_cover.measure, then `remember`), None when all is known.
    """

    lines: tuple[Line, ...]
    plan: Evening
    kit: KitNote | None = None
    to_measure: Question | None = None

    @property
    def is_ready(self) -> bool:
        return all(line.state == "done" for line in self.lines)

    @property
    def percent(self) -> int:
        """How much is ready, in tens: what is under way or to be looked at counts half."""
        if self.is_ready:
            return 100
        worth = {"done": 1.0, "running": 0.5, "look": 0.5, "todo": 0.0}
        share = sum(worth[line.state] for line in self.lines) / len(self.lines)
        return min(90, 10 * round(10 * share))

    def count(self, state: State) -> int:
        return sum(line.state == state for line in self.lines)

    @property
    def minutes(self) -> int:
        """About how long the rest takes, in whole fives."""
        rest = sum(line.minutes for line in self.lines if line.state in ("look", "todo"))
        return 5 * max(1, round(rest / 5)) if rest else 0


@in_words
def look(desk: Desk) -> Readiness:
    """Look at everything but the tiles themselves, of which the last answer is taken.

    What only a coordinator can see to is left out for others.
    """
    plan, kit = evening.evening(desk), evening.last_kit(desk)
    found, asked = _base_map(desk)
    lines = [found, _categories(desk)]
    if desk.is_coordinator:
        lines += [*_paper(desk), *_computers(desk), *_review(desk)]
    lines += [*_unsent(desk), *_set_aside(desk), _clock(desk), _disk(desk, plan, kit)]
    if desk.is_coordinator:
        lines.append(_invitation(desk, kit))
    return Readiness(tuple(lines), plan, kit, asked)


# --- the base map -----------------------------------------------------------------------------


@in_words
def base_map(desk: Desk) -> Line:
    """Look at the base map alone."""
    return _base_map(desk)[0]


def _base_map(desk: Desk) -> tuple[Line, Question | None]:
    """Return the line, and what is to be looked for before it can be done."""
    views = [view for view in base_maps.base_maps(desk.project) if view.is_visible]
    if not views:
        return Line("base_map", "todo", "none", "make_base_map", minutes=15), None
    for view in views:
        if view.state != "ok":
            action = "check_base_map" if view.state == "changed" else "base_map"
            values: dict[str, Value] = {"title": view.title}
            return Line("base_map", "look", view.state, action, values, minutes=5), None
    # A scanned plan over it is no map of the town: the lowest one has to be whole.
    view = views[0]
    with desk.project.reading():
        db = desk.project.connection
        places = features.extent(db)
        outside = tally.count_outside(db, view.bounds) if view.bounds and places else 0
    return _whole_map(desk, view, places, outside)


def _whole_map(
    desk: Desk, view: BaseMapView, places: Bbox | None, outside: int
) -> tuple[Line, Question | None]:
    values: dict[str, Value] = {
        "title": view.title,
        "zooms": view.zooms or (),
        "bytes": view.size_bytes,
        "outside": outside,
    }

    def line(state: State, found: str, action: str = "base_map", minutes: float = 0) -> Line:
        return Line("base_map", state, found, action, values, minutes)

    asked = map_cover.question(view, places)
    if asked is None:
        return line("look", "elsewhere", "make_base_map", 15), None
    found = map_cover.known(desk, asked)
    if found is None:
        return line("running", "measuring", ""), asked
    values |= {"missing": found.missing, "expected": found.expected}
    if view.zooms is not None and view.zooms[1] < HOUSE_ZOOM:
        return line("look", "coarse", "make_base_map", 15), None
    if outside:
        return line("look", "outside", minutes=10), None
    if found.missing:
        return line("look", "holes", minutes=10), None
    if not view.is_checked:
        return line("look", "unchecked", "check_base_map", 1), None
    return line("done", "whole"), None


# --- what is on the map -----------------------------------------------------------------------


@in_words
def categories(desk: Desk) -> Line:
    """Look at what the map offers to add."""
    return _categories(desk)


def _categories(desk: Desk) -> Line:
    with desk.project.reading():
        used = tally.count_by_category(desk.project.connection)
    unknown = sum(count for name, count in used.items() if not desk.theme.knows(name))
    values: dict[str, Value] = {
        "categories": len(desk.theme.offered),
        "fields": sum(not field.is_hidden for field in desk.theme.fields),
        "places": sum(used.values()),
        "unknown": unknown,
    }
    if not desk.theme.offered:
        return Line("categories", "todo", "none", "categories", values, 5)
    if unknown:
        return Line("categories", "look", "unknown", "places", values, 5)
    return Line("categories", "done", "there" if used else "unused", "categories", values)


def _review(desk: Desk) -> Iterator[Line]:
    with desk.project.reading():
        counts = features.counts(desk.project.connection)
    values: dict[str, Value] = {"pending": counts.pending, "disagreements": counts.disagreements}
    if counts.pending:
        minutes = max(1.0, counts.pending * MINUTES_A_DECISION)
        yield Line("review", "look", "pending", "review", values, minutes)
    elif counts.places:
        yield Line("review", "done", "none", "review", values)


def _unsent(desk: Desk) -> Iterator[Line]:
    """Yield whether what was written here has gone to the others: where there are any."""
    if desk.is_coordinator:
        others = [view for view in people.devices(desk) if not view.is_here]
        if not others:
            return
    count = sending.unsent(desk)
    action = "give_back" if desk.is_coordinator else "send"
    if count:
        yield Line("unsent", "look", "unsent", action, {"places": count}, 2)
    else:
        yield Line("unsent", "done", "sent", action)


def _set_aside(desk: Desk) -> Iterator[Line]:
    waiting = rekeying.set_aside(desk)
    if waiting.changes:
        yield Line("set_aside", "look", "waiting", "", {"changes": waiting.changes}, 1)


# --- who --------------------------------------------------------------------------------------


def _paper(desk: Desk) -> Iterator[Line]:
    genesis = desk.project.genesis
    # Only the founder's laptop has shown it.
    if not genesis.recovery or ids.replica_id(genesis.founder) not in desk.former | {desk.rid}:
        return
    since = evening.on_paper_since(desk)
    if since:
        yield Line("paper", "done", "seen", "check_paper", {"seen_ms": since})
    else:
        yield Line("paper", "todo", "never", "check_paper", minutes=2)


def _computers(desk: Desk) -> Iterator[Line]:
    views = people.devices(desk)
    waiting = [view for view in views if view.waits]
    copied = [view for view in views if view.copies > 1]
    ahead = [view for view in views if view.is_ahead and not view.is_here]
    values: dict[str, Value] = {
        "known": len(views),
        "waiting": len(waiting),
        "copied": len(copied),
        "ahead": len(ahead),
    }
    if waiting:
        yield Line("computers", "look", "waiting", "people", values, len(waiting))
    elif ahead:
        yield Line("computers", "look", "ahead", "people", values, len(ahead))
    elif len(views) > 1:
        yield Line("computers", "done", "known", "people", values)


def _invitation(desk: Desk, kit: KitNote | None) -> Line:
    views = inviting.invitations(desk)
    open_ones = [view for view in views if view.is_open]
    came = len({device.rid for view in open_ones for device in view.came})
    values: dict[str, Value] = {"came": came}
    if kit is None:
        found = "no_kit" if open_ones else "none"
        return Line("invitation", "todo", found, "hand_out", values, 3)
    with desk.project.reading():
        since = tally.count_changed_since(desk.project.connection, kit.at_ms)
    values |= {"bytes": kit.size_bytes, "at_ms": kit.at_ms, "since": since}
    values["name"] = Path(kit.path).name
    if kit.invitation not in {view.key for view in open_ones}:
        return Line("invitation", "look", "closed", "hand_out", values, 3)
    if kit.maps != evening.map_stamps(desk):
        return Line("invitation", "look", "other_map", "hand_out", values, 3)
    if since:
        return Line("invitation", "look", "older", "hand_out", values, 3)
    trial = last_trial(desk, Path(kit.path))
    if trial is not None and not trial.is_good:
        return Line("invitation", "look", "unusable", "hand_out", values, 3)
    # In tenths of a second; 0 for a copy that nobody tried.
    values["opens"] = max(1, round(trial.seconds * 10)) if trial is not None else 0
    return Line("invitation", "done", "ready", "hand_out", values)


# --- this computer ----------------------------------------------------------------------------


def _clock(desk: Desk) -> Line:
    problem = clocks.clock_warning(desk)
    values: dict[str, Value] = {"now_ms": desk.now()}
    if problem is not None:
        return Line("clock", "look", "wrong", "look_again", values, 2, problem)
    return Line("clock", "done", "plausible", "look_again", values)


def _disk(desk: Desk, plan: Evening, kit: KitNote | None) -> Line:
    """Say what the disk of the project has free, and about what an evening takes."""
    guests = plan.people or USUAL_PEOPLE
    size = desk.path.stat().st_size
    maps = sum(view.size_bytes for view in base_maps.base_maps(desk.project))
    photos = guests * PHOTOS_EACH * PHOTO_BYTES * PHOTO_COPIES
    needed = PROJECT_COPIES * size + max(maps + size, kit.size_bytes if kit else 0) + photos
    values: dict[str, Value] = {
        "free": shutil.disk_usage(desk.path.resolve().parent).free,
        "needed": needed,
        "people": guests,
        "laptops": plan.laptops or USUAL_LAPTOPS,
        "photos": guests * PHOTOS_EACH,
    }
    if int(str(values["free"])) < needed:
        return Line("disk", "todo", "full", "look_again", values, 10)
    return Line("disk", "done", "enough", "look_again", values)
