"""The window's columns of marks are those of the project, after every write."""

import pytest
from at_the_window import PATIENCE_MS, PLACES, AtTheWindow
from pytestqt.qtbot import QtBot

from collabmap.domain.effect import Effect
from collabmap.domain.feature import Mark, PlaceDraft
from collabmap.domain.mark_columns import MarkColumns
from collabmap.ui import map_marks

BENCH = PlaceDraft("Banc", "nature", 7.4201, 43.7331)


def values(columns: MarkColumns | None) -> list[Mark]:
    assert columns is not None
    return [columns.mark(index) for index in range(len(columns))]


def project(person: AtTheWindow) -> list[Mark]:
    assert person.window.lanes is not None
    asked = person.window.lanes.read(lambda reader: reader.mark_columns())
    return values(asked.result(PATIENCE_MS / 1000))


def names(person: AtTheWindow) -> set[str]:
    return {mark.name for mark in values(person.window.marks.columns)}


def test_columns_follow_what_is_added_and_taken_away(camille: AtTheWindow) -> None:
    camille.meanwhile(lambda session: session.add(BENCH))
    camille.until(lambda: "Banc" in names(camille))
    assert values(camille.window.marks.columns) == project(camille)
    (place,) = (m.id for m in values(camille.window.marks.columns) if m.name == "Banc")
    camille.meanwhile(lambda session: session.hide_place(place))
    camille.until(lambda: "Banc" not in names(camille))
    assert values(camille.window.marks.columns) == project(camille)


def test_an_effect_without_a_list_reads_all_anew(camille: AtTheWindow, qtbot: QtBot) -> None:
    marks = camille.window.marks
    with qtbot.waitSignal(marks.changed):
        marks.follow(Effect(features=None, changed=10_000))
    assert values(marks.columns) == project(camille)
    assert len(names(camille)) == len(PLACES)


def test_columns_of_a_large_map_are_patched_beside_the_window(
    camille: AtTheWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_marks, "FEW", 0)
    camille.meanwhile(lambda session: session.add(BENCH))
    camille.until(lambda: "Banc" in names(camille))
    assert values(camille.window.marks.columns) == project(camille)
    assert camille.window.map._features.table.get(values(camille.window.marks.columns)[-1].id)


def test_a_closed_project_leaves_no_columns(camille: AtTheWindow) -> None:
    camille.window.marks.forget()
    assert camille.window.marks.columns is None
    assert not len(camille.window.map._features.table)
