"""kill -9 in the middle of merge, seal, bundle, kit, export and plain writing."""

import random
from pathlib import Path

import pytest

from .killing import Evening, complaint, kill, prepare, shared_out

KILLS = 32


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Evening:
    return prepare(tmp_path_factory.mktemp("evening"))


@pytest.mark.parametrize(("number", "act"), list(enumerate(shared_out(KILLS))))
def test_a_kill_in_the_middle_loses_nothing_and_ends_in_the_same_map(
    evening: Evening, tmp_path: Path, number: int, act: str
) -> None:
    saved = kill(evening, act, random.Random(number), tmp_path / "town")
    assert complaint(evening, tmp_path / "town", saved) == ""
