"""What holds on every screen: names for all, one filled button, room at every size, no strays."""

import gc
from collections.abc import Callable

import pytest
import shapely
from at_the_window import AtTheWindow
from packs import a_pack
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QSlider,
    QWidget,
)
from shiboken6 import isValid

from collabmap.app.settings import resource
from collabmap.domain.definitions import FIELD
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.theme import FIELD_TYPES
from collabmap.render.tokens import TEXT_SCALES
from collabmap.review.queue_rows import QueueRow
from collabmap.ui.fields.hours import HoursEditor
from collabmap.ui.map.view import MapView
from collabmap.ui.panels.base_map_new import BaseMapPanel
from collabmap.ui.panels.base_maps import BaseMapsPanel
from collabmap.ui.panels.categories import CategoriesPanel
from collabmap.ui.panels.evening import EveningPanel
from collabmap.ui.panels.hidden import HiddenPanel
from collabmap.ui.panels.people import PeoplePanel
from collabmap.ui.panels.receipts import ReceiptsPanel
from collabmap.ui.panels.review_bulk import open_bulk
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.popover import MenuRow

Screen = Callable[[AtTheWindow], None]


def go_nowhere(_person: AtTheWindow) -> None:
    """Stay on the list."""


def go_to_where(person: AtTheWindow) -> None:
    person.do("add_place")


def go_to_form(person: AtTheWindow) -> None:
    person.do("add_place")
    person.click_map(400, 250)
    person.form.show_more()


def go_to_answers(person: AtTheWindow) -> None:
    """What a rich theme asks, with all that may be wrong."""
    said = {
        (FIELD, f"x-{kind.replace('_', '-')}"): {
            "type": kind, "label_en": kind, "label_fr": kind, "is_required": True,
            "options": [{"id": "a", "label_en": "One", "label_fr": "Un"}],
        }
        for kind in FIELD_TYPES
    }  # fmt: skip
    person.meanwhile(lambda session: session.define(said))
    go_to_form(person)
    person.form.choose_category("culture")
    person.until(lambda: "x-hours" in person.form.fields.rows)
    person.form.name.setText("Hall")
    person.form.submit()
    hours = person.form.fields.rows["x-hours"].editor
    assert isinstance(hours, HoursEditor)
    hours.button.click()


def go_to_drawing(person: AtTheWindow) -> None:
    person.do("add_place")
    person.form.where.ways.buttons["zone"].click()
    for x, y in ((200, 100), (400, 120), (300, 250)):
        person.click_map(x, y)


def go_to_crossing(person: AtTheWindow) -> None:
    go_to_drawing(person)
    person.click_map(330, 90)
    person.form.where.finish.click()


def go_to_outline(person: AtTheWindow) -> None:
    corners = [(7.4195, 43.7322), (7.4215, 43.7322), (7.4205, 43.7334)]
    wkb = shapely.to_wkb(shapely.Polygon(corners))
    draft = PlaceDraft("Meadow", "nature", 7.42, 43.733, geometry_wkb=wkb)
    person.meanwhile(lambda session: session.add(draft))
    person.open_card("Meadow")
    person.card.move_button.click()
    person.settle()


def go_to_card(person: AtTheWindow) -> None:
    person.open_card("Fontaine des Moulins")


def go_to_move(person: AtTheWindow) -> None:
    person.open_card("Fontaine des Moulins")
    person.click(person.button("Move"))


def go_to_welcome(person: AtTheWindow) -> None:
    person.window.front.show_welcome(again=True)


def go_to_start(person: AtTheWindow) -> None:
    person.do("open_another")


def go_to_new(person: AtTheWindow) -> None:
    person.do("open_another")
    person.click(person.button("New map"))


def go_to_menu(person: AtTheWindow) -> None:
    person.click(person.window.top_bar.menu)


def go_to_help(person: AtTheWindow) -> None:
    person.do("help")


def go_to_invitation(person: AtTheWindow) -> None:
    person.do("people")
    panel = person.window.panel_host.current
    assert isinstance(panel, PeoplePanel)
    person.until(lambda: bool(panel.devices))
    panel.invitation.invite_wanted.emit()
    person.until(lambda: panel.invitation.code.isVisibleTo(panel.page))


def go_to_computer(person: AtTheWindow) -> None:
    go_to_invitation(person)
    panel = person.window.panel_host.current
    assert isinstance(panel, PeoplePanel)
    panel.open_computer(panel.devices[0].rid)


def go_to_this_computer(person: AtTheWindow) -> None:
    go_to_invitation(person)
    panel = person.window.panel_host.current
    assert isinstance(panel, PeoplePanel)
    panel.open_view("here")


def go_to_evening(person: AtTheWindow) -> None:
    person.do("prepare")
    person.window.sections.go_to("evening")
    panel = person.window.panel_host.current
    assert isinstance(panel, EveningPanel)
    person.until(lambda: panel.ready is not None)
    person.window.body.show_tab("centre")


def go_to_when_and_where(person: AtTheWindow) -> None:
    go_to_evening(person)
    panel = person.window.panel_host.current
    assert isinstance(panel, EveningPanel)
    panel.ask_plan()
    assert panel.form is not None
    person.until(panel.form.save.isVisible)


def go_to_paper(person: AtTheWindow) -> None:
    go_to_evening(person)
    panel = person.window.panel_host.current
    assert isinstance(panel, EveningPanel)
    panel.ask_paper()
    assert panel.paper is not None
    person.until(panel.paper.compare.isVisible)


def go_to_recovery(person: AtTheWindow) -> None:
    person.window.front.show_recovery("ABCD-EFGH-JKMN-PQRS-TVWX-YZ12-3456")


def go_to_merges(person: AtTheWindow) -> None:
    person.do("merges")


def go_to_receipts(person: AtTheWindow) -> None:
    person.do("receipts")
    panel = person.window.panel_host.current
    assert isinstance(panel, ReceiptsPanel)
    panel.ask_for_text()


def go_to_hidden(person: AtTheWindow) -> None:
    person.meanwhile(lambda session: session.hide_place(session.reader.marks()[0].id))
    person.do("hidden")
    panel = person.window.panel_host.current
    assert isinstance(panel, HiddenPanel)
    person.until(lambda: bool(panel.buttons))


def go_to_more(person: AtTheWindow) -> None:
    person.open_card("Fontaine des Moulins")
    person.click(person.card.more)


def go_to_forget(person: AtTheWindow) -> None:
    go_to_more(person)
    rows = person.popover.findChildren(MenuRow)
    person.click(next(row for row in rows if row.text().startswith("Erase")))


def go_to_folder(person: AtTheWindow) -> None:
    person.do("folder")


def go_to_base_maps(person: AtTheWindow) -> None:
    """One that is shown, one whose file has changed, and a file that is not on the list."""
    info = person.window.info
    assert info is not None
    first, second, beside = (info.path.with_name(f"La Condamine.{n}.mbtiles") for n in "abc")
    for path, colour in ((first, "#ff0000"), (second, "#00ff00"), (beside, "#0000ff")):
        a_pack(path, colour)
    person.meanwhile(lambda s: (s.add_base_map(first), s.add_base_map(second)))
    second.write_bytes(second.read_bytes() + bytes(100))
    person.do("base_maps")
    panel = person.window.panel_host.current
    assert isinstance(panel, BaseMapsPanel)
    person.until(lambda: len(panel.cards) == 2 and bool(panel.beside))
    panel._ask(beside.name)
    person.settle()


def go_to_hand_out(person: AtTheWindow) -> None:
    go_to_base_maps(person)
    person.do("hand_out")
    person.settle()


def go_to_plan(person: AtTheWindow) -> None:
    person.do("prepare")
    person.window.open_panel("georeference")


def go_to_base_map(person: AtTheWindow) -> None:
    person.do("base_map")


def go_to_base_map_choices(person: AtTheWindow) -> None:
    person.do("base_map")
    panel = person.window.panel_host.current
    assert isinstance(panel, BaseMapPanel)
    panel.take_files([resource("demo/monaco-2023-12-25.osm.pbf")])
    person.until(lambda: bool(panel.area.places))
    panel.area.choose_way("place")
    panel.more.set_open(True)


def go_to_base_map_numbers(person: AtTheWindow) -> None:
    go_to_base_map_choices(person)
    panel = person.window.panel_host.current
    assert isinstance(panel, BaseMapPanel)
    panel.area.choose_way("numbers")


def go_to_claims(person: AtTheWindow) -> None:
    person.do("share_review")
    person.settle()


def go_to_many(person: AtTheWindow) -> None:
    person.do("review")
    ids = range(2)
    rows = [
        QueueRow(bytes([i]) * 16, "new", frozenset(), "Banc", "", b"", "", 0, 0, 0) for i in ids
    ]
    gone = QueueRow(b"d" * 16, "delete", frozenset(), "Kiosque", "", b"", "", 0, 0, 0)
    open_bulk(person.window, "reject", [*rows, gone])


def go_to_categories(person: AtTheWindow) -> None:
    person.window.sections.go_to("categories")
    person.settle()


def _categories(person: AtTheWindow) -> CategoriesPanel:
    go_to_categories(person)
    panel = person.window.panel_host.current
    assert isinstance(panel, CategoriesPanel)
    return panel


def go_to_field_types(person: AtTheWindow) -> None:
    panel = _categories(person)
    # In a narrow window the page lies behind the list.
    panel.open_category("eau")
    person.click(panel.category.add_field)


def go_to_field(person: AtTheWindow) -> None:
    """A choice, which has most to be edited."""
    options = [{"id": "a", "label_fr": "Oui", "label_en": "Yes"}]
    words = {"label_fr": "État", "label_en": "State"}
    said = {(FIELD, "state"): {"type": "choice", "options": options, **words}}
    person.meanwhile(lambda session: session.define(said))
    person.until(lambda: person.window.theme.field("state") is not None)
    _categories(person).open_field("state")


def go_to_new_category(person: AtTheWindow) -> None:
    panel = _categories(person)
    panel.new_category()
    person.click(panel.category.icon_button)


def go_to_themes(person: AtTheWindow) -> None:
    panel = _categories(person)
    panel.open_themes()
    person.until(lambda: len(panel.themes.cards) > 5)
    panel.themes.cards[1].choose.click()


def go_to_link_types(person: AtTheWindow) -> None:
    person.window.sections.go_to("ecosystem")
    person.settle()


SCREENS = [
    go_nowhere,
    go_to_where,
    go_to_form,
    go_to_answers,
    go_to_drawing,
    go_to_crossing,
    go_to_outline,
    go_to_card,
    go_to_move,
    go_to_welcome,
    go_to_start,
    go_to_new,
    go_to_menu,
    go_to_help,
    go_to_invitation,
    go_to_computer,
    go_to_this_computer,
    go_to_evening,
    go_to_when_and_where,
    go_to_paper,
    go_to_recovery,
    go_to_merges,
    go_to_receipts,
    go_to_hidden,
    go_to_more,
    go_to_forget,
    go_to_folder,
    go_to_base_map,
    go_to_base_map_choices,
    go_to_base_map_numbers,
    go_to_base_maps,
    go_to_hand_out,
    go_to_plan,
    go_to_claims,
    go_to_many,
    go_to_categories,
    go_to_field_types,
    go_to_field,
    go_to_new_category,
    go_to_themes,
    go_to_link_types,
]
on_every_screen = pytest.mark.parametrize("go", SCREENS, ids=lambda go: go.__name__)


def controls(person: AtTheWindow) -> list[QWidget]:
    """Everything visible that takes the keyboard."""
    kinds = (
        QAbstractButton,
        QLineEdit,
        QPlainTextEdit,
        QAbstractItemView,
        QSlider,
        MapView,
    )
    return [
        w for w in person.window.findChildren(QWidget) if isinstance(w, kinds) and w.isVisible()
    ]


@on_every_screen
def test_every_control_has_a_name(camille: AtTheWindow, go: Screen) -> None:
    go(camille)
    nameless = []
    for widget in controls(camille):
        if isinstance(widget, QAbstractButton) and not widget.focusPolicy():
            continue  # The cross that Qt puts into a search field.
        interface = QAccessible.queryAccessibleInterface(widget)
        name = interface.text(QAccessible.Text.Name) if interface else ""
        if not (widget.accessibleName() or name):
            nameless.append(widget)
    assert nameless == []


@on_every_screen
def test_at_most_one_filled_button_is_visible(camille: AtTheWindow, go: Screen) -> None:
    go(camille)
    filled = [b for b in camille.buttons() if b.kind == "primary"]
    assert len(filled) <= 1


@pytest.mark.parametrize(
    ("go", "words"),
    [
        (go_nowhere, "Add a place"),
        (go_to_form, "Save this place"),
        (go_to_drawing, "The zone is finished"),
        (go_to_outline, "Save the outline"),
        (go_to_move, "Keep it here"),
        (go_to_welcome, "I agree, start"),
        (go_to_start, "New map"),
        (go_to_new, "Create the map"),
        (go_to_recovery, "I have it on paper"),
        (go_to_when_and_where, "Save"),
        (go_to_paper, "Compare"),
    ],
)
def test_the_filled_button_is_the_thing_to_do(camille: AtTheWindow, go: Screen, words: str) -> None:
    go(camille)
    assert [b.text() for b in camille.buttons() if b.kind == "primary"] == [words]


@on_every_screen
def test_no_target_is_smaller_than_a_finger(camille: AtTheWindow, go: Screen) -> None:
    go(camille)

    def small() -> list[QWidget]:
        targets = [w for w in controls(camille) if w.focusPolicy()]
        return [w for w in targets if w.height() < 34 or w.width() < 34]

    camille.until(lambda: not small())


@on_every_screen
@pytest.mark.parametrize("scale", TEXT_SCALES)
def test_no_words_on_a_button_are_cut(camille: AtTheWindow, go: Screen, scale: float) -> None:
    camille.window.preferences.set_text_scale(scale)
    camille.until(lambda: len(camille.names) == 3)
    go(camille)
    cut = [b.text() for b in camille.buttons() if b.width() < b.sizeHint().width()]
    assert cut == []


@on_every_screen
@pytest.mark.usefixtures("system_text_200")
def test_with_the_systems_text_at_200_percent_no_words_on_a_button_are_cut(
    camille: AtTheWindow, go: Screen
) -> None:
    assert camille.window.body.is_narrow
    go(camille)
    camille.settle()
    cut = [b.text() for b in camille.buttons() if b.width() < b.sizeHint().width()]
    assert cut == []
    low = [b.text() for b in camille.buttons() if b.height() < b.fontMetrics().height()]
    assert low == []


@on_every_screen
@pytest.mark.parametrize("size", [(1366, 697), (1093, 543), (800, 600), (640, 480)])
def test_the_feet_stay_in_the_window_at_every_size(
    camille: AtTheWindow, go: Screen, size: tuple[int, int]
) -> None:
    """Bodies scroll; what decides, at the foot of a panel, is always in sight."""
    camille.window.resize(*size)
    camille.until(lambda: len(camille.names) == 3)
    go(camille)
    camille.window.body.show_tab("panel")
    panel = camille.window.panel_host.current
    assert panel is not None
    if not panel.isVisible():
        return
    window = QRect(QPoint(0, 0), camille.window.size())
    for button in panel.findChildren(Button):
        if button.isVisible() and not panel.scroller.isAncestorOf(button):
            where = QRect(button.mapTo(camille.window, QPoint(0, 0)), button.size())
            assert window.contains(where), button.text()


class _Windows(QObject):
    """Remembers what opened as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[QWidget] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_shown = event.type() == QEvent.Type.Show and isinstance(watched, QWidget)
        if is_shown and watched.isWindow():
            self.seen.append(watched)
        return False


@on_every_screen
def test_no_second_window_flashes_up(camille: AtTheWindow, go: Screen) -> None:
    watch = _Windows()
    app = QApplication.instance()
    assert app is not None
    app.installEventFilter(watch)
    go(camille)
    camille.settle()
    camille.window.messages.done("Saved", "", ("Undo", lambda: None))
    app.removeEventFilter(watch)
    assert watch.seen == []


@on_every_screen
def test_every_widget_belongs_to_the_window(camille: AtTheWindow, go: Screen) -> None:
    """One that does not is freed by whichever thread collects garbage: a crash much later."""
    go(camille)
    strays = [
        widget
        for widget in gc.get_objects()
        if isinstance(widget, QWidget)
        and isValid(widget)
        and type(widget).__module__.startswith("collabmap")
        and widget.parent() is None
        and widget is not camille.window
    ]
    assert strays == []


def test_f6_goes_round_the_parts_of_the_window(camille: AtTheWindow) -> None:
    window = camille.window
    window.messages.warn("Something", "to read")
    window.map.setFocus()
    seen = []
    for _step in range(4):
        camille.press(Qt.Key.Key_F6)
        seen.append(part_with_keyboard(camille))
    assert seen == ["top bar", "messages", "panel", "map"]
    camille.press(Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert part_with_keyboard(camille) == "panel"


def part_with_keyboard(person: AtTheWindow) -> str:
    window = person.window
    focus = QApplication.focusWidget()
    assert focus is not None
    parts: dict[str, QWidget] = {
        "top bar": window.top_bar,
        "messages": window.messages.widget,
        "panel": window.panel_host,
        "map": window.body.centre,
    }
    return next(name for name, part in parts.items() if part.isAncestorOf(focus))


def test_f6_comes_back_to_where_one_was_in_a_part(camille: AtTheWindow) -> None:
    camille.browse.search.setFocus()
    for _step in range(3):
        camille.press(Qt.Key.Key_F6)
    assert QApplication.focusWidget() is camille.browse.search


def test_tab_walks_the_panel_in_reading_order(camille: AtTheWindow) -> None:
    browse = camille.browse
    browse.add.setFocus()
    walked = [QApplication.focusWidget()]
    for _step in range(16):
        camille.press(Qt.Key.Key_Tab)
        walked.append(QApplication.focusWidget())
    foot = browse.foot_row.button
    assert walked == [
        browse.add,
        *browse.tiles.tiles,
        browse.search,
        browse.filter,
        browse.list,
        foot,
    ]


def test_a_narrow_window_shows_one_part_at_a_time(camille: AtTheWindow) -> None:
    camille.window.resize(800, 600)
    camille.until(lambda: camille.window.body.tabs.isVisible())
    assert camille.browse.isVisible()
    assert not camille.window.map.isVisible()
    camille.click(camille.window.body.tabs.segments["centre"])
    assert camille.window.map.isVisible()
    assert not camille.browse.isVisible()
    camille.do("add_place")
    assert camille.window.map.isVisible()
    camille.until_told("Click on the map, where the place is")
    camille.click_map(300, 200)
    assert camille.form.isVisible()
    assert camille.window.messages.texts == []


def test_every_action_is_in_one_table_with_words(camille: AtTheWindow) -> None:
    keys = camille.window.actions_table.shown_keys()
    assert ("Ctrl+N", "Add a place") in keys
    assert ("F1", "Keys of this screen") in keys
    assert all(words for _key, words in keys)
    assert len({key for key, _words in keys}) == len(keys)


def test_a_resident_has_no_letter_keys(aicha: AtTheWindow) -> None:
    for key, _words in aicha.window.actions_table.shown_keys():
        assert len(key) > 1 or not key.isalpha()


def test_words_that_do_not_fit_are_whole_in_the_tooltip(camille: AtTheWindow) -> None:
    name = "Une carte dont le nom est vraiment beaucoup trop long pour la barre du haut " * 2
    camille.window.top_bar.follow(name, None, is_coordinator=True, mode="contribute")
    label = camille.window.top_bar.project
    camille.until(lambda: label.text() != name)
    assert label.text().endswith("…")
    assert label.toolTip() == name
    assert label.accessibleName() == name
