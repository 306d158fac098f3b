"""Camille's map, and copies of it for whoever a test needs."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sharing import Copies, copy_for, founder

from collabmap.app.session import Session


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def camille(tmp_path: Path, opened: ExitStack) -> Session:
    return opened.enter_context(closing(founder(tmp_path)))


@pytest.fixture
def copy(camille: Session, opened: ExitStack) -> Copies:
    """Return a copy of Camille's map for somebody by name."""
    return lambda name: opened.enter_context(closing(copy_for(camille, name)))
