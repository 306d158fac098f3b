"""What anybody does on an evening, each with what was on the screen."""

import random
from collections.abc import Callable, Mapping
from typing import Any

import shapely

from collabmap.app.undoing import UndoResult
from collabmap.domain import ids
from collabmap.domain.change import (
    ANSWER,
    LINK,
    READING,
    TAG,
    Kind,
    encode,
)
from collabmap.domain.feature import PlaceView
from collabmap.domain.geo import LngLat
from collabmap.domain.geometry import prepare
from collabmap.domain.reading_batch import Reading, batches, payload_of
from collabmap.domain.structure import (
    add_structure,
    delete_structure,
    remove_structure,
)

from .evening import Laptop, Town
from .witness import NOTHING, Scene

Chance = random.Random
TAGS = ("eau", "ombre", "banc")
LINE = prepare(shapely.LineString([(7.4, 43.7), (7.5, 43.8)])).wkb
FIELDS = ("name", "name", "description", "category", "position", "geometry_wkb", "contact")


def _form(town: Town, laptop: Laptop, chance: Chance) -> tuple[PlaceView, Scene] | None:
    """Return a place somebody looks at: now, or since before something arrived."""
    if laptop.forms and chance.random() < 0.3:
        town.count("old form")
        return laptop.forms.pop(chance.randrange(len(laptop.forms)))
    if not town.subjects:
        return None
    seen = town.look(laptop, chance.choice(town.subjects))
    if seen is not None and chance.random() < 0.2:
        laptop.forms.append(seen)
    return seen


def add(town: Town, laptop: Laptop, chance: Chance) -> None:
    if len(town.subjects) < 9:
        town.add(laptop, (chance.choice(TAGS),))


def edit(town: Town, laptop: Laptop, chance: Chance) -> None:
    if (form := _form(town, laptop, chance)) is None:
        return
    view, scene = form
    values: dict[str, object] = {}
    for name in {chance.choice(FIELDS) for _ in range(chance.choice([1, 1, 2, 3]))}:
        values[name] = {
            "name": town.token("n"),
            "description": town.token("d"),
            "category": chance.choice(["eau", "danger", "repere"]),
            "contact": town.token("c"),
            # Far enough for another cell each time.
            "position": LngLat(7.4 + town._count * 1e-2, 43.7),
            "geometry_wkb": LINE,
        }[name]
    values = {k: v for k, v in values.items() if k != "category" or _has(laptop, v)}
    fields = {
        name: scene.over(name)
        for name in ("name", "description", "category", "contact", "geometry")
    }
    own = laptop.session.is_coordinator
    laptop.session.edit(view, values)
    laptop.remember(town.note(laptop, fields=fields, own=own))
    if any(len(heads) > 1 for heads in scene.heads.values()):
        town.count("write over several")
    if "geometry_wkb" in values:
        town.count("point to line")
    elif "position" in values:
        town.count("line to point" if view.geometry_wkb == LINE else "move")


def _has(laptop: Laptop, category: object) -> bool:
    return laptop.session.theme.knows(str(category))


def retag(town: Town, laptop: Laptop, chance: Chance) -> None:
    if (form := _form(town, laptop, chance)) is None:
        return
    view, scene = form
    tags = list(view.tags)
    removed = frozenset({tags.pop(chance.randrange(len(tags)))}) if tags else frozenset()
    saw = frozenset(
        leaf
        for leaf in (scene.elements if scene.is_alive else scene.public_elements)
        if scene.deeds[leaf].element == TAG
        and scene.deeds[leaf].text in removed
        and leaf not in scene.hidden
    )
    tags.append(chance.choice(TAGS))
    own = laptop.session.is_coordinator
    laptop.session.edit(view, {"tags": tuple(t for t in tags if t not in removed)})
    laptop.remember(town.note(laptop, saw={Kind.REMOVE: saw}, own=own))


def comment(town: Town, laptop: Laptop, chance: Chance) -> None:
    if (form := _form(town, laptop, chance)) is None:
        return
    own = laptop.session.is_coordinator
    laptop.session.comment(form[0], town.token("w"))
    town.note(laptop, own=own)


def delete(town: Town, laptop: Laptop, chance: Chance) -> None:
    if (form := _form(town, laptop, chance)) is None:
        return
    view, scene = form
    own = laptop.session.is_coordinator
    laptop.session.delete(view)
    laptop.remember(town.note(laptop, saw={Kind.DELETE: scene.effective}, own=own))
    town.count("delete")


def link(town: Town, laptop: Laptop, chance: Chance) -> None:
    """Link two places, or take a link away."""
    if (form := _form(town, laptop, chance)) is None or len(town.subjects) < 2:
        return
    view, scene = form
    subject = view.id
    own = laptop.session.is_coordinator
    links = [leaf for leaf in sorted(scene.elements) if scene.deeds[leaf].element == LINK]
    if links and chance.random() < 0.4:
        gone = chance.choice(links)
        saw = frozenset({gone})
        # Where places are one, or were, it is said of the one that the link was added to.
        subject = scene.deeds[gone].subject
        names = town.names(laptop, subject, saw)
        if not names:
            # It is on hold since somebody looked.
            return
        structure = remove_structure(LINK, names, own_accept=own)
        row = (Kind.REMOVE, subject, structure, None)
        town.count("unlink")
    else:
        saw, target = NOTHING, chance.choice(town.subjects)
        element = ids.new_id(laptop.clock())
        structure = add_structure(LINK, element, own_accept=own, target=target)
        row = (Kind.ADD, subject, structure, encode("beside"))
        town.count("link")
    town.raw(laptop, [row])
    town.note(laptop, saw={Kind.REMOVE: saw}, own=own)


def measure(town: Town, laptop: Laptop, chance: Chance) -> None:
    """Add readings to a place, or take a batch of them away."""
    if (form := _form(town, laptop, chance)) is None:
        return
    view, scene = form
    subject = view.id
    own = laptop.session.is_coordinator
    there = [leaf for leaf in sorted(scene.elements) if scene.deeds[leaf].element == READING]
    if there and chance.random() < 0.4:
        gone = chance.choice(there)
        saw = frozenset({gone})
        # Where places are one, or were, it is said of the one that they were added to.
        subject = scene.deeds[gone].subject
        names = town.names(laptop, subject, saw)
        if not names:
            # They are on hold since somebody looked.
            return
        structure = remove_structure(READING, names, own_accept=own)
        row = (Kind.REMOVE, subject, structure, None)
        town.count("readings taken away")
    else:
        saw = NOTHING
        structure = add_structure(READING, ids.new_id(laptop.clock()), own_accept=own)
        row = (Kind.ADD, subject, structure, encode(_batch(chance)))
        town.count("readings")
    town.raw(laptop, [row])
    town.note(laptop, saw={Kind.REMOVE: saw}, own=own)


def _batch(chance: Chance) -> object:
    """Return the payload of some readings; now and then one that no reader can make sense of."""
    if chance.random() < 0.1:
        return chance.choice(["twelve", {"field": "no2"}, {"steps": [1], "values": ["x"]}])
    said = [
        Reading(1_772_000_000 + chance.randrange(9) * 3600, chance.randrange(40) / 2, device, note)
        for device, note in ((chance.choice(["", "A", "B"]), chance.choice(["", "w"])),)
        for _each in range(chance.randrange(1, 5))
    ]
    return payload_of(next(batches("no2", "µg/m³", said)))


def undo(town: Town, laptop: Laptop, chance: Chance) -> None:
    del chance
    if (last := laptop.last_done()) is not None:
        _go(town, laptop, last[1], "undo", laptop.session.undo)


def redo(town: Town, laptop: Laptop, chance: Chance) -> None:
    del chance
    if (last := laptop.last_undone()) is not None:
        _go(town, laptop, last[1], "redo", laptop.session.redo)


def _go(
    town: Town,
    laptop: Laptop,
    entry: Mapping[str, Any],
    word: str,
    verb: Callable[[], UndoResult],
) -> None:
    """Undo or redo, and note what that says: of one's own last deed only."""
    session, subject = laptop.session, entry["subject"]
    own = session.is_coordinator
    done = frozenset(leaf for _, leaf in entry["deeds"])
    # Where a place was several features that have parted since, each is spoken of.
    about = {subject, *(town.witness.deeds[leaf].subject for leaf in done)}
    scenes = {s: town.scene(laptop, session.project.model.canonical(s)) for s in about}
    undone = frozenset(leaf for _, leaf in entry.get("undone", ()))
    before = {c.id: c.leaf for c in session.project.model.changes(subject)}
    if not verb().done:
        town.count(f"{word} overtaken")
        return
    town.count(word)
    new = town.new_changes(laptop)
    about |= {c.subject for c in new}
    leaf_of = before | {c.id: c.leaf for s in about for c in session.project.model.changes(s)}
    for change in new:
        scene = scenes.get(change.subject, scenes[subject])
        saw, swept = frozenset(leaf_of[name] for name in change.seen), NOTHING
        if change.kind == Kind.REMOVE:
            # Only one's own last deed is taken back, or again, whatever its author wrote before.
            assert saw <= (undone if word == "redo" else done)
        elif change.kind == Kind.DELETE:
            assert word == "undo"
            saw = scene.effective
        elif change.kind == Kind.VERDICT:
            targets = frozenset(leaf_of[name] for name in change.words)
            said = [v for target in targets for v in scene.verdicts[target]]
            # Nobody else's decision is taken back.
            assert {v.owner for v in said} == {(laptop.rid, laptop.person)}
            saw = scene.verdicts_over(targets)
            # Whoever says the same again means what was on the screen then.
            same = [
                deed.swept
                for leaf in saw | done
                if (deed := town.witness.deeds[leaf]).words.keys() >= targets
                and {deed.words[t] for t in targets} == set(change.words.values())
            ]
            swept = max(same, key=len, default=NOTHING)
        town.note_one(laptop, change, saw, own=own, leaf_of=leaf_of, swept=swept)


def switch_person(town: Town, laptop: Laptop, chance: Chance) -> None:
    people = sorted(laptop.session.people_here(), key=lambda p: p.name)
    if len(people) > 1:
        laptop.session.switch_person(chance.choice(people).id)
        laptop.forms.clear()
        town.count("switch person")


def seal(town: Town, laptop: Laptop, chance: Chance) -> None:
    del town, chance
    laptop.session.seal()


def answer(town: Town, laptop: Laptop, chance: Chance) -> None:
    if not town.subjects:
        return
    own = laptop.session.is_coordinator
    structure = add_structure(ANSWER, ids.new_id(laptop.clock()), own_accept=own)
    subject = chance.choice(town.subjects)
    town.raw(laptop, [(Kind.ADD, subject, structure, encode(town.token("a")))])
    town.note(laptop, own=own)
    town.count("answer")


def delete_unseen(town: Town, laptop: Laptop, chance: Chance) -> None:
    """A delete from another program: of a place it never showed, naming nothing."""
    if not town.subjects:
        return
    own = laptop.session.is_coordinator
    row = (Kind.DELETE, chance.choice(town.subjects), delete_structure([], own_accept=own), None)
    town.raw(laptop, [row])
    town.note(laptop, own=own)
