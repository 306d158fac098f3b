"""Undo and redo, by random people on real maps: a way there and back, over nobody's words."""

import functools
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pictures import encoded, telling
from sharing import copy_for, founder

from collabmap.app.session import Session
from collabmap.domain.claims import Part
from collabmap.domain.feature import PlaceDraft, PlaceView
from collabmap.domain.geo import LngLat
from collabmap.errors import NothingToRestore
from collabmap.review.bulk import Word
from collabmap.review.contributions import Contribution
from collabmap.store.device import Device

Chance = random.Random
TAGS = ("eau", "ombre", "banc")
CAMILLE, AICHA = "camille", "Aïcha"
# What the runs have met: a law that never met its case proves nothing.
MET: dict[str, int] = {}


@functools.cache
def template() -> Path:
    """Return a folder with a map of three places that a coordinator and a resident share."""
    folder = Path(tempfile.mkdtemp(prefix="undo-"))
    camille = founder(folder)
    aicha = copy_for(camille, AICHA)
    camille.add(PlaceDraft("n-c", "eau", 7.41, 43.73, description="d-c", tags=("eau",)))
    for number in range(2):
        aicha.add(PlaceDraft(f"n-a{number}", "eau", 7.42 + number, 43.73, tags=("ombre",)))
    carry(aicha, camille, folder)
    carry(camille, aicha, folder)
    for session in (camille, aicha):
        session.device.forget_deeds(session.project.id)
        session.close()
        session.device.close()
    return folder


def carry(source: Session, target: Session, folder: Path) -> None:
    target.merge([source.give_back(folder / "carried").path])


@dataclass
class Laptop:
    """came: the words that somebody else wrote, with the step when they came.

    done, undone: of each deed that can be undone or done again, how the map looked without it or
    with it, and the step when it was last touched.
    """

    session: Session
    folder: Path
    letter: str
    words: int = 0
    step: int = 0
    came: dict[str, int] = field(default_factory=dict)
    done: list[tuple[object, int]] = field(default_factory=list)
    undone: list[tuple[object, int]] = field(default_factory=list)

    def word(self) -> str:
        self.words += 1
        return f"{self.letter}{self.words}"

    def views(self) -> list[PlaceView]:
        db = self.session.project.connection
        ids = [row[0] for row in db.execute("SELECT uuid FROM feature ORDER BY uuid").fetchall()]
        found = (self.session.reader.place(each) for each in ids)
        return [view for view in found if view is not None]

    def last_deed(self) -> int:
        """Return the number of the last deed that can be undone, 0 without any."""
        session, person = self.session, self.session.person
        assert person is not None
        last = session.device.last_deed("undo", session.project.id, person.id)
        return last[0] if last else 0

    def reopen(self) -> None:
        self.session.close()
        self.session = Session.open(self.session.path, self.session.device)
        self.session.project.connection.execute("PRAGMA synchronous = OFF")


@contextmanager
def laptops() -> Iterator[tuple[Laptop, Laptop]]:
    folder = Path(tempfile.mkdtemp(prefix="undo-run-"))
    shutil.copytree(template(), folder, dirs_exist_ok=True)
    found = []
    for name, path, letter in (
        (CAMILLE, folder / "town.collabmap", "c"),
        (AICHA, next((folder / f"{AICHA}-map").glob("*.collabmap")), "a"),
    ):
        session = Session.open(path, Device(folder / name))
        session.project.connection.execute("PRAGMA synchronous = OFF")
        found.append(Laptop(session, folder, letter))
    try:
        yield found[0], found[1]
    finally:
        for laptop in found:
            laptop.session.close()
            laptop.session.device.close()
        shutil.rmtree(folder)


def look(laptop: Laptop) -> object:
    """Return all that a person sees of the map, times left out."""
    return [
        (
            v.id, v.name, v.category, v.description, v.tags, v.contact, v.geometry_wkb,
            str(v.state), v.author_name, v.is_published, v.reason, v.members,
            [(s.field, s.value, s.author_name) for s in v.siblings],
            [(c.author_name, c.text) for c in v.comments],
            [(p.element, p.text, p.author_name) for p in v.photos],
            [(each.element, each.type, each.name, each.author_name) for each in v.links],
            [(q.text, q.author_name, [a.text for a in q.answers]) for q in v.questions],
        )
        for v in laptop.views()
    ] + [(item.id, item.kind) for item in laptop.session.reader.review_items()] + [
        (claim.id, claim.part, claim.person_name) for claim in laptop.session.reader.claims()
    ]  # fmt: skip


def words_of(laptop: Laptop) -> set[str]:
    """Return every word that can be read on the map, but for links: they need both their ends."""
    found: set[str] = set()
    for v in laptop.views():
        found |= {v.name, v.description, *v.tags, v.reason}
        found |= {str(s.value) for s in v.siblings} | {c.text for c in v.comments}
        found |= {p.text for p in v.photos}
        found |= {text for q in v.questions for text in (q.text, *(a.text for a in q.answers))}
    return found


# --- what people do ---------------------------------------------------------------------------


def some(laptop: Laptop, chance: Chance) -> PlaceView | None:
    views = [view for view in laptop.views() if view.state != "rejected"]
    return chance.choice(views) if views else None


def add(laptop: Laptop, chance: Chance) -> None:
    laptop.session.add(PlaceDraft(laptop.word(), "eau", 7.4, 43.7, tags=(chance.choice(TAGS),)))


def edit(laptop: Laptop, chance: Chance) -> None:
    if view := some(laptop, chance):
        values = {"name": laptop.word(), "description": laptop.word(), "contact": laptop.word()}
        names = chance.sample(sorted(values), chance.choice([1, 2]))
        laptop.session.edit(view, {name: values[name] for name in names})


def move(laptop: Laptop, chance: Chance) -> None:
    if view := some(laptop, chance):
        laptop.session.edit(view, {"position": LngLat(chance.uniform(7, 8), 43.7)})


def retag(laptop: Laptop, chance: Chance) -> None:
    if view := some(laptop, chance):
        tags = chance.sample(TAGS, chance.choice([0, 1, 2]))
        laptop.session.edit(view, {"tags": tuple(tags)})


def delete(laptop: Laptop, chance: Chance) -> None:
    if view := some(laptop, chance):
        laptop.session.delete(view)


def clear(laptop: Laptop, _chance: Chance) -> None:
    for view in laptop.views():
        if view.state != "rejected":
            laptop.session.delete(view)


def comment(laptop: Laptop, chance: Chance) -> None:
    if view := some(laptop, chance):
        laptop.session.comment(view, laptop.word())


@functools.cache
def picture() -> bytes:
    return encoded(telling(16, 12), "jpg")


def photo(laptop: Laptop, chance: Chance) -> None:
    if view := some(laptop, chance):
        laptop.session.add_photo(view, picture(), laptop.word())


def remove_photo(laptop: Laptop, chance: Chance) -> None:
    if views := [view for view in laptop.views() if view.photos]:
        view = chance.choice(views)
        laptop.session.remove_photo(view, chance.choice(view.photos).element)


def link(laptop: Laptop, chance: Chance) -> None:
    view, other = some(laptop, chance), some(laptop, chance)
    if view is not None and other is not None and view.id != other.id:
        kind = chance.choice(laptop.session.theme.link_types)
        laptop.session.add_link(view, other.id, kind.id)


def remove_link(laptop: Laptop, chance: Chance) -> None:
    if views := [view for view in laptop.views() if view.links]:
        view = chance.choice(views)
        laptop.session.remove_link(view, chance.choice(view.links).element)


def accept(laptop: Laptop, chance: Chance) -> None:
    if queue := laptop.session.reader.review_items():
        laptop.session.accept(chance.choice(queue))


def accept_in_part(laptop: Laptop, chance: Chance) -> None:
    """Accept, some of it left out and some of it written anew."""
    if queue := laptop.session.reader.review_items():
        item = chance.choice(queue)
        parts = [*(field.field for field in item.fields), "contact", *(f"tag:{t}" for t in TAGS)]
        leave = chance.sample(parts, chance.choice([1, 2, len(parts)]))
        values = {"description": laptop.word(), "tags": tuple(chance.sample(TAGS, 1))}
        own = {} if item.kind == "delete" else {chance.choice(sorted(values)): None}
        laptop.session.accept(
            item, leave=leave, values={name: values[name] for name in own}, reason=laptop.word()
        )


def reject(laptop: Laptop, chance: Chance) -> None:
    if queue := laptop.session.reader.review_items():
        laptop.session.reject(chance.choice(queue), laptop.word())


def ask(laptop: Laptop, chance: Chance) -> None:
    if queue := laptop.session.reader.review_items():
        laptop.session.ask(chance.choice(queue), laptop.word())


def answer(laptop: Laptop, chance: Chance) -> None:
    if asked := [view for view in laptop.views() if view.questions]:
        laptop.session.answer(chance.choice(asked), laptop.word())


def mine(laptop: Laptop) -> tuple[Contribution, ...]:
    person = laptop.session.person
    assert person is not None
    return laptop.session.reader.mine(person.id)


def withdraw(laptop: Laptop, chance: Chance) -> None:
    if rows := [row for row in mine(laptop) if row.may_withdraw]:
        laptop.session.withdraw(chance.choice(rows).id)


def restore(laptop: Laptop, chance: Chance) -> None:
    places = {row.id for row in laptop.session.reader.recently_deleted()}
    places |= {row.id for row in mine(laptop) if row.may_restore}
    if places:
        with suppress(NothingToRestore):
            laptop.session.restore(chance.choice(sorted(places)), laptop.word())


def propose(laptop: Laptop, chance: Chance) -> None:
    if rows := [row for row in mine(laptop) if row.state == "refused"]:
        with suppress(NothingToRestore):
            laptop.session.propose_again(chance.choice(rows).id, laptop.word())


def unite(laptop: Laptop, chance: Chance) -> None:
    found = (some(laptop, chance) for _ in range(3))
    views = list({view.id: view for view in found if view is not None}.values())
    if len(views) < 2:
        return
    if chance.random() < 0.3:
        laptop.session.same(views[0].id, views[1].id)
        return
    names = ("name", "category", "description", "geometry", "contact")
    choose = {name: chance.choice(views).id for name in names}
    laptop.session.unite(views, choose, settle=chance.random() < 0.7)


def tell_apart(laptop: Laptop, chance: Chance) -> None:
    if views := [view for view in laptop.views() if view.members]:
        one, *others = chance.choice(views).members
        laptop.session.are_different([(one, other) for other in others])


def part(laptop: Laptop, chance: Chance) -> None:
    if views := [view for view in laptop.views() if view.members]:
        members = chance.choice(views).members
        laptop.session.different(members[0], members[-1])


def claim(laptop: Laptop, chance: Chance) -> None:
    laptop.session.claim(Part(category=chance.choice(["eau", "culture"])))


def give_back(laptop: Laptop, chance: Chance) -> None:
    if claims := laptop.session.reader.claims():
        laptop.session.release_claim(chance.choice(claims).id)


def decide_many(laptop: Laptop, chance: Chance) -> None:
    ids = [item.id for item in laptop.session.reader.review_items()]
    if chosen := chance.sample(ids, min(len(ids), 3)):
        word: Word = chance.choice(["accept", "reject"])
        seen = laptop.session.reader.states(chosen)
        laptop.session.decide_many(word, seen, laptop.word(), deletes=True)


Deed = Callable[[Laptop, Chance], None]
ANYBODYS: list[Deed] = [
    add, add, edit, edit, edit, move, retag, delete, comment, photo, remove_photo, link,
    remove_link, answer, restore,
]  # fmt: skip
COORDINATORS: list[Deed] = [
    *ANYBODYS, accept, accept_in_part, reject, ask, unite, tell_apart, part, claim, give_back,
    decide_many,
]  # fmt: skip
RESIDENTS: list[Deed] = [*ANYBODYS, withdraw, propose]
# What must have been done before there is anything to do.
BEFORE: dict[Deed, Deed] = {
    remove_photo: photo, remove_link: link, answer: ask, part: unite, restore: clear,
    tell_apart: unite, give_back: claim,
    propose: reject,
}  # fmt: skip
Step = tuple[str, Chance]
STEPS = st.tuples(
    st.sampled_from(["deed"] * 5 + ["undo"] * 4 + ["redo"] * 3 + ["reopen"]),
    st.randoms(use_true_random=False),
)


# --- the laws ---------------------------------------------------------------------------------


def act(laptop: Laptop, what: str, chance: Chance, *, is_alone: bool) -> None:
    """Do, undo or redo, and look whether the map is as it must be.

    is_alone: nobody else writes, so that it must look as it looked then, whatever lies between.
    """
    laptop.step += 1
    session = laptop.session
    before = look(laptop)
    if what == "deed":
        deeds = COORDINATORS if session.is_coordinator else RESIDENTS
        deed, last = chance.choice(deeds), laptop.last_deed()
        deed(laptop, chance)
        if laptop.last_deed() != last:
            laptop.done.append((before, laptop.step))
            laptop.undone.clear()
        return
    words, read = session.undo_words(), words_of(laptop)
    stacks = [laptop.done, laptop.undone]
    assert [word is None for word in words] == [not stack for stack in stacks]
    if what == "redo":
        stacks.reverse()
    result = session.undo() if what == "undo" else session.redo()
    if not stacks[0]:
        assert not result.done
        return
    looked, since = stacks[0].pop()
    label = words[what == "redo"]
    assert label is not None
    assert result.kind == label.kind
    case = f"{what} {result.kind}" if result.done else f"{what} overtaken"
    MET[case] = MET.get(case, 0) + 1
    if not result.done:
        assert not is_alone, result
        assert look(laptop) == before
        return
    stacks[1].append((before, laptop.step))
    if is_alone:
        assert look(laptop) == looked, case
    new = {word for word, step in laptop.came.items() if step >= since}
    lost = (read - words_of(laptop)) & new
    assert not lost, f"{case} took {lost}"


RUN = settings(
    max_examples=int(os.environ.get("COLLABMAP_LAWS", "20")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # What random people did grows no clearer by leaving some of it out, and that takes minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    print_blob=True,
)


@given(is_coordinator=st.booleans(), steps=st.lists(STEPS, min_size=12, max_size=24))
@RUN
def test_undo_and_redo_lead_back_and_forth_also_after_a_restart(
    is_coordinator: bool, steps: list[Step]
) -> None:
    with laptops() as (camille, aicha):
        laptop = camille if is_coordinator else aicha
        for what, chance in steps:
            if what == "reopen":
                laptop.reopen()
            else:
                act(laptop, what, chance, is_alone=True)


@given(
    is_coordinator=st.booleans(),
    steps=st.lists(st.tuples(st.booleans(), STEPS), min_size=12, max_size=24),
)
@RUN
def test_undo_and_redo_take_nothing_that_somebody_else_wrote_since(
    is_coordinator: bool, steps: list[tuple[bool, Step]]
) -> None:
    with laptops() as (camille, aicha):
        one, other = (camille, aicha) if is_coordinator else (aicha, camille)
        for is_other, (what, chance) in steps:
            if what == "reopen":
                carry(one.session, other.session, one.folder)
            elif is_other:
                known = other.words
                act(other, "deed", chance, is_alone=False)
                carry(other.session, one.session, one.folder)
                for number in range(known, other.words):
                    one.came[f"{other.letter}{number + 1}"] = one.step
            else:
                act(one, what, chance, is_alone=False)


def test_the_laws_of_undo_met_the_cases_they_are_about() -> None:
    if not MET:
        pytest.skip("the laws did not run in this process")
    print(f"met: {dict(sorted(MET.items()))}")  # noqa: T201
    assert MET.keys() >= {"undo add", "undo edit", "redo edit"}


# --- one by one -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deed", "is_coordinator"),
    [(deed, True) for deed in dict.fromkeys(COORDINATORS)]
    + [(deed, False) for deed in dict.fromkeys(RESIDENTS)],
)
def test_each_deed_is_undone_and_done_again_any_number_of_times(
    deed: Deed, is_coordinator: bool
) -> None:
    with laptops() as (camille, aicha):
        laptop, chance = (camille if is_coordinator else aicha), random.Random(1)
        # Something that waits for a word.
        edit(aicha, chance)
        if deed in BEFORE:
            until_done(camille if deed in (answer, propose) else laptop, BEFORE[deed], chance)
        carry(aicha.session, camille.session, camille.folder)
        carry(camille.session, aicha.session, aicha.folder)
        before = until_done(laptop, deed, chance)
        after = look(laptop)
        assert after != before
        for number in range(3):
            assert laptop.session.undo().done
            assert look(laptop) == before
            if number == 1:
                laptop.reopen()
            assert laptop.session.redo().done
            assert look(laptop) == after


def until_done(laptop: Laptop, deed: Deed, chance: Chance) -> object:
    """Try until there was something to do; return how the map looked before."""
    last = laptop.last_deed()
    while True:
        before = look(laptop)
        deed(laptop, chance)
        if laptop.last_deed() != last:
            return before
