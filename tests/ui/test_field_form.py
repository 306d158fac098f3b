"""The form of a theme's fields: filled in by keys, what is wrong said beside each."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from collabmap.domain.theme import Category, Condition, Field, FieldType, Option, Theme
from collabmap.store.device import Device
from collabmap.ui import look, preferences
from collabmap.ui.fields.lines import LineEditor
from collabmap.ui.main_window import MainWindow
from collabmap.ui.panels.field_form import FEW, FieldForm

Key = Qt.Key
SHADE, BENCH, WATER = (
    Option("shade", "Ombre", "Shade"), Option("bench", "Banc", "Bench"),
    Option("water", "Eau", "Water"),
)  # fmt: skip
MakeForm = Callable[..., FieldForm]


def field(key: str, type_: FieldType, **parts: Any) -> Field:
    return Field(key, type_, f"{key} (fr)", key, **parts)


def theme_of(*fields: Field) -> Theme:
    parts = (Category("park", "Parc", "Park"), Category("street", "Rue", "Street"))
    return Theme("test", parts, fields)


@pytest.fixture(scope="module")
def window(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainWindow]:
    """One window for all: a form asks it for places only."""
    look.apply(qapp, "light", 1.0)
    preferences.speak("en")
    device = Device(tmp_path_factory.mktemp("device"))
    made = MainWindow(device, theme_of())
    yield made
    made.close()
    made.deleteLater()
    device.close()


@pytest.fixture
def make(window: MainWindow, qtbot: QtBot) -> Iterator[MakeForm]:
    """Show a form of some fields in an area that scrolls."""
    areas: list[QScrollArea] = []

    def make(*fields: Field) -> FieldForm:
        form = FieldForm(window, theme_of(*fields))
        area = QScrollArea(widgetResizable=True)
        area.setWidget(form)
        area.resize(360, 400)
        area.show()
        area.activateWindow()
        qtbot.waitActive(area)
        areas.append(area)
        form.show_category("park")
        QApplication.processEvents()
        form.focus_first()
        return form

    yield make
    for area in areas:
        area.hide()
        area.deleteLater()


def keyboard() -> QWidget:
    focus = QApplication.focusWidget()
    assert focus is not None
    return focus


def write(text: str) -> None:
    QTest.keyClicks(keyboard(), text)


def press(*keys: Key) -> None:
    for key in keys:
        QTest.keyClick(keyboard(), key)


@pytest.mark.parametrize(
    ("asked", "text", "value"),
    [
        (field("x", "text"), "  Le  kiosque ", "Le kiosque"),
        (field("x", "number", unit="m"), "1 234,5", 1234.5),
        (field("x", "number", unit="m"), "1,2 km", 1200),
        (field("x", "date"), "12/03/2026", "2026-03-12"),
        (field("x", "date_time"), "12/03/2026 18h30", "2026-03-12T18:30"),
        (field("x", "hours"), "lun-ven 9h-18h", "Mo-Fr 09:00-18:00"),
        (field("x", "url"), "www.ville.fr", "https://www.ville.fr"),
        (field("x", "email"), "a@b.fr", "a@b.fr"),
        (field("x", "phone"), "0612345678", "06 12 34 56 78"),
        (field("x", "rating"), "4", 4),
        (field("x", "yes_no"), "n", False),
        (field("x", "choice", options=(SHADE, BENCH)), "2", "bench"),
        (field("x", "choices", options=(SHADE, BENCH, WATER)), "31", ["shade", "water"]),
    ],
    ids=lambda part: part.type if isinstance(part, Field) else None,
)
def test_each_kind_of_field_is_filled_in_by_keys_and_understood(
    make: MakeForm, asked: Field, text: str, value: object
) -> None:
    form = make(asked)
    write(text)
    press(Key.Key_Tab)
    assert form.values() == {"x": value}
    assert form.problems() == {}


def test_a_long_text_takes_enter_as_a_new_line_and_grows(make: MakeForm) -> None:
    form = make(field("x", "long_text"))
    before = keyboard().sizeHint().height()
    write("one")
    press(Key.Key_Return, Key.Key_Return)
    write("two")
    press(Key.Key_Return)
    write("three")
    assert form.values() == {"x": "one\n\ntwo\nthree"}
    assert keyboard().sizeHint().height() > before


def test_what_is_not_understood_is_said_beside_it_once_it_is_left(make: MakeForm) -> None:
    form = make(field("x", "number", minimum=0, maximum=10), field("y", "text"))
    write("beaucoup")
    assert form.rows["x"].error == ""
    press(Key.Key_Tab)
    assert form.rows["x"].error == "Write a number, such as 12.5."
    assert form.values() == {}
    assert form.kept() == {"x": "beaucoup"}
    form.focus_first()
    keyboard().setProperty("text", "")
    write("11")
    press(Key.Key_Tab)
    assert form.rows["x"].error == "Give a number from 0 to 10."
    form.focus_first()
    press(Key.Key_Backspace)
    assert form.rows["x"].error == "", "what is mended is no longer scolded"


def test_what_has_to_be_filled_in_is_said_at_saving_only(make: MakeForm) -> None:
    form = make(field("x", "text"), field("y", "yes_no", is_required=True))
    press(Key.Key_Tab, Key.Key_Tab)
    assert form.rows["y"].error == ""
    assert list(form.problems()) == ["y"]
    assert form.rows["y"].error == "This has to be filled in."
    form.focus_first()
    write("y")
    assert form.values() == {"y": True}


def test_a_default_is_filled_in_and_marked_until_it_is_touched(make: MakeForm) -> None:
    form = make(field("x", "choice", options=(SHADE, BENCH), default="shade"))
    row = form.rows["x"]
    assert form.values() == {"x": "shade"}
    assert row.is_default
    assert row.aside.text() == "filled in beforehand"
    write("2")
    assert form.values() == {"x": "bench"}
    assert not row.is_default
    assert row.aside.isHidden()


def test_a_question_that_depends_on_another_comes_and_goes_with_its_answer(
    make: MakeForm,
) -> None:
    form = make(
        field("seats", "yes_no"),
        field("many", "number", only_if=Condition("seats", (True,))),
        field("why", "text", only_if=Condition("seats", (False,))),
    )
    assert [key for key, row in form.rows.items() if row.isVisible()] == ["seats"]
    write("y")
    assert [key for key, row in form.rows.items() if not row.isHidden()] == ["seats", "many"]
    press(Key.Key_Tab)
    write("12")
    form.focus_first()
    write("n")
    assert form.values() == {"seats": False}, "what is not asked is not saved"
    write("y")
    assert form.values() == {"seats": True, "many": 12}, "and comes back with the question"


def test_what_is_under_the_hand_stays_where_it_is(make: MakeForm) -> None:
    form = make(
        *(field(f"t{number}", "long_text") for number in range(4)),
        field("above", "long_text", only_if=Condition("seats", (True,))),
        field("seats", "yes_no"),
    )
    row = form.rows["seats"]
    row.focus()
    area = row.window()
    assert isinstance(area, QScrollArea)
    area.ensureWidgetVisible(row)
    QApplication.processEvents()
    hand = keyboard()
    before = hand.mapTo(area.viewport(), QPoint())
    write("y")
    QApplication.processEvents()
    assert not form.rows["above"].isHidden()
    assert hand.mapTo(area.viewport(), QPoint()) == before


def test_few_questions_come_first_and_those_required_always(make: MakeForm) -> None:
    asked = [field(f"t{number}", "text", is_required=number == 8) for number in range(FEW + 4)]
    form = make(*asked)
    shown = [key for key, row in form.rows.items() if not row.isHidden()]
    assert shown == [*(f"t{number}" for number in range(FEW)), "t8"]
    assert form.more.text() == "More: 3 questions"
    form.show_all()
    assert all(not row.isHidden() for row in form.rows.values())
    assert keyboard() is form.rows[f"t{FEW}"].editor.target()


def test_tab_goes_through_the_form_in_the_order_of_reading(make: MakeForm) -> None:
    form = make(
        field("a", "text"), field("b", "choices", options=(SHADE, BENCH)), field("c", "rating"),
        field("d", "date"), field("e", "text"),
    )  # fmt: skip
    seen = []
    for _step in range(6):
        seen.append(next(key for key, row in form.rows.items() if row.isAncestorOf(keyboard())))
        press(Key.Key_Tab)
    assert seen == ["a", "b", "c", "d", "d", "e"]


@pytest.mark.parametrize("type_", ["yes_no", "choice", "choices"])
def test_tab_goes_on_from_whichever_answer_was_given(make: MakeForm, type_: FieldType) -> None:
    options = () if type_ == "yes_no" else (SHADE, BENCH)
    form = make(field("a", "text"), field("b", type_, options=options), field("c", "text"))
    press(Key.Key_Tab, Key.Key_Right, Key.Key_Space, Key.Key_Tab)
    assert form.rows["b"].value() in (False, "bench", ["bench"])
    assert form.rows["c"].isAncestorOf(keyboard())
    QTest.keyClick(keyboard(), Key.Key_Backtab)
    assert form.rows["b"].isAncestorOf(keyboard())
    QTest.keyClick(keyboard(), Key.Key_Backtab)
    assert form.rows["a"].isAncestorOf(keyboard())


def test_enter_saves_from_lines_and_answers(make: MakeForm) -> None:
    form = make(field("a", "text"), field("b", "yes_no"), field("c", "rating"))
    asked: list[bool] = []
    form.submitted.connect(lambda: asked.append(True))
    for _step in range(3):
        press(Key.Key_Return, Key.Key_Tab)
    assert len(asked) == 3


def test_a_theme_that_grows_keeps_what_is_typed(make: MakeForm) -> None:
    form = make(field("a", "text"), field("b", "number"))
    write("Le kios")
    hand = keyboard()
    form.set_theme(
        theme_of(
            field("new", "yes_no"), Field("a", "text", "Nom", "Name"),
            field("b", "number", unit="m", is_required=True),
        )
    )  # fmt: skip
    assert keyboard() is hand
    write("que")
    assert list(form.rows) == ["new", "a", "b"]
    assert form.values() == {"a": "Le kiosque"}
    assert list(form.problems()) == ["b"]


def test_another_category_keeps_what_both_ask_and_brings_the_rest_back(make: MakeForm) -> None:
    form = make(field("a", "text"), field("b", "text", categories=("park",)))
    form.set_values({"a": "both", "b": "park alone"})
    form.show_category("street")
    assert form.values() == {"a": "both"}
    assert form.kept() == {"a": "both", "b": "park alone"}
    form.show_category("park")
    assert form.values() == {"a": "both", "b": "park alone"}


def test_values_of_similar_places_are_offered_by_the_arrow_down_and_never_over_ones_own(
    make: MakeForm,
) -> None:
    form = make(field("a", "text"))
    form.offer({"a": ["Ville", "Association"]})
    press(Key.Key_Down, Key.Key_Down)
    assert form.values() == {"a": "Association"}
    editor = form.rows["a"].editor
    assert isinstance(editor, LineEditor)
    editor.line.clear()
    write("Mine")
    press(Key.Key_Down)
    assert form.values() == {"a": "Mine"}
