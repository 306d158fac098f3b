"""The values of a theme's fields at the window: on the card, at rest on a mark, in review."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from collabmap.app.session import Session
from collabmap.app.themes import ready_theme
from collabmap.domain.feature import PlaceDraft, PlaceView
from collabmap.store.device import Device
from collabmap.ui.panels import place_values
from collabmap.ui.panels.place_card import PlaceCard
from collabmap.ui.panels.place_values import ValuesBlock, is_web_address
from collabmap.ui.panels.review import ReviewPanel
from collabmap.ui.panels.review_card import ReviewCard
from collabmap.ui.panels.review_disagreement import DisagreementFace
from collabmap.ui.widgets.chips import Chip
from collabmap.ui.widgets.text import Text

KEY = Qt.Key
LINK = "https://ponant.example.org/salle"
VALUES = {
    "capacity": 80,
    "availability": ["evening"],
    "occupancy": "little",
    "website": LINK,
    "phone": "06 12 34 56 78",
}
Laptops = tuple[Session, Session]


@pytest.fixture
def halls(device: Device, tmp_path: Path) -> Path:
    """A map of shared places with one hall, whose coordinator is Camille."""
    session = Session.create(tmp_path / "halls", device, "Salles", "Camille")
    session.apply_theme(ready_theme("lieux-partages"))
    session.add(PlaceDraft("Ponant", "salle", 7.4205, 43.7325, values=VALUES))
    path = session.path
    session.close()
    return path


@pytest.fixture
def laptops(halls: Path, device: Device, tmp_path: Path) -> Iterator[Laptops]:
    session = Session.open(halls, device)
    kit = session.hand_out(tmp_path / "kit.cmkit").path
    session.close()
    made = []
    for name in ("Aïcha", "Inès"):
        (tmp_path / name).mkdir()
        copy = Session.open_kit(kit, tmp_path / name, Device(tmp_path / name / "device"))
        copy.begin_person(name)
        made.append(copy)
    yield made[0], made[1]
    for copy in made:
        copy.close()
        copy.device.close()


def hall(session: Session) -> PlaceView:
    (mark,) = session.reader.marks()
    view = session.reader.place(mark.id)
    assert view is not None
    return view


def reviewing(
    laptops: Laptops, halls: Path, device: Device, folder: Path,
    open_window: Callable[[Device], AtTheWindow],
) -> AtTheWindow:  # fmt: skip
    session = Session.open(halls, device)
    session.merge([each.send(folder / f"{n}.cmbundle").path for n, each in enumerate(laptops)])
    session.close()
    person = open_window(device)
    person.open(halls)
    person.do("review")
    person.settle()
    person.until(lambda: panel_of(person).here is not None)
    return person


def panel_of(person: AtTheWindow) -> ReviewPanel:
    panel = person.window.panel_host.current
    assert isinstance(panel, ReviewPanel), panel
    return panel


def press(person: AtTheWindow, key: Qt.Key) -> None:
    person.until(lambda: panel_of(person).may_decide())
    person.press(key)


def test_the_card_tells_values_and_opens_a_link_when_it_is_clicked(
    halls: Path, device: Device, open_window: Callable[[Device], AtTheWindow],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    opened: list[str] = []
    monkeypatch.setattr(place_values, "open_link", opened.append)
    camille = open_window(device)
    camille.open(halls)
    lanes = camille.window.lanes
    assert lanes is not None
    (mark,) = lanes.read(lambda reader: reader.marks()).result()
    camille.window.commands.open_place(mark.id)
    camille.settle()
    card = camille.window.panel_host.current
    assert isinstance(card, PlaceCard)
    block = card.findChild(ValuesBlock)
    assert block is not None
    told = [text.text() for text in block.findChildren(Text)]

    assert told[:2] == ["Capacity", "80\u00a0pers."]
    assert told[-3:] == ["Phone", "private", "06 12 34 56 78"]
    (link,) = block.findChildren(QPushButton)
    assert opened == []
    link.click()
    assert opened == [LINK]

    cards = camille.window.map.cards
    camille.window.commands.clear_selection()
    camille.settle()
    camille.window.map.grab()
    camille.window.map.hover(mark.id)
    camille.until(lambda: "Capacity: 80" in cards.card.accessibleName())
    assert "06 12" not in cards.card.accessibleName()


def test_digits_take_and_leave_fields_one_by_one(
    laptops: Laptops, halls: Path, device: Device, tmp_path: Path,
    open_window: Callable[[Device], AtTheWindow],
) -> None:  # fmt: skip
    aicha, _ines = laptops
    aicha.edit(hall(aicha), {"f:capacity": 90, "f:occupancy": "full", "f:phone": "06 98 76 54 32"})
    camille = reviewing(laptops, halls, device, tmp_path, open_window)
    face = panel_of(camille).face
    assert isinstance(face, ReviewCard)
    labels = [text.text() for text in face.findChildren(Text)]
    assert [each for each in labels if each in ("Capacity", "Is it in use today?", "Phone")] == [
        "Capacity",
        "Is it in use today?",
        "Phone",
    ]

    press(camille, KEY.Key_2)
    press(camille, KEY.Key_3)
    press(camille, KEY.Key_A)
    camille.settle()
    values = camille.place("Ponant").values
    assert (values["capacity"], values["occupancy"]) == (90, "little")
    assert values["phone"] == "06 12 34 56 78"


def test_a_disagreement_about_several_choices_is_settled_by_choosing(
    laptops: Laptops, halls: Path, device: Device, tmp_path: Path,
    open_window: Callable[[Device], AtTheWindow],
) -> None:  # fmt: skip
    for session, times in zip(laptops, (["saturday"], ["sunday"]), strict=True):
        session.edit(hall(session), {"f:availability": times})
    camille = reviewing(laptops, halls, device, tmp_path, open_window)
    face = panel_of(camille).face
    assert isinstance(face, DisagreementFace)
    assert [card.value.text for card in face.cards] == ["Saturdays", "Sundays"]

    press(camille, KEY.Key_3)
    chips = {chip.accessibleName(): chip for chip in face.own.findChildren(Chip)}
    assert not face.own.button.isEnabled()
    chips["Evenings"].click()
    chips["Saturdays"].click()
    face.own.button.click()
    camille.settle()
    assert camille.place("Ponant").values["availability"] == ["evening", "saturday"]


def test_what_makes_no_sense_is_said_beside_the_field_and_kept_to_go_on_with(
    laptops: Laptops, halls: Path, device: Device, tmp_path: Path,
    open_window: Callable[[Device], AtTheWindow],
) -> None:  # fmt: skip
    for session, capacity in zip(laptops, (70, 90), strict=True):
        session.edit(hall(session), {"f:capacity": capacity})
    camille = reviewing(laptops, halls, device, tmp_path, open_window)
    face = panel_of(camille).face
    assert isinstance(face, DisagreementFace)
    press(camille, KEY.Key_3)
    camille.until(face.own.field.hasFocus)
    camille.write("many")
    camille.press(KEY.Key_Return)

    assert any("many" in text.text() for text in face.own.findChildren(Text))
    assert face.own.field.text() == "many"
    face.own.field.clear()
    camille.write("85 pers.")
    camille.press(KEY.Key_Return)
    camille.settle()
    assert camille.place("Ponant").values["capacity"] == 85


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (LINK, True),
        ("http://ville.example.org", True),
        ("javascript:alert(1)", False),
        ("file:" + "//" + "/home/camille", False),
        ("https://", False),
        ("https://[", False),
        ("ponant", False),
    ],
)
def test_only_pages_of_the_web_are_opened(text: str, is_one: bool) -> None:
    assert is_web_address(text) is is_one
