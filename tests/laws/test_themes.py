"""Laws of a theme that several coordinators change at once: one theme, and nobody's word lost."""

import functools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import permutations
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sharing import add, copy_for, founder
from theme_strategies import themes

from collabmap.app.session import Session
from collabmap.app.themes import ready_names, ready_theme
from collabmap.domain.definitions import CATEGORY, FIELD, PROJECT, SELF, Definition
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.theme import Theme
from collabmap.domain.theme_changes import Said, differences
from collabmap.domain.theme_checks import theme_problems
from collabmap.domain.theme_file import parse_theme, write_theme
from collabmap.domain.theme_parts import defined, parts_of
from collabmap.domain.theme_sharing import shareable
from collabmap.store.device import Device

EXAMPLES = int(os.environ.get("COLLABMAP_LAWS", "20"))
NAMES = ("camille", "Jo", "Inès")
Thing = tuple[str, str]


# --- on real laptops ------------------------------------------------------------------------------


@functools.cache
def template() -> Path:
    """Return a folder with a map that three coordinators share."""
    folder = Path(tempfile.mkdtemp(prefix="themes-"))
    camille = founder(folder)
    others = [copy_for(camille, name) for name in NAMES[1:]]
    for other in others:
        add(other, "Lavoir")
        carry(other, camille, folder)
        camille.grant(other.rid, "coordinator")
    for other in others:
        carry(camille, other, folder)
    for session in (camille, *others):
        session.close()
        session.device.close()
    return folder


def carry(source: Session, target: Session, folder: Path) -> None:
    target.merge([source.give_back(folder / "carried").path])


@dataclass
class Word:
    """What somebody said of a property, and the words on it that they had seen."""

    value: Any
    seen: frozenset[int]


@dataclass
class Laptop:
    """known: numbers of the words that have come here.  values: that were entered here."""

    session: Session
    known: set[int] = field(default_factory=set)
    values: dict[bytes, dict[str, Any]] = field(default_factory=dict)


@contextmanager
def laptops() -> Iterator[tuple[Path, list[Laptop]]]:
    folder = Path(tempfile.mkdtemp(prefix="themes-run-"))
    shutil.copytree(template(), folder, dirs_exist_ok=True)
    paths = [
        folder / "town.collabmap",
        *(next((folder / f"{n}-map").glob("*.collabmap")) for n in NAMES[1:]),
    ]
    found = [
        Laptop(Session.open(path, Device(folder / name)))
        for name, path in zip(NAMES, paths, strict=True)
    ]
    try:
        yield folder, found
    finally:
        for laptop in found:
            laptop.session.close()
            laptop.session.device.close()
        shutil.rmtree(folder)


THINGS: dict[Thing, dict[str, st.SearchStrategy[Any]]] = {
    (CATEGORY, "culture"): {
        "label_fr": st.sampled_from("abc"),
        "icon": st.sampled_from(["tree", "bike"]),
        "is_hidden": st.booleans(),
    },
    (CATEGORY, "plage"): {"label_fr": st.sampled_from("abc"), "label_en": st.sampled_from("abc")},
    (FIELD, "places"): {
        "type": st.just("number"),
        "label_fr": st.sampled_from("abc"),
        "unit": st.sampled_from(["m", "pers."]),
        "maximum": st.sampled_from([50.0, 100.0]),
    },
    (PROJECT, SELF): {"label_fr": st.sampled_from("abc")},
}
SAID = st.sampled_from(sorted(THINGS)).flatmap(
    lambda thing: st.fixed_dictionaries({}, optional=THINGS[thing]).map(lambda v: {thing: v})
)
STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.one_of(SAID, st.integers(0, 2), st.just("place"))),
    min_size=4,
    max_size=16,
)


@given(STEPS)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@example([(0, {(FIELD, "places"): {"type": "number", "unit": "m"}}), (0, "place"), (1, 0)])
def test_in_whatever_order_words_come_all_laptops_have_one_theme(steps: list[Any]) -> None:
    with laptops() as (folder, found):
        words: dict[int, tuple[Thing, str, Word]] = {}
        for number, what in steps:
            laptop = found[number]
            if isinstance(what, dict):
                say(laptop, what, words)
            elif what == "place":
                enter(laptop)
            elif what != number:
                carry(found[what].session, laptop.session, folder)
                laptop.known |= found[what].known
                laptop.values |= found[what].values
        for laptop in found[1:]:
            carry(laptop.session, found[0].session, folder)
        for laptop in found[1:]:
            carry(found[0].session, laptop.session, folder)

        theme = found[0].session.theme
        every = {place: values for laptop in found for place, values in laptop.values.items()}
        for laptop in found:
            assert laptop.session.theme == theme
            definitions = laptop.session.project.model.ledger.definitions
            check_shown(definitions, words)
            for place, values in every.items():
                view = laptop.session.reader.place(place)
                assert view is not None
                assert view.values == values


def say(laptop: Laptop, said: Said, words: dict[int, tuple[Thing, str, Word]]) -> None:
    laptop.session.define(said)
    for thing, values in said.items():
        for name, value in values.items():
            seen = {n for n in laptop.known if words[n][:2] == (thing, name)}
            laptop.known.add(len(words))
            words[len(words)] = thing, name, Word(value, frozenset(seen))


def enter(laptop: Laptop) -> None:
    """Add a place with a value in the field, where it is asked for already."""
    if laptop.session.theme.field("places") in laptop.session.theme.fields_of("eau"):
        values = {"places": len(laptop.values)}
        place = laptop.session.add(PlaceDraft("Salle", "eau", 7.4, 43.7, values=values))
        laptop.values[place] = values


def check_shown(definitions: Any, words: dict[int, tuple[Thing, str, Word]]) -> None:
    """A property shows the word of somebody who had seen all that they wrote over."""
    for thing, name in {(thing, name) for thing, name, _ in words.values()}:
        of_it = {n: word for n, (at, prop, word) in words.items() if (at, prop) == (thing, name)}
        replaced = {n for word in of_it.values() for n in word.seen}
        last = [word.value for n, word in of_it.items() if n not in replaced]
        assert definitions[thing].values[name] in last


# --- of themes alone ------------------------------------------------------------------------------


def told(base: Theme, said: Said) -> Theme:
    """Return a theme after something was said of it."""
    return defined(base, {thing: Definition(values, {}, {}) for thing, values in said.items()})


@given(themes(), themes())
def test_what_differs_is_enough_to_make_one_theme_of_another(now: Theme, wanted: Theme) -> None:
    wanted = replace(wanted, fields=tuple(f for f in wanted.fields if not clashes(now, f)))
    after = told(now, differences(now, wanted))

    for what, parts in parts_of(wanted).items():
        offered = [part for part in parts_of(after)[what] if not part.is_hidden]
        assert offered == [part for part in parts if not part.is_hidden]
    assert (after.label_fr, after.label_en) == (wanted.label_fr, wanted.label_en)
    for what, parts in parts_of(now).items():
        assert {part.id for part in parts} <= {part.id for part in parts_of(after)[what]}
    assert differences(after, wanted) == {}


def clashes(now: Theme, asked: Any) -> bool:
    """Whether a field has another type in a theme, or hangs on one that may have."""
    known = {f.id: f.type for f in now.fields}
    above = asked.only_if.field if asked.only_if is not None else asked.id
    return known.get(asked.id, asked.type) != asked.type or above in known


@given(themes(), themes(), themes(), st.text(min_size=1, max_size=9))
def test_whatever_merging_leaves_behind_can_be_handed_on(
    base: Theme, one: Theme, other: Theme, name: str
) -> None:
    """Properties of two themes mixed as two laptops could: the file of it is sound."""
    mixed = told(told(base, differences(base, one)), spliced(one, other))
    found = shareable(mixed, name)

    assert list(theme_problems(found)) == []
    assert parse_theme(write_theme(found)) == found


def spliced(one: Theme, other: Theme) -> Said:
    """Return what another theme says of the parts of the first, property by property in turn."""
    said: dict[Thing, dict[str, Any]] = {}
    for (what, key), values in differences(Theme("nothing"), other).items():
        keys = [part.id for part in parts_of(one).get(what, ())]
        target = keys[len(key) % len(keys)] if keys else key
        kept = {n: v for place, (n, v) in enumerate(sorted(values.items())) if place % 2}
        said.setdefault((what, target), {}).update({**kept, "is_hidden": False})
    return said


def test_from_each_ready_theme_one_comes_to_each_other() -> None:
    for one, other in permutations(map(ready_theme, ready_names()), 2):
        after = told(one, differences(one, other))
        assert after.offered == other.offered
        for category in other.categories:
            assert after.fields_of(category.id) == other.fields_of(category.id)
