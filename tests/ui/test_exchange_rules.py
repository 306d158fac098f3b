"""What holds on the screens of exchange and review: names, one filled button, room to read."""

from collections.abc import Callable
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geo import LngLat
from collabmap.render.tokens import TEXT_SCALES
from collabmap.store.device import Device
from collabmap.ui.panels.receive import ReceivePanel
from collabmap.ui.panels.review import ReviewPanel
from collabmap.ui.panels.review_bulk import open_bulk
from collabmap.ui.panels.send import SendPanel
from collabmap.ui.panels.share import SharePanel
from collabmap.ui.widgets.buttons import Button

Screen = Callable[[AtTheWindow, Path], None]

DRAFTS = (
    PlaceDraft("Banc à l’ombre", "nature", 7.4201, 43.7331, "Sous le platane.", ("ombre",)),
    PlaceDraft("Une boîte à livres dont le nom est beaucoup trop long", "culture", 7.4204, 43.7334),
    PlaceDraft("Le banc a l’ombre", "nature", 7.4202, 43.7331),
)


@pytest.fixture
def bundle(resident_device: Device, town: Path, device: Device, tmp_path: Path) -> Path:
    """What a resident sent; the town has already taken in an earlier part of it."""
    folder = next((tmp_path / "copy").glob("*.collabmap"))
    resident = Session.open(folder, resident_device)
    resident.begin_person("Aïcha")
    market, fountain, _library = [
        view
        for mark in sorted(resident.reader.marks(), key=lambda mark: mark.id)
        if (view := resident.reader.place(mark.id)) is not None
    ]
    resident.edit(market, {"description": "Sauf le lundi.", "position": LngLat(7.42, 43.733)})
    resident.edit(fountain, {"name": "Fontaine bleue"})
    resident.add(DRAFTS[0])
    resident.add(DRAFTS[2])
    first = resident.send(tmp_path / "first").path
    coordinator = Session.open(town, device)
    coordinator.edit(
        next(
            v
            for m in coordinator.reader.marks()
            if (v := coordinator.reader.place(m.id)) and v.id == fountain.id
        ),
        {"name": "Fontaine verte"},
    )
    coordinator.merge([first])
    coordinator.close()
    resident.add(DRAFTS[1])
    path = resident.send(tmp_path / "second").path
    resident.close()
    return path


@pytest.fixture
def person(
    bundle: Path, open_window: Callable[[Device], AtTheWindow], device: Device, town: Path
) -> AtTheWindow:
    made = open_window(device)
    made.open(town)
    return made


def go_to_send(person: AtTheWindow, _bundle: Path) -> None:
    person.do("send")
    panel = person.window.panel_host.current
    assert isinstance(panel, SendPanel)
    person.until(lambda: panel.step != "")


def go_to_receive(person: AtTheWindow, _bundle: Path) -> None:
    person.do("receive")


def go_to_preview(person: AtTheWindow, bundle: Path) -> None:
    person.do("receive")
    panel = person.window.panel_host.current
    assert isinstance(panel, ReceivePanel)
    panel.preview([bundle])
    person.until(lambda: panel.step == "preview")


def go_to_list(person: AtTheWindow, bundle: Path) -> None:
    go_to_preview(person, bundle)
    panel = person.window.panel_host.current
    assert isinstance(panel, ReceivePanel)
    panel.list_kind("added")


def review(person: AtTheWindow) -> ReviewPanel:
    person.do("review")
    panel = person.window.panel_host.current
    assert isinstance(panel, ReviewPanel)
    person.until(lambda: panel.here is not None)
    return panel


def show(person: AtTheWindow, kind: str) -> ReviewPanel:
    panel = review(person)
    person.until(lambda: any(row.kind == kind for row in panel.order.shown_rows()))
    panel.show_item(next(row.id for row in panel.order.shown_rows() if row.kind == kind))
    person.until(lambda: panel.item is not None and panel.item.kind == kind)
    person.settle()
    return panel


def go_to_review(person: AtTheWindow, _bundle: Path) -> None:
    show(person, "change")


def go_to_disagreement(person: AtTheWindow, _bundle: Path) -> None:
    show(person, "disagreement")


def go_to_duplicates(person: AtTheWindow, _bundle: Path) -> None:
    show(person, "duplicate")


def go_to_reason(person: AtTheWindow, _bundle: Path) -> None:
    panel = show(person, "change")
    person.until(panel.may_decide)
    panel.do("reject")


def go_to_bulk(person: AtTheWindow, _bundle: Path) -> None:
    panel = review(person)
    rows = [row for row in panel.order.shown_rows() if row.kind in ("new", "change")]
    open_bulk(person.window, "reject", rows)
    person.settle()


def go_to_claims(person: AtTheWindow, _bundle: Path) -> None:
    person.window.commands.open_claims()
    person.settle()


def go_to_decisions(person: AtTheWindow, _bundle: Path) -> None:
    person.window.commands.open_decisions()
    person.settle()


def go_to_mine(person: AtTheWindow, _bundle: Path) -> None:
    person.window.commands.open_mine()
    person.settle()


def go_to_deleted(person: AtTheWindow, _bundle: Path) -> None:
    person.window.commands.open_deleted()
    person.settle()


def go_to_share(person: AtTheWindow, _bundle: Path) -> None:
    person.do("give_back")


def go_to_shared(person: AtTheWindow, bundle: Path) -> None:
    person.do("export")
    panel = person.window.panel_host.current
    assert isinstance(panel, SharePanel)
    panel.write_to(bundle.with_suffix(".geojson"), "out")
    person.until(lambda: panel.step == "done")


SCREENS = [
    go_to_send,
    go_to_receive,
    go_to_preview,
    go_to_list,
    go_to_review,
    go_to_disagreement,
    go_to_duplicates,
    go_to_reason,
    go_to_bulk,
    go_to_claims,
    go_to_decisions,
    go_to_mine,
    go_to_deleted,
    go_to_share,
    go_to_shared,
]
# Equal answers are outlined all alike; a list that is only looked at has nothing to press.
UNFILLED = (go_to_disagreement, go_to_decisions, go_to_deleted, go_to_mine)
on_every_screen = pytest.mark.parametrize("go", SCREENS, ids=lambda go: go.__name__)


def controls(person: AtTheWindow) -> list[QWidget]:
    kinds = (QAbstractButton, QLineEdit, QPlainTextEdit, QAbstractItemView)
    return [
        w for w in person.window.findChildren(QWidget) if isinstance(w, kinds) and w.isVisible()
    ]


@on_every_screen
def test_every_control_has_a_name(person: AtTheWindow, bundle: Path, go: Screen) -> None:
    go(person, bundle)
    person.settle()
    nameless = []
    for widget in controls(person):
        interface = QAccessible.queryAccessibleInterface(widget)
        name = interface.text(QAccessible.Text.Name) if interface else ""
        if not (widget.accessibleName() or name):
            nameless.append(widget)
    assert nameless == []


@on_every_screen
def test_at_most_one_filled_button_is_visible(
    person: AtTheWindow, bundle: Path, go: Screen
) -> None:
    go(person, bundle)
    filled = [b for b in person.buttons() if b.kind == "primary"]
    assert len(filled) == (0 if go in UNFILLED else 1)


@on_every_screen
def test_no_target_is_smaller_than_a_finger(person: AtTheWindow, bundle: Path, go: Screen) -> None:
    go(person, bundle)

    def small() -> list[QWidget]:
        targets = [w for w in controls(person) if w.focusPolicy()]
        return [w for w in targets if w.height() < 34 or w.width() < 34]

    person.until(lambda: not small())


@on_every_screen
@pytest.mark.parametrize("scale", TEXT_SCALES)
def test_no_words_on_a_button_are_cut(
    person: AtTheWindow, bundle: Path, go: Screen, scale: float
) -> None:
    person.window.preferences.set_text_scale(scale)
    person.settle()
    go(person, bundle)

    def cut() -> list[str]:
        return [b.text() for b in person.buttons() if b.width() < b.sizeHint().width()]

    person.until(lambda: not cut())


@on_every_screen
@pytest.mark.parametrize("size", [(1366, 697), (1093, 543), (800, 600), (640, 480)])
def test_the_feet_stay_in_the_window_at_every_size(
    person: AtTheWindow, bundle: Path, go: Screen, size: tuple[int, int]
) -> None:
    person.window.resize(*size)
    person.settle()
    go(person, bundle)
    person.window.body.show_tab("panel")
    panel = person.window.panel_host.current
    assert panel is not None
    card = panel.face if isinstance(panel, ReviewPanel) else None
    for part in (panel, card):
        if part is None:
            continue
        if part is card:
            person.window.body.show_tab("card")
        person.until(part.isVisible)

        def outside(part: QWidget = part) -> list[str]:
            window = QRect(QPoint(0, 0), person.window.size())
            return [
                b.text()
                for b in part.findChildren(Button)
                if b.isVisible()
                and not part.scroller.isAncestorOf(b)  # type: ignore[attr-defined]
                and not window.contains(QRect(b.mapTo(person.window, QPoint(0, 0)), b.size()))
            ]

        person.until(lambda: not outside())
