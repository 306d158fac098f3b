"""Values and definitions that no version of ours writes, as the window meets them."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from at_the_window import PLACES, AtTheWindow
from pytestqt.qtbot import QtBot

from collabmap.app.session import Session
from collabmap.domain.change import Kind, encode
from collabmap.domain.definitions import FIELD, subject_of
from collabmap.domain.structure import define_structure, set_structure
from collabmap.domain.theme import FIELD_TYPES
from collabmap.store.device import Device
from collabmap.ui.panels.history import HistoryPanel

PLACE = PLACES[1].name
OPTION = {"id": "a", "label_fr": "A", "label_en": "A"}


def field_of(type_: str, default: Any) -> dict[str, Any]:
    options = [OPTION, OPTION] if "choice" in type_ else []
    said = {"type": type_, "label_fr": type_, "label_en": type_, "options": options}
    return {**said, "default": default, "minimum": float("nan"), "order": float("inf")}


@pytest.mark.parametrize("value", [True, 2**63, -0.5, "9999-99-99", ["a", "zz"]], ids=repr)
def test_what_does_not_fit_is_shown_and_kept_as_it_is(
    open_window: Callable[[Device], AtTheWindow],
    device: Device,
    town: Path,
    qtbot: QtBot,
    value: Any,
) -> None:
    with closing(Session.open(town, device)) as session:
        place = next(mark.id for mark in session.reader.marks() if mark.name == PLACE)
        for type_ in FIELD_TYPES:
            key = type_.replace("_", "-")
            said = field_of(type_, [value])
            structure = define_structure(FIELD, key, dict.fromkeys(said, ()))
            session.write([(Kind.DEFINE, subject_of(FIELD, key), structure, encode(said))])
            written = set_structure({f"f:{key}": ()}, own_accept=True)
            session.write([(Kind.SET, place, written, encode({f"f:{key}": value}))])
    at = open_window(device)
    at.open(town)

    with qtbot.captureExceptions() as wrong:
        at.open_card(PLACE)
        at.window.placing.edit(at.card.place)
        form = at.form
        assert form.fields.changes() == {}
        at.window.placing.give_up()
        at.settle()
        history = at.window.open_panel("history")
        assert isinstance(history, HistoryPanel)
        history.show_place(place)
        at.settle()
        at.do("add_place")
        at.form.tiles.choose("eau")
        at.settle()
    assert not wrong
