"""A disagreement at the window: equals above the map, settled by digits."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from collabmap.app.session import Session
from collabmap.domain.feature import FeatureState, PlaceDraft, PlaceView
from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Sketch, Vertex
from collabmap.store.device import Device
from collabmap.ui.map.editing_tool import EditingTool
from collabmap.ui.panels.review import ReviewPanel
from collabmap.ui.panels.review_disagreement import DisagreementFace
from collabmap.ui.widgets.chips import Chip
from collabmap.ui.widgets.text import Text

KEY = Qt.Key
FOUNTAIN, LIBRARY, MARKET = (
    "Fontaine des Moulins",
    "Bibliothèque Louis Notari",
    "Marché de la Condamine",
)
CORNERS = ((7.42, 43.732), (7.422, 43.732), (7.422, 43.734), (7.42, 43.734))
MEADOW = Sketch("zone", ((tuple(LngLat(*corner) for corner in CORNERS),),))
Laptops = tuple[Session, Session]
Opened = Callable[[], AtTheWindow]


def view_of(session: Session, name: str) -> PlaceView:
    mark = next(mark for mark in session.reader.marks() if mark.name == name)
    view = session.reader.place(mark.id)
    assert view is not None
    return view


@pytest.fixture
def laptops(town: Path, device: Device, tmp_path: Path) -> Iterator[Laptops]:
    """Aïcha's and Inès's sessions, without windows; on the map is a meadow too."""
    session = Session.open(town, device)
    session.add(PlaceDraft("Pré", "nature", *CORNERS[0], geometry_wkb=MEADOW.wkb()))
    kit = session.hand_out(tmp_path / "kit.cmkit").path
    session.close()
    made = []
    for name in ("Aïcha", "Inès"):
        folder = tmp_path / name
        folder.mkdir()
        made.append(Session.open_kit(kit, folder, Device(folder / "device")))
        made[-1].begin_person(name)
    yield made[0], made[1]
    for laptop in made:
        laptop.close()
        laptop.device.close()


@pytest.fixture
def reviewing(
    laptops: Laptops,
    town: Path,
    device: Device,
    tmp_path: Path,
    open_window: Callable[[Device], AtTheWindow],
) -> Opened:
    """Camille before what both laptops sent."""

    def opened() -> AtTheWindow:
        session = Session.open(town, device)
        sent = [laptop.send(tmp_path / f"{n}.cmbundle").path for n, laptop in enumerate(laptops)]
        session.merge(sent)
        session.close()
        person = open_window(device)
        person.open(town)
        person.do("review")
        person.settle()
        person.until(lambda: panel_of(person).here is not None)
        return person

    return opened


def panel_of(person: AtTheWindow) -> ReviewPanel:
    panel = person.window.panel_host.current
    assert isinstance(panel, ReviewPanel), panel
    return panel


def face_of(person: AtTheWindow) -> DisagreementFace:
    face = panel_of(person).face
    assert isinstance(face, DisagreementFace), face
    return face


def words(person: AtTheWindow) -> str:
    face = panel_of(person).face
    return " | ".join(t.text() for t in face.findChildren(Text) if t.isVisible())


def values(person: AtTheWindow) -> list[str]:
    return [card.value.text for card in face_of(person).cards]


def press(person: AtTheWindow, key: Qt.Key) -> None:
    """Press a key that decides once the last one is long enough ago."""
    person.until(lambda: panel_of(person).may_decide())
    person.press(key)


def names_differ(laptops: Laptops) -> None:
    for laptop, name in zip(laptops, ("Fontaine bleue", "Fontaine verte"), strict=True):
        laptop.edit(view_of(laptop, FOUNTAIN), {"name": name})


def test_two_values_stand_above_the_map_as_equals_and_none_is_chosen(
    laptops: Laptops, reviewing: Opened
) -> None:
    names_differ(laptops)
    laptops[0].comment(view_of(laptops[0], "Fontaine bleue"), "Vu sur la plaque.")
    camille = reviewing()
    face = face_of(camille)
    camille.until(face.isVisible)
    assert camille.window.body.above.isAncestorOf(face)
    assert camille.window.map.isVisible()
    assert values(camille) == ["Fontaine bleue", "Fontaine verte"]
    camille.until(lambda: "Fontaine des Moulins (Camille" in words(camille))
    assert "“Vu sur la plaque.”" in words(camille)
    one, other = face.cards
    # Of an odd number of pixels one card has one more.
    camille.until(lambda: one.height() == other.height() and abs(one.width() - other.width()) < 2)
    assert {button.kind for button in camille.buttons()} <= {"outline", "quiet"}
    assert not any(card.button.hasFocus() or card.button.isChecked() for card in face.cards)
    assert not panel_of(camille).keys.actions["accept"].isEnabled()
    press(camille, KEY.Key_A)
    camille.settle()
    assert panel_of(camille).here is not None


@pytest.mark.parametrize(("key", "kept"), [(KEY.Key_1, "bleue"), (KEY.Key_Eacute, "verte")])
def test_a_digit_keeps_a_value_and_ctrl_z_brings_the_disagreement_back(
    laptops: Laptops, reviewing: Opened, key: Qt.Key, kept: str
) -> None:
    names_differ(laptops)
    camille = reviewing()
    press(camille, key)
    camille.settle()
    fountain = camille.place(f"Fontaine {kept}")
    assert (fountain.state, fountain.siblings) == (FeatureState.ACCEPTED, ())
    assert panel_of(camille).here is None
    camille.ctrl(KEY.Key_Z)
    camille.until(lambda: panel_of(camille).here is not None)
    assert values(camille) == ["Fontaine bleue", "Fontaine verte"]


def test_another_value_is_written_and_escape_leaves_it(laptops: Laptops, reviewing: Opened) -> None:
    names_differ(laptops)
    camille = reviewing()
    face = face_of(camille)
    press(camille, KEY.Key_3)
    camille.until(face.own.field.hasFocus)
    camille.write("12")
    assert face.own.field.text() == "12"
    camille.press(KEY.Key_Escape)
    assert face.own.isHidden()
    press(camille, KEY.Key_3)
    camille.until(face.own.field.hasFocus)
    # It is there to go on with.
    assert face.own.field.text() == "12"
    face.own.field.clear()
    camille.write("Fontaine rouge")
    camille.press(KEY.Key_Return)
    camille.settle()
    assert camille.place("Fontaine rouge").siblings == ()


def test_both_are_kept_as_one_text(laptops: Laptops, reviewing: Opened) -> None:
    names_differ(laptops)
    camille = reviewing()
    press(camille, KEY.Key_4)
    camille.settle()
    assert camille.place("Fontaine bleue / Fontaine verte").state is FeatureState.ACCEPTED


def test_both_are_asked_and_it_goes_on_waiting(laptops: Laptops, reviewing: Opened) -> None:
    names_differ(laptops)
    camille = reviewing()
    face = face_of(camille)
    press(camille, KEY.Key_D)
    camille.until(face.question.field.hasFocus)
    camille.write("Which one?")
    camille.press(KEY.Key_Return)
    camille.until_told("Your question about")
    camille.settle()
    camille.until(lambda: face.item is not None and face.item.is_asked)
    assert face.dispute is not None


def test_several_fields_come_one_after_another_and_are_settled_by_one_deed(
    laptops: Laptops, reviewing: Opened
) -> None:
    names_differ(laptops)
    for laptop, name, category in zip(
        laptops, ("Fontaine bleue", "Fontaine verte"), ("nature", "culture"), strict=True
    ):
        laptop.edit(view_of(laptop, name), {"category": category})
    camille = reviewing()
    face = face_of(camille)
    camille.until(lambda: "1 of 2" in words(camille))
    fields = [dispute.field for dispute in face.item.disputes]  # type: ignore[union-attr]
    for field in fields:
        assert face.dispute is not None
        assert face.dispute.field == field
        if field == "name":
            press(camille, KEY.Key_2)
            continue
        assert "4" not in face.offers()
        press(camille, KEY.Key_3)
        chips = [chip for chip in face.own.findChildren(Chip) if chip.text() == "Water"]
        camille.until(chips[0].isVisible)
        camille.click(chips[0])
    camille.settle()
    fountain = camille.place("Fontaine verte")
    assert (fountain.category, fountain.siblings) == ("eau", ())
    camille.ctrl(KEY.Key_Z)
    camille.until(lambda: panel_of(camille).here is not None)
    assert len(face.item.disputes) == 2  # type: ignore[union-attr]


def test_escape_goes_back_to_the_field_before(laptops: Laptops, reviewing: Opened) -> None:
    for laptop, name in zip(laptops, ("Bleue", "Verte"), strict=True):
        laptop.edit(view_of(laptop, FOUNTAIN), {"name": name, "description": f"{name}."})
    camille = reviewing()
    face = face_of(camille)
    first = face.dispute
    press(camille, KEY.Key_1)
    assert face.dispute is not first
    camille.press(KEY.Key_Escape)
    assert face.dispute is first
    assert panel_of(camille).here is not None


def test_a_key_pressed_twice_does_not_settle_the_next_field_too(
    laptops: Laptops, reviewing: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    for laptop, name in zip(laptops, ("Bleue", "Verte"), strict=True):
        laptop.edit(view_of(laptop, FOUNTAIN), {"name": name, "description": f"{name}."})
    camille = reviewing()
    monkeypatch.setattr("collabmap.ui.panels.review.DECISION_GAP_MS", 60_000)
    camille.press(KEY.Key_1)
    camille.press(KEY.Key_1)
    camille.settle()
    assert panel_of(camille).here is not None


# --- shapes -------------------------------------------------------------------------------------


def outlines_differ(laptops: Laptops) -> tuple[LngLat, LngLat]:
    """Let one correct the first corner, the other the third; return both."""
    corners = LngLat(7.4195, 43.7315), LngLat(7.4225, 43.7345)
    for laptop, number, corner in zip(laptops, (0, 2), corners, strict=True):
        sketch = MEADOW.with_moved(Vertex(0, 0, number), corner)
        laptop.edit(view_of(laptop, "Pré"), {"geometry_wkb": sketch.wkb()})
    return corners


def test_outlines_are_drawn_with_their_numbers_and_put_together(
    laptops: Laptops, reviewing: Opened
) -> None:
    corners = outlines_differ(laptops)
    camille = reviewing()
    face = face_of(camille)
    camille.until(lambda: "4" in face.offers())
    shown = face.shapes.shown
    assert shown is not None
    assert len(shown.sketches) == 2
    assert shown.start == MEADOW
    assert shown.together is not None
    assert not camille.window.map.grab().isNull()
    assert face.more.buttons["both"].text() == "Put together, as drawn"
    press(camille, KEY.Key_4)
    camille.settle()
    [ring] = Sketch.from_wkb(camille.place("Pré").geometry_wkb).parts[0]
    assert set(corners) <= set(ring)
    assert face.shapes.shown is None


def test_what_cannot_be_put_together_is_drawn_anew(laptops: Laptops, reviewing: Opened) -> None:
    for laptop, lng in zip(laptops, (7.4195, 7.4193), strict=True):
        sketch = MEADOW.with_moved(Vertex(0, 0, 0), LngLat(lng, 43.7315))
        laptop.edit(view_of(laptop, "Pré"), {"geometry_wkb": sketch.wkb()})
    camille = reviewing()
    face = face_of(camille)
    camille.until(lambda: face.shapes.shown is not None)
    assert "4" not in face.offers()
    press(camille, KEY.Key_3)
    tool = camille.window.map.tool
    assert isinstance(tool, EditingTool)
    assert not face.own.button.isEnabled()
    tool.pad.take(MEADOW.with_moved(Vertex(0, 0, 0), LngLat(7.4197, 43.7317)))
    camille.click(face.own.button)
    camille.settle()
    assert camille.window.map.tool is None
    [ring] = Sketch.from_wkb(camille.place("Pré").geometry_wkb).parts[0]
    assert LngLat(7.4197, 43.7317) in ring


def test_a_place_is_put_where_neither_had_it(laptops: Laptops, reviewing: Opened) -> None:
    for laptop, lng in zip(laptops, (7.4212, 7.4214), strict=True):
        laptop.edit(view_of(laptop, FOUNTAIN), {"position": LngLat(lng, 43.7335)})
    camille = reviewing()
    face = face_of(camille)
    camille.until(lambda: face.shapes.shown is not None)
    assert values(camille)[0].endswith("to the east")
    press(camille, KEY.Key_3)
    camille.until(lambda: camille.window.map.is_placing)
    assert QApplication.focusWidget() is camille.window.map
    camille.press(KEY.Key_Return)
    camille.until(face.own.button.hasFocus)
    middle = camille.window.map.centre()
    camille.press(KEY.Key_Return)
    camille.settle()
    fountain = camille.place(FOUNTAIN)
    assert (fountain.lng, fountain.lat) == pytest.approx(tuple(middle), abs=1e-6)
    assert not camille.window.map.is_placing


# --- deletes and decisions ----------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 1])
def test_a_delete_stands_against_an_edit(laptops: Laptops, reviewing: Opened, number: int) -> None:
    aicha, ines = laptops
    aicha.edit(view_of(aicha, LIBRARY), {"description": "Elle rouvre."})
    ines.delete(view_of(ines, LIBRARY), "Elle a fermé.")
    camille = reviewing()
    camille.until(lambda: "Aïcha has changed it, Inès suggests deleting it." in words(camille))
    assert values(camille) == ["A few words: Elle rouvre.", "Delete it"]
    press(camille, (KEY.Key_1, KEY.Key_2)[number])
    camille.settle()
    assert panel_of(camille).here is None
    assert any(place.name == LIBRARY for place in camille.places()) is (number == 0)


def test_decisions_that_contradict_each_other_are_settled_by_a_digit(
    laptops: Laptops,
    reviewing: Opened,
    town: Path,
    device: Device,
    tmp_path: Path,
) -> None:
    aicha, ines = laptops
    aicha.add(PlaceDraft("Banc", "nature", 7.4201, 43.7331))
    ines.comment(view_of(ines, MARKET), "Ici Inès.")
    session = Session.open(town, device)
    session.merge([laptop.send(tmp_path / f"at-{n}").path for n, laptop in enumerate(laptops)])
    session.grant(ines.rid, "coordinator")
    ines.merge([session.give_back(tmp_path / "back").path])
    for coordinator in (session, ines):
        for row in coordinator.reader.queue():
            item = coordinator.reader.review_item(row.id)
            assert item is not None
            if row.name == "Banc" and coordinator is ines:
                coordinator.reject(item, "Pas chez nous.")
            else:
                coordinator.accept(item)
    session.close()
    camille = reviewing()
    camille.until(lambda: "“Pas chez nous.”" in words(camille))
    assert values(camille) == ["Accept", "Refuse"]
    assert [card.side.voices[0].name for card in face_of(camille).cards] == ["Camille", "Inès"]
    press(camille, KEY.Key_2)
    camille.settle()
    assert panel_of(camille).here is None
    assert all(place.name != "Banc" for place in camille.places())


def test_in_a_narrow_window_it_is_the_card_and_in_a_low_one_the_map_stays(
    laptops: Laptops, reviewing: Opened
) -> None:
    names_differ(laptops)
    camille = reviewing()
    face = face_of(camille)
    window = camille.window
    window.resize(1093, 543)
    camille.until(lambda: face.isVisible() and window.map.height() >= 100)
    assert face.cards[0].y() == face.cards[1].y()
    window.resize(700, 640)
    camille.until(lambda: window.body.is_narrow)
    window.body.show_tab("card")
    camille.until(lambda: window.body.cards.isAncestorOf(face) and face.isVisible())
    press(camille, KEY.Key_1)
    camille.settle()
    assert camille.place("Fontaine bleue").siblings == ()
