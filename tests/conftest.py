"""What every test stands on: a folder of its own, no window, English words."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collabmap.app.words import set_language

# A law holds or does not, also on a machine that is slow today; speed is measured elsewhere.
# The same code meets the same examples, so that a red run says something about the change at hand;
# new ones are looked for at random by `dev.py test --hypothesis-profile=explore tests/...`.
_UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", _UNHURRIED, derandomize=True, database=None)
settings.register_profile("explore", _UNHURRIED, max_examples=2_000)
settings.load_profile("same")


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep this computer's own CollabMap out of the tests, and the tests out of it."""
    monkeypatch.setenv("COLLABMAP_HOME", str(tmp_path / "home"))


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("en")


@pytest.fixture(autouse=True, scope="session")
def _one_application(qapp: object) -> None:
    """Let every test share one QApplication: a picture's own would stand in the windows' way."""
