"""A map's file is believed while it is as this device left it."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from sharing import add, founder, places

from collabmap.app import trust
from collabmap.app.session import Session
from collabmap.errors import ProjectDamaged
from collabmap.store.device import Device
from collabmap.store.readmodel import ReadModel


@pytest.fixture
def rebuilt(monkeypatch: pytest.MonkeyPatch) -> list[ReadModel]:
    """What was drawn anew, in order."""
    done: list[ReadModel] = []
    rebuild = ReadModel.rebuild

    def noted(model: ReadModel) -> None:
        done.append(model)
        rebuild(model)

    monkeypatch.setattr(ReadModel, "rebuild", noted)
    return done


@pytest.fixture
def closed(tmp_path: Path) -> Session:
    session = founder(tmp_path)
    add(session, "Fontaine")
    session.close()
    return session


def alter(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("UPDATE feature SET name = 'never said by anybody'")
    database.commit()
    database.close()


def test_a_map_that_nobody_touched_is_opened_as_it_is(
    closed: Session, rebuilt: list[ReadModel]
) -> None:
    for _ in range(2):
        again = Session.open(closed.path, closed.device)
        add(again, "Lavoir")
        again.close()
    assert rebuilt == []


def test_lines_that_somebody_wrote_into_the_file_are_not_believed(closed: Session) -> None:
    alter(closed.path)
    again = Session.open(closed.path, closed.device)
    assert places(again) == {"Fontaine"}
    again.close()


def test_a_file_from_elsewhere_is_drawn_anew_once(
    closed: Session, rebuilt: list[ReadModel], tmp_path: Path
) -> None:
    path = tmp_path / "elsewhere.collabmap"
    shutil.copy(closed.path, path)
    alter(path)
    for _ in range(2):
        again = Session.open(path, Device(tmp_path / "another"))
        assert places(again) == {"Fontaine"}
        again.close()
    assert len(rebuilt) == 1


def test_after_a_kill_the_file_is_still_believed(closed: Session, rebuilt: list[ReadModel]) -> None:
    killed = Session.open(closed.path, closed.device)
    add(killed, "Lavoir")
    # As a kill does: neither signed nor noted.
    killed.project.close()
    again = Session.open(closed.path, closed.device)
    assert places(again) == {"Fontaine", "Lavoir"}
    again.close()
    assert rebuilt == []


def test_a_broken_signature_is_told_when_the_file_is_opened(closed: Session) -> None:
    database = sqlite3.connect(closed.path)
    (data,) = database.execute("SELECT data FROM segment ORDER BY id DESC").fetchone()
    altered = data[:120] + bytes([data[120] ^ 1]) + data[121:]
    database.execute("UPDATE segment SET data = ? WHERE data = ?", (altered, data))
    database.commit()
    database.close()
    with pytest.raises(ProjectDamaged):
        Session.open(closed.path, closed.device)


def test_a_large_map_from_elsewhere_is_shown_first_and_remembered_once_drawn(
    closed: Session, rebuilt: list[ReadModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trust, "MAX_AT_ONCE", 1)
    alter(closed.path)
    for _ in range(2):
        again = Session.open(closed.path, closed.device)
        assert again.is_unsure
        again.close()
    assert rebuilt == []
    again = Session.open(closed.path, closed.device)
    again.rebuild()
    assert (again.is_unsure, places(again)) == (False, {"Fontaine"})
    again.close()
    again = Session.open(closed.path, closed.device)
    assert not again.is_unsure
    again.close()
    assert len(rebuilt) == 1
