"""The laws that every laptop must keep, under random people and a wire that misbehaves."""

import os
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from .checks import check_all, check_convergence
from .replicas import YEAR_MS, Town, digest, empty, fresh_copies, rows

TAGS = ("eau", "ombre", "banc")
# COLLABMAP_LAWS=200 runs more examples than the everyday test.
EXAMPLES = int(os.environ.get("COLLABMAP_LAWS", "20"))

# What the runs have met: a law that never met its case proves nothing.
MET: dict[str, int] = {}
WANTED = {
    "delete",
    "edit wins",
    "siblings",
    "disagreement",
    "accept new",
    "accept change",
    "accept delete",
    "reject new",
    "reject change",
}

laptops = st.integers(0, 3)
some_tags = st.lists(st.sampled_from(TAGS), unique=True, max_size=2).map(tuple)


class Neighbours(RuleBasedStateMachine):
    """Four laptops, one with a clock ten years ahead and one ten years behind."""

    @initialize()
    def found(self) -> None:
        self.town = Town.found(3, (0, 10 * YEAR_MS, -10 * YEAR_MS, 0))
        # Places that all know from the start: people disagree only about what they share.
        self.town.begin_with(2)

    def teardown(self) -> None:
        if not hasattr(self, "town"):
            return
        try:
            check_all(self.town)
            for case, count in self.town.met.items():
                event(case)
                MET[case] = MET.get(case, 0) + count
        finally:
            self.town.close()

    def _pick(self, laptop: int, data: st.DataObject) -> Any:
        return self.town.view(laptop, data.draw(st.sampled_from(self.town.subjects)))

    @precondition(lambda self: len(self.town.subjects) < 4)
    @rule(laptop=laptops, tags=some_tags)
    def add(self, laptop: int, tags: tuple[str, ...]) -> None:
        self.town.subjects.append(self.town.add(laptop, tags))

    @rule(laptop=laptops, data=st.data())
    def rename(self, laptop: int, data: st.DataObject) -> None:
        if view := self._pick(laptop, data):
            self.town.rename(laptop, view)

    @rule(laptop=laptops, tags=some_tags, data=st.data())
    def retag(self, laptop: int, tags: tuple[str, ...], data: st.DataObject) -> None:
        if view := self._pick(laptop, data):
            self.town.retag(laptop, view, tags)

    @rule(laptop=laptops, data=st.data())
    def delete(self, laptop: int, data: st.DataObject) -> None:
        if view := self._pick(laptop, data):
            self.town.delete(laptop, view)

    @rule(laptop=laptops)
    def switch_person(self, laptop: int) -> None:
        self.town.switch_person(laptop)

    @rule(laptop=laptops)
    def seal(self, laptop: int) -> None:
        self.town.laptops[laptop].seal()

    @rule(word=st.sampled_from(["accept", "reject"]), data=st.data())
    def decide(self, word: str, data: st.DataObject) -> None:
        if queue := self.town.laptops[0].reader.queue():
            self.town.decide(word, data.draw(st.sampled_from(queue)))

    @rule(source=laptops, to=laptops, seed=st.integers(0, 999), share=st.floats(0.2, 1))
    def sync(self, source: int, to: int, seed: int, share: float) -> None:
        """Deliver some segments, in any order, some of them twice."""
        self.town.sync(source, to, random.Random(seed), share)


TestNeighbours = Neighbours.TestCase
TestNeighbours.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("seed", range(16))
def test_long_random_evenings_keep_the_laws(seed: int) -> None:
    chance = random.Random(seed)
    town = Town.found(3, (0, 10 * YEAR_MS, -10 * YEAR_MS, 0))
    try:
        town.begin_with(4)
        for _ in range(60):
            _act(town, chance)
        check_all(town)
    finally:
        for case, count in town.met.items():
            MET[case] = MET.get(case, 0) + count
        town.close()


def _act(town: Town, chance: random.Random) -> None:
    act = chance.choices(
        ["rename", "retag", "delete", "add", "seal", "switch", "decide", "sync"],
        [30, 10, 7, 2, 3, 4, 9, 40],
    )[0]
    laptop = chance.randrange(4)
    view = town.view(laptop, chance.choice(town.subjects))
    if act == "add":
        town.subjects.append(town.add(laptop, ("banc",)))
    elif act == "seal":
        town.laptops[laptop].seal()
    elif act == "switch":
        town.switch_person(laptop)
    elif act == "decide":
        if queue := town.laptops[0].reader.queue():
            town.decide(chance.choice(["accept", "accept", "reject"]), chance.choice(queue))
    elif act == "sync":
        town.sync(laptop, chance.randrange(4), chance, chance.uniform(0.2, 1))
    elif view is None:
        return
    elif act == "rename":
        town.rename(laptop, view)
    elif act == "retag":
        town.retag(laptop, view, (chance.choice(TAGS),))
    else:
        town.delete(laptop, view)


@pytest.mark.parametrize("seed", range(6))
def test_evenings_with_second_thoughts_converge(seed: int) -> None:
    chance = random.Random(seed)
    town = Town.found(3, (0, 10 * YEAR_MS, -10 * YEAR_MS, 0))
    try:
        town.begin_with(4)
        for _ in range(50):
            _act(town, chance)
            laptop = chance.randrange(4)
            if chance.random() < 0.3 and town.laptops[laptop].undo().done:
                town.count("undo")
        check_convergence(town)
        assert town.met["undo"] > 4
    finally:
        town.close()


@pytest.mark.parametrize("seed", range(4))
def test_any_order_partition_and_duplication_gives_the_same_map(seed: int) -> None:
    chance = random.Random(seed)
    town = Town.found(3, (0, YEAR_MS, -YEAR_MS, 0))
    try:
        town.begin_with(4)
        for _ in range(40):
            _act(town, chance)
        segments = fresh_copies(town)
        expected = digest(town.laptops[0]), rows(town.laptops[0])
        for laptop in range(1, 4):
            empty(town, laptop)
            chance.shuffle(segments)
            cut = chance.randrange(len(segments))
            for part in (segments[:cut], segments[cut:], segments[:3]):
                town.deliver(laptop, part)
            assert (digest(town.laptops[laptop]), rows(town.laptops[laptop])) == expected
    finally:
        town.close()


def test_the_laws_met_the_cases_they_are_about() -> None:
    if not MET:
        pytest.skip("the laws did not run in this process")
    print(f"met: {MET}")  # noqa: T201
    assert MET.keys() >= WANTED
