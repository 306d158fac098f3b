"""The window in which a coordinator edits categories and what is asked about them."""

import json
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from collabmap.app.session import Session
from collabmap.domain.definitions import CATEGORY, PROJECT, SELF
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.theme import Condition, Field
from collabmap.store.device import Device
from collabmap.ui.panels.categories import CategoriesPanel


@pytest.fixture
def panel(camille: AtTheWindow) -> CategoriesPanel:
    camille.window.sections.go_to("categories")
    camille.settle()
    found = camille.window.panel_host.current
    assert isinstance(found, CategoriesPanel)
    return found


def names(panel: CategoriesPanel) -> list[str]:
    return [line.title for line in panel.list.lines]


def field(panel: CategoriesPanel, label: str) -> Field:
    return next(f for f in panel.theme.fields if f.label_en == label)


def add_field(camille: AtTheWindow, panel: CategoriesPanel, type_: str, label: str) -> Field:
    """Add a field to the category that is open, as hands do."""
    camille.click(panel.category.add_field)
    camille.click(panel.types.cards[type_])  # type: ignore[index]
    panel.field.line("label_en").setFocus()
    camille.write(label)
    camille.click(panel.field.add_button)
    camille.until(lambda: panel.view == "category")
    camille.settle()
    return field(panel, label)


def test_a_name_is_saved_as_its_line_is_left(camille: AtTheWindow, panel: CategoriesPanel) -> None:
    panel.open_category("eau")
    line = panel.category.line("label_en")
    line.setFocus()
    line.selectAll()
    camille.write("Fountains")
    assert panel.preview.name.text() == "Fountains"
    assert camille.window.theme.category("eau").label_en == "Water"
    camille.press(Qt.Key.Key_Tab)
    camille.settle()
    assert camille.window.theme.category("eau").label_en == "Fountains"
    assert "Fountains" in names(panel)
    camille.do("undo")
    camille.settle()
    assert line.text() == "Water"


def test_a_line_that_is_left_as_it_was_says_nothing(
    camille: AtTheWindow, panel: CategoriesPanel
) -> None:
    panel.open_category("eau")
    panel.category.line("label_en").setFocus()
    camille.press(Qt.Key.Key_Tab)
    camille.settle()
    label = camille.window.actions_table["undo"].text()
    assert "Water" not in label


def test_a_name_that_is_missing_is_told_beside_it_and_what_was_is_kept(
    camille: AtTheWindow, panel: CategoriesPanel
) -> None:
    panel.open_category("eau")
    for name in ("label_fr", "label_en"):
        panel.category.line(name).setFocus()
        panel.category.line(name).selectAll()
        camille.press(Qt.Key.Key_Delete)
    camille.press(Qt.Key.Key_Tab)
    camille.settle()
    assert "Give it a name" in panel.category.places["label"].error
    assert camille.window.theme.category("eau").label_en
    # What could not be saved waits where it was typed.
    panel.open_category("nature")
    panel.open_category("eau")
    assert panel.category.line("label_en").text() == ""
    assert panel.category.places["label"].error


def test_a_new_category_is_added_with_icon_colour_and_shape(
    camille: AtTheWindow, panel: CategoriesPanel
) -> None:
    camille.click(panel.add_button)
    assert panel.category.line("label_fr").hasFocus()
    camille.write("Bancs")
    camille.click(panel.category.icon_button)
    camille.write("bench")
    camille.until(lambda: "bench" in panel.category.icons.grid.names)
    panel.category.icons.picked.emit("bench")
    hues = panel.category.hues.tiles
    camille.click(next(tile for tile in hues if tile.category.id == "#0C8296"))
    natures = panel.category.natures.tiles
    camille.click(next(tile for tile in natures if tile.category.id == "idea"))
    assert not any(c.label_fr == "Bancs" for c in camille.window.theme.categories)
    camille.click(panel.category.add_button)
    camille.until(lambda: any(c.label_fr == "Bancs" for c in camille.window.theme.categories))
    camille.settle()
    bench = next(c for c in camille.window.theme.categories if c.label_fr == "Bancs")
    assert bench.id.startswith("bancs-")
    assert (bench.icon, bench.hue, bench.shape, bench.nature) == (
        "bench",
        "#0C8296",
        "diamond",
        "idea",
    )
    assert panel.chosen == bench.id
    assert names(panel)[-1] == "Bancs"


def test_categories_are_reordered_by_keys_and_buttons(
    camille: AtTheWindow, panel: CategoriesPanel
) -> None:
    before = names(panel)
    panel.list.setFocus()
    panel.list.choose(panel.theme.offered[0].id)
    QTest.keyClick(panel.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    camille.settle()
    assert names(panel)[:2] == [before[1], before[0]]
    panel.open_category(panel.theme.offered[1].id)
    camille.click(panel.category.up)
    camille.settle()
    assert names(panel) == before
    assert not panel.category.up.isEnabled()


def test_a_hidden_category_stays_in_the_list_and_comes_back(
    camille: AtTheWindow, panel: CategoriesPanel
) -> None:
    panel.open_category("eau")
    camille.click(panel.category.hide_button)
    camille.until_told("“Water” is hidden")
    camille.settle()
    assert camille.window.theme.category("eau").is_hidden
    assert names(panel)[-1] == "Water"
    assert panel.category.hide_button.text() == "Show again"
    camille.click(panel.category.hide_button)
    camille.settle()
    assert not camille.window.theme.category("eau").is_hidden


def test_a_field_is_added_by_keys_alone_and_shown_in_the_preview(
    camille: AtTheWindow, panel: CategoriesPanel
) -> None:
    panel.open_category("eau")
    panel.category.add_field.setFocus()
    camille.press(Qt.Key.Key_Return)
    camille.press(Qt.Key.Key_Tab)
    assert panel.types.cards["long_text"].hasFocus()
    panel.types.cards["number"].setFocus()
    camille.press(Qt.Key.Key_Space)
    camille.write("Debit")
    assert any(row.asks.label_fr == "Debit" for row in panel.preview.form.rows.values())
    panel.field.add_button.setFocus()
    camille.press(Qt.Key.Key_Return)
    camille.until(lambda: panel.view == "category")
    camille.settle()
    made = next(f for f in camille.window.theme.fields if f.label_fr == "Debit")
    assert made.type == "number"
    assert made.categories == ("eau",)
    assert panel.category.fields.chosen == made.id
    assert panel.category.fields.hasFocus()


def test_the_preview_shows_the_field_that_is_being_written_and_leaves_the_keyboard(
    camille: AtTheWindow, panel: CategoriesPanel
) -> None:
    panel.open_category("eau")
    for type_ in ("hours", "choices", "date_time", "phone", "rating", "url", "long_text"):
        camille.click(panel.category.add_field)
        camille.click(panel.types.cards[type_])  # type: ignore[index]
        camille.write(type_)
        assert panel.field.line("label_fr").text() == type_
        if panel.field.options.isVisible():
            panel.field.options.add()
            camille.write("A")
        key, view = panel.field.field.id, panel.preview.scroller.viewport()
        row = panel.preview.form.rows[key]
        camille.until(row.isVisible)
        top = row.mapTo(view, QPoint()).y()
        assert top >= 0, type_
        assert top + row.height() <= view.height(), type_
        camille.click(panel.field.add_button)
        camille.until(lambda: panel.view == "category")
        camille.settle()


def test_an_address_is_private_from_the_start(camille: AtTheWindow, panel: CategoriesPanel) -> None:
    panel.open_category("eau")
    assert add_field(camille, panel, "email", "Who answers").is_private
    assert not add_field(camille, panel, "text", "Colour").is_private


def test_measurements_are_never_said_to_be_private(
    camille: AtTheWindow, panel: CategoriesPanel
) -> None:
    panel.open_category("eau")
    add_field(camille, panel, "measure", "Noise")
    assert panel.field.private.isHidden()
    add_field(camille, panel, "text", "Colour")
    assert not panel.field.private.isHidden()


def test_a_range_that_crosses_is_told_and_is_not_saved(
    camille: AtTheWindow, panel: CategoriesPanel
) -> None:
    panel.open_category("eau")
    made = add_field(camille, panel, "number", "Depth")
    panel.open_field(made.id)
    panel.field.least.setFocus()
    camille.write("12.5")
    panel.field.most.setFocus()
    camille.settle()
    assert field(panel, "Depth").minimum == 12.5
    camille.write("3")
    camille.press(Qt.Key.Key_Tab)
    camille.settle()
    assert "above the largest" in panel.field.places["range"].error
    assert field(panel, "Depth").maximum is None


def test_a_limit_that_is_no_number_is_told_and_the_one_before_stays(
    camille: AtTheWindow, panel: CategoriesPanel
) -> None:
    panel.open_category("eau")
    made = add_field(camille, panel, "measure", "Flow")
    panel.open_field(made.id)
    panel.field.least.setFocus()
    camille.write("little")
    camille.press(Qt.Key.Key_Tab)
    assert panel.field.places["range"].error == "This is not a number."
    camille.click(panel.field.worse)
    camille.settle()
    assert field(panel, "Flow").minimum is None
    assert field(panel, "Flow").lower_is_worse


def test_what_becomes_private_says_what_of_what_was_written_before(
    camille: AtTheWindow, panel: CategoriesPanel
) -> None:
    panel.open_category("eau")
    made = add_field(camille, panel, "text", "Keeper")
    panel.open_field(made.id)
    assert panel.field.sealing.isHidden()
    camille.click(panel.field.private)
    camille.settle()
    assert field(panel, "Keeper").is_private
    assert "stay readable" in panel.field.sealing.text()
    assert panel.field.sealing.isVisible()


def test_answers_are_added_renamed_and_taken_off_and_keep_their_keys(
    camille: AtTheWindow, panel: CategoriesPanel
) -> None:
    panel.open_category("eau")
    camille.click(panel.category.add_field)
    camille.click(panel.types.cards["choice"])
    panel.field.line("label_en").setFocus()
    camille.write("State")
    camille.click(panel.field.add_button)
    assert "at least one answer" in panel.field.places["options"].error
    camille.click(panel.field.options.add_button)
    camille.write("Bon")
    camille.press(Qt.Key.Key_Return)
    camille.write("Casse")
    camille.click(panel.field.add_button)
    camille.until(lambda: panel.view == "category")
    camille.settle()
    first, second = field(panel, "State").options
    panel.open_field(field(panel, "State").id)
    panel.field.options.rows[0].english.setFocus()
    camille.write("Good")
    camille.press(Qt.Key.Key_Tab)
    camille.settle()
    assert field(panel, "State").options[0].id == first.id
    assert field(panel, "State").options[0].label_en == "Good"
    camille.click(panel.field.options.rows[1].gone)
    camille.settle()
    assert [o.id for o in field(panel, "State").options] == [first.id]
    assert second.label_fr == "Casse"


def test_a_field_can_wait_for_another_one_but_not_in_a_ring(
    camille: AtTheWindow, panel: CategoriesPanel
) -> None:
    panel.open_category("eau")
    first = add_field(camille, panel, "yes_no", "Drinkable")
    second = add_field(camille, panel, "yes_no", "Tested")
    panel.open_field(second.id)
    panel.field.only_if._choose(first.id)
    camille.settle()
    assert field(panel, "Tested").only_if == Condition(first.id, (True,))
    panel.open_field(first.id)
    panel.field.only_if._choose(second.id)
    camille.settle()
    assert "each waits for the other" in panel.field.places["only_if"].error
    assert field(panel, "Drinkable").only_if is None


def test_what_another_coordinator_says_meanwhile_leaves_what_is_typed(
    camille: AtTheWindow, panel: CategoriesPanel
) -> None:
    panel.open_category("eau")
    line = panel.category.line("label_fr")
    line.setFocus()
    line.selectAll()
    camille.write("Points")
    camille.meanwhile(
        lambda s: s.define({(CATEGORY, "eau"): {"label_en": "Fountains", "icon": "fountain"}})
    )
    camille.until(lambda: panel.category.line("label_en").text() == "Fountains")
    assert line.text() == "Points"
    assert line.hasFocus()
    camille.press(Qt.Key.Key_Tab)
    camille.settle()
    water = camille.window.theme.category("eau")
    assert (water.label_fr, water.label_en, water.icon) == ("Points", "Fountains", "fountain")


def test_a_hidden_field_says_how_many_places_keep_a_value(
    camille: AtTheWindow, panel: CategoriesPanel
) -> None:
    panel.open_category("eau")
    made = add_field(camille, panel, "text", "Keeper")
    draft = PlaceDraft("Lavoir", "eau", 7.42, 43.733, values={made.id: "Ville"})
    camille.meanwhile(lambda s: s.add(draft))
    panel.open_field(made.id)
    camille.click(panel.field.hide_button)
    camille.until(lambda: "1 place has a value" in panel.field.hidden.text())
    assert made.id not in panel.preview.form.rows


def test_a_category_half_written_is_there_again_until_it_is_added_or_given_up(
    camille: AtTheWindow, panel: CategoriesPanel
) -> None:
    panel.new_category()
    camille.write("Ruches")
    panel.open_category("eau")
    panel.new_category()
    assert "Ruches" in (panel.category.category.label_fr, panel.category.category.label_en)
    camille.window.go_to_mode("contribute")
    camille.settle()
    camille.window.go_to_mode("prepare")
    camille.window.sections.go_to("categories")
    camille.settle()
    again = camille.window.panel_host.current
    assert isinstance(again, CategoriesPanel)
    again.new_category()
    assert "Ruches" in (again.category.category.label_fr, again.category.category.label_en)
    camille.click(again.category.cancel)
    again.new_category()
    assert again.category.category.label_fr == again.category.category.label_en == ""


def test_what_stands_in_a_line_is_saved_when_the_window_is_closed(
    camille: AtTheWindow, panel: CategoriesPanel, town: Path, device: Device
) -> None:
    panel.open_category("eau")
    line = panel.category.line("label_en")
    line.setFocus()
    line.selectAll()
    camille.write("Fountains")
    camille.window.close()
    session = Session.open(town, device)
    assert session.theme.category("eau").label_en == "Fountains"
    session.close()


def test_the_theme_of_the_map_is_named_for_others(
    camille: AtTheWindow, panel: CategoriesPanel, tmp_path: Path
) -> None:
    camille.click(panel.themes_button)
    camille.settle()
    line = panel.themes.name.lines["label_en"]
    line.setFocus()
    line.selectAll()
    camille.write("Water and shade")
    camille.press(Qt.Key.Key_Tab)
    camille.until(lambda: camille.window.theme.label_en == "Water and shade")
    panel.themes.write_file(tmp_path / "ours.json")
    camille.until_told("ours.json")
    assert json.loads((tmp_path / "ours.json").read_text())["label_en"] == "Water and shade"
    panel.themes.name.lines["about_en"].setFocus()
    camille.write("Half a")
    camille.meanwhile(lambda s: s.define({(PROJECT, SELF): {"label_en": "Shade"}}))
    camille.until(lambda: line.text() == "Shade")
    about = panel.themes.name.lines["about_en"]
    assert about.text().startswith("Half a")
    panel.themes.to_file.setFocus()
    camille.until(lambda: camille.window.theme.about_en.startswith("Half a"))
    camille.do("undo")
    camille.until(lambda: about.text().startswith("All that makes"))
    assert line.text() == "Shade"


def test_another_theme_is_taken_in_one_deed_and_can_be_undone(
    camille: AtTheWindow, panel: CategoriesPanel
) -> None:
    before = names(panel)
    camille.click(panel.themes_button)
    camille.until(lambda: len(panel.themes.cards) > 5)
    card = next(c for c in panel.themes.cards if c.theme.id == "qualite-air")
    card.choose.click()
    assert "hidden" in card.words.text()
    camille.click(card.take)
    camille.until_told("The theme is now")
    camille.settle()
    assert panel.view == "category"
    assert {c.id for c in card.theme.categories} <= {c.id for c in camille.window.theme.offered}
    camille.do("undo")
    camille.settle()
    offered = [line.title for line in panel.list.lines][: len(before)]
    assert offered == before


def test_a_theme_goes_to_a_file_and_comes_back(
    camille: AtTheWindow, panel: CategoriesPanel, tmp_path: Path
) -> None:
    panel.open_themes()
    panel.themes.write_file(tmp_path / "ours.json")
    camille.until_told("The theme is in “ours.json”")
    camille.until(lambda: len(panel.themes.cards) > 5)
    count = len(panel.themes.cards)
    panel.themes.read_file(tmp_path / "ours.json")
    camille.until(lambda: len(panel.themes.cards) == count + 1)
    assert not panel.themes.cards[-1].question.isHidden()


def test_all_that_is_wrong_with_a_file_is_told_at_once(
    camille: AtTheWindow, panel: CategoriesPanel, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(
        '{"format": "collabmap-theme", "version": 1, "id": "x", "label_fr": "X", "label_en": "X",'
        ' "categories": [{"id": "a", "label_fr": "A", "label_en": "A"}, {"id": "a"}],'
        ' "fields": [{"id": "f", "type": "smell", "label_fr": "F", "label_en": "F"}]}'
    )
    panel.open_themes()
    panel.themes.read_file(path)
    camille.until(lambda: panel.themes.wrong.isVisible())
    assert "wrong.json" in panel.themes.wrong.title.text()
    said = panel.themes.wrong.text.text()
    assert "the same “id” is there twice" in said
    assert "no type “smell”" in said
    (tmp_path / "no.json").write_text("not a theme")
    panel.themes.read_file(tmp_path / "no.json")
    camille.until(lambda: "no.json" in panel.themes.wrong.title.text())


def test_each_of_many_problems_of_a_file_can_be_read_from_the_first_on(
    camille: AtTheWindow, panel: CategoriesPanel, tmp_path: Path
) -> None:
    fields = [
        {"id": f"f{n}", "type": f"smell{n}", "label_fr": "F", "label_en": "F"} for n in range(30)
    ]
    whole = {
        "format": "collabmap-theme", "version": 1, "id": "x", "label_fr": "X", "label_en": "X",
        "categories": [{"id": "a", "label_fr": "A", "label_en": "A"}], "fields": fields,
    }  # fmt: skip
    (tmp_path / "wrong.json").write_text(json.dumps(whole))
    panel.open_themes()
    camille.settle()
    panel.themes.read_file(tmp_path / "wrong.json")
    camille.until(lambda: panel.themes.wrong.isVisible())
    camille.settle()
    said = panel.themes.wrong.text.text()
    assert all(f"smell{n}" in said for n in range(30))
    title, view = panel.themes.wrong.title, panel.themes.scroller.viewport()
    assert 0 <= title.mapTo(view, QPoint()).y() < view.height() / 4
