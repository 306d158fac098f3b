"""Who is here: the welcome, looking only, and a laptop that passes from hand to hand."""

from at_the_window import AtTheWindow
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from collabmap.ui.panels.welcome import WelcomePage
from collabmap.ui.widgets.popover import MenuRow


def welcome(person: AtTheWindow) -> WelcomePage:
    found = person.window.front.welcome
    assert found is not None
    return found


def people(person: AtTheWindow) -> list[str]:
    return [row.text() for row in person.popover.findChildren(MenuRow)]


def open_people(person: AtTheWindow) -> None:
    person.click(person.window.top_bar.person)
    person.settle()


def test_a_name_and_enter_are_enough(newcomer: AtTheWindow) -> None:
    assert QApplication.focusWidget() is welcome(newcomer).name
    newcomer.write("Marcel")
    newcomer.press(Qt.Key.Key_Return)
    newcomer.until(lambda: newcomer.window.person is not None)
    person = newcomer.window.person
    assert person is not None
    assert person.name == "Marcel"
    assert newcomer.window.front.welcome is None
    assert QApplication.focusWidget() is newcomer.browse.add


def test_the_name_is_not_published_unless_one_says_so(newcomer: AtTheWindow) -> None:
    assert welcome(newcomer).hide_name.isChecked()
    newcomer.say_name("Marcel")
    assert newcomer.window.person is not None
    assert not newcomer.window.person.consent


def test_one_click_lets_the_published_map_show_the_name(newcomer: AtTheWindow) -> None:
    newcomer.write("Marcel")
    assert welcome(newcomer).show_name.text() == "Show “Marcel”"
    newcomer.click(welcome(newcomer).show_name)
    newcomer.click(welcome(newcomer).start)
    newcomer.until(lambda: newcomer.window.person is not None)
    assert newcomer.window.person is not None
    assert newcomer.window.person.consent


def test_without_a_name_the_welcome_says_what_is_missing(newcomer: AtTheWindow) -> None:
    newcomer.press(Qt.Key.Key_Return)
    assert "A name is missing." in welcome(newcomer).name_row.error
    assert newcomer.window.front.welcome is not None


def test_the_welcome_tells_how_many_places_there_are(newcomer: AtTheWindow) -> None:
    newcomer.until(lambda: "3 places already added" in welcome(newcomer).words)


def test_who_only_looks_cannot_add(newcomer: AtTheWindow) -> None:
    newcomer.click(newcomer.button("I only want to look"))
    assert not newcomer.button("Add a place").isEnabled()
    assert not newcomer.browse.tiles.isEnabled()
    newcomer.until(lambda: len(newcomer.names) == 3)
    card = newcomer.open_card("Fontaine des Moulins")
    assert not card.edit.isEnabled()
    assert not card.delete.isEnabled()


def test_who_looks_can_say_a_name_later(newcomer: AtTheWindow) -> None:
    newcomer.click(newcomer.button("I only want to look"))
    newcomer.click(newcomer.window.top_bar.person)
    newcomer.say_name("Inès")
    assert newcomer.button("Add a place").isEnabled()


def test_the_map_behind_the_welcome_does_not_answer(newcomer: AtTheWindow) -> None:
    assert not newcomer.window.body.isEnabled()
    assert not newcomer.window.actions_table["add_place"].isEnabled()


def test_one_click_changes_the_person(aicha: AtTheWindow) -> None:
    open_people(aicha)
    aicha.click(next(r for r in aicha.popover.findChildren(MenuRow) if r.text() == "Somebody else"))
    aicha.say_name("Marcel")
    open_people(aicha)
    assert people(aicha) == ["Marcel", "Aïcha", "Somebody else"]
    aicha.click(next(r for r in aicha.popover.findChildren(MenuRow) if r.text() == "Aïcha"))
    aicha.until(lambda: aicha.window.person is not None and aicha.window.person.name == "Aïcha")


def test_somebody_else_can_turn_back(aicha: AtTheWindow) -> None:
    aicha.window.front.show_welcome(again=True)
    aicha.press(Qt.Key.Key_Escape)
    assert aicha.window.front.welcome is None
    assert aicha.window.person is not None
    assert aicha.window.person.name == "Aïcha"


def test_places_are_yours_only_while_it_is_your_turn(aicha: AtTheWindow) -> None:
    aicha.ctrl(Qt.Key.Key_N)
    aicha.press(Qt.Key.Key_Return)
    aicha.press(Qt.Key.Key_Space)
    aicha.write("Platane")
    aicha.press(Qt.Key.Key_Return)
    aicha.until(lambda: "Platane" in aicha.names)

    def second_line() -> str:
        model = aicha.browse.list.places
        lines = ((rank, model.place(rank)) for rank in range(model.rowCount()))
        return next(
            model.second_line(rank, line) for rank, line in lines if line and line.name == "Platane"
        )

    assert second_line() == "Yours · awaiting review"
    aicha.window.front.show_welcome(again=True)
    aicha.say_name("Marcel")
    aicha.until(lambda: "Platane" in aicha.names and second_line() == "Nature · awaiting review")


def test_a_popover_closes_by_escape_and_gives_the_keyboard_back(aicha: AtTheWindow) -> None:
    open_people(aicha)
    popover = aicha.popover
    aicha.press(Qt.Key.Key_Escape)
    assert not popover.isVisible()
    assert QApplication.focusWidget() is aicha.window.top_bar.person


def test_a_popover_closes_by_a_click_elsewhere(aicha: AtTheWindow) -> None:
    open_people(aicha)
    popover = aicha.popover
    aicha.click_map(300, 300)
    assert not popover.isVisible()
