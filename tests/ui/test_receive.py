"""Receiving: a preview first, then all or nothing; problems told; verdicts on one's own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from collabmap.app.session import Session
from collabmap.domain.feature import FeatureState, PlaceDraft, PlaceView
from collabmap.domain.geo import LngLat
from collabmap.store.device import Device
from collabmap.ui.drives import Drive
from collabmap.ui.panels.preview import FileBlock
from collabmap.ui.panels.receive import ReceivePanel

BENCH = PlaceDraft("Banc à l’ombre", "nature", 7.4201, 43.7331)
BOOKS = PlaceDraft("Boîte à livres", "culture", 7.4204, 43.7334)
IDEA = PlaceDraft("Un marché du soir", "idees", 7.4207, 43.7329)
MARKET = "Marché de la Condamine"
FOUNTAIN = "Fontaine des Moulins"

Sent = Callable[..., Path]


def view_of(session: Session, name: str) -> PlaceView:
    """Return a place by name, as a session sees it."""
    mark = next(mark for mark in session.reader.marks() if mark.name == name)
    view = session.reader.place(mark.id)
    assert view is not None
    return view


@pytest.fixture
def sent(aicha_sends: Session, tmp_path: Path) -> Path:
    """What Aïcha sent: two new places, a change, a deletion she suggests."""
    aicha_sends.add(BENCH)
    aicha_sends.add(IDEA)
    aicha_sends.edit(view_of(aicha_sends, MARKET), {"name": "Marché couvert"})
    aicha_sends.delete(view_of(aicha_sends, FOUNTAIN), "Elle n’existe plus.")
    return aicha_sends.send(tmp_path / "laptop-07").path


def open_receive(person: AtTheWindow) -> ReceivePanel:
    person.do("receive")
    panel = person.window.panel_host.current
    assert isinstance(panel, ReceivePanel)
    return panel


def preview(person: AtTheWindow, *paths: Path) -> ReceivePanel:
    """Open the panel and read these."""
    panel = open_receive(person)
    panel.preview(list(paths))
    person.until(lambda: panel.step == "preview" and panel.overview.isVisible())
    person.settle()
    return panel


def digest(person: AtTheWindow) -> str:
    assert person.window.lanes is not None
    return person.window.lanes.write(lambda session: session.info().digest_hex).result(5)


def counts(panel: ReceivePanel) -> dict[str, int]:
    return {kind: card.count for kind, card in panel.overview.cards.items()}


def blocks(panel: ReceivePanel) -> list[str]:
    return [b.accessibleName() for b in panel.overview.findChildren(FileBlock) if not b.isHidden()]


def is_clear(person: AtTheWindow, name: str) -> bool:
    """Whether a mark on the map answers to a click; pale ones don't."""
    place = person.place(name)
    person.window.map.item.update()
    QApplication.processEvents()
    pixel = person.window.map.camera.pixel_of(LngLat(place.lng, place.lat))
    hit = person.window.map.hit_at(QPointF(*pixel))
    return hit is not None and hit.mark is not None and hit.mark.id == place.id


def test_the_preview_says_what_would_come_and_writes_nothing(
    sent: Path, camille: AtTheWindow
) -> None:
    before = digest(camille)
    panel = preview(camille, sent)
    assert counts(panel) == {
        "added": 2,
        "changed": 1,
        "deleted": 1,
        "duplicates": 0,
        "disagreements": 0,
    }
    assert panel.overview.cards["added"].second == "1 place, 1 idea"
    assert panel.overview.cards["changed"].second == "1 name"
    assert panel.overview.cards["deleted"].second == "proposed: they stay until reviewed"
    assert panel.note.text.text() == "Nothing has been written yet."
    assert digest(camille) == before
    assert len(camille.places()) == 3


def test_the_file_says_who_whether_it_is_signed_and_how_big(
    sent: Path, camille: AtTheWindow
) -> None:
    panel = preview(camille, sent)
    [block] = blocks(panel)
    assert block.startswith("laptop-07.cmbundle, 1 person · signature verified · ")


def test_taking_nothing_leaves_everything_as_it_was(sent: Path, camille: AtTheWindow) -> None:
    before, content = digest(camille), sent.read_bytes()
    preview(camille, sent)
    camille.click(camille.button("Take nothing"))
    camille.until_told("Nothing was taken")
    assert digest(camille) == before
    assert sent.read_bytes() == content
    camille.until_listed("Marché de la Condamine", FOUNTAIN, "Bibliothèque Louis Notari")
    assert camille.window.map.selected is None
    camille.until(lambda: is_clear(camille, MARKET))


def test_merging_takes_all_of_it_and_says_so(sent: Path, camille: AtTheWindow) -> None:
    preview(camille, sent)
    camille.click(camille.button("Merge"))
    kind, _title, hint = camille.until_told("2 places added, 1 changed, 1 deletion proposed")
    assert kind == "done"
    assert hint.startswith("Merge of laptop-07.cmbundle, at ")
    assert camille.state_of(BENCH.name) is FeatureState.PENDING
    assert camille.state_of("Marché couvert") is FeatureState.CHANGE_PROPOSED
    assert camille.state_of(FOUNTAIN) is FeatureState.DELETE_PROPOSED
    camille.until(lambda: camille.window.counts.pending == 4)


def test_a_count_filters_the_map_and_opens_its_list(sent: Path, camille: AtTheWindow) -> None:
    panel = preview(camille, sent)
    camille.until(lambda: is_clear(camille, MARKET))
    assert not is_clear(camille, "Bibliothèque Louis Notari")
    camille.click(panel.overview.cards["deleted"])
    assert panel.overview.cards["deleted"].isChecked()
    camille.until(lambda: is_clear(camille, FOUNTAIN))
    assert not is_clear(camille, MARKET)
    camille.click(panel.overview.cards["deleted"])
    assert panel.title.text() == "1 deleted"
    assert [(r.name, r.second) for r in panel.lists.list.rows] == [(FOUNTAIN, "deletion proposed")]


def test_the_lists_say_who_and_what(sent: Path, camille: AtTheWindow) -> None:
    panel = preview(camille, sent)
    panel.list_kind("added")
    assert [(r.name, r.second) for r in panel.lists.list.rows] == [
        (BENCH.name, "Nature · Aïcha"),
        (IDEA.name, "Ideas · Aïcha"),
    ]
    camille.click(panel.lists.chips["changed"])
    assert [(r.name, r.second) for r in panel.lists.list.rows] == [
        ("Marché couvert", "name · Aïcha")
    ]


def test_a_new_place_is_on_the_map_while_it_is_previewed(sent: Path, camille: AtTheWindow) -> None:
    panel = preview(camille, sent)
    panel.list_kind("added")
    new = panel.lists.list.rows[0]
    panel.lists.list.opened.emit(new.id)
    assert camille.window.map.selected == new.id
    camille.click(camille.button("Take nothing"))
    camille.settle()
    camille.window.map.mark_clicked.emit(new.id)
    camille.settle()
    assert camille.window.map.selected != new.id


def test_a_click_on_a_mark_opens_its_list(sent: Path, camille: AtTheWindow) -> None:
    panel = preview(camille, sent)
    camille.window.map.mark_clicked.emit(camille.place(FOUNTAIN).id)
    assert panel.kind == "deleted"
    assert panel.is_listing


def test_escape_steps_back_from_the_list_to_all_and_then_out(
    sent: Path, camille: AtTheWindow
) -> None:
    panel = preview(camille, sent)
    panel.list_kind("added")
    camille.press(Qt.Key.Key_Escape)
    assert (panel.is_listing, panel.kind) == (False, "added")
    camille.press(Qt.Key.Key_Escape)
    assert panel.kind == ""
    camille.press(Qt.Key.Key_Escape)
    assert camille.window.panel_host.current_name == "browse"


def test_by_person_counts_the_contributions_of_each(
    aicha_sends: Session, camille: AtTheWindow, tmp_path: Path
) -> None:
    aicha_sends.add(BENCH)
    aicha_sends.begin_person("Marcel")
    aicha_sends.add(BOOKS)
    aicha_sends.add(IDEA)
    panel = preview(camille, aicha_sends.send(tmp_path / "two").path)
    shown = [w.accessibleName() for w in panel.overview.people.children() if w.isWidgetType()]
    assert shown == ["Marcel, 2", "Aïcha, 1"]


def test_a_folder_of_bundles_is_read_whole(
    aicha_sends: Session, camille: AtTheWindow, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(5):
        aicha_sends.add(PlaceDraft(f"Lieu {number}", "eau", 7.42 + number / 1e4, 43.733))
        aicha_sends.send(folder / f"{number}")
    panel = preview(camille, folder)
    assert counts(panel)["added"] == 5
    [block] = blocks(panel)
    assert block.startswith("5 files, signatures verified · ")


def test_a_stick_is_read_with_one_button(sent: Path, camille: AtTheWindow, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    sent.rename(stick / sent.name)
    panel = open_receive(camille)
    panel.ways.find_drives = lambda: [Drive("KEY", stick, 1, is_read_only=True)]
    panel.ways.look()
    camille.until(lambda: panel.primary.text() == "Read KEY")
    camille.click(panel.primary)
    camille.until(lambda: panel.step == "preview")
    assert counts(panel)["added"] == 2


def test_a_damaged_bundle_is_told_and_its_whole_parts_are_taken(
    aicha_sends: Session, camille: AtTheWindow, tmp_path: Path
) -> None:
    aicha_sends.add(BENCH)
    aicha_sends.send(tmp_path / "first")
    aicha_sends.add(BOOKS)
    both = aicha_sends.send(tmp_path / "second").path
    # The closing (100), what is said of the photos (76), and some of the last part.
    both.write_bytes(both.read_bytes()[: -176 - 40])
    panel = preview(camille, both)
    assert counts(panel)["added"] == 1
    [block] = blocks(panel)
    assert "arrived incomplete or changed on the way" in block
    camille.click(camille.button("Merge"))
    camille.until_told("1 place added")
    kind, _title, _hint = camille.until_told("arrived incomplete or changed on the way")
    assert kind == "warning"
    names = [place.name for place in camille.places()]
    assert BENCH.name in names
    assert BOOKS.name not in names


def test_one_wrong_file_among_several_stops_nothing(
    sent: Path, camille: AtTheWindow, tmp_path: Path
) -> None:
    wrong = tmp_path / "holiday.cmbundle"
    wrong.write_bytes(b"a picture")
    panel = preview(camille, wrong, sent)
    assert counts(panel)["added"] == 2
    assert any("holiday.cmbundle" in block for block in blocks(panel))
    assert any("laptop-07.cmbundle" in block for block in blocks(panel))


def test_a_bundle_of_another_map_is_told_and_nothing_is_taken(
    camille: AtTheWindow, tmp_path: Path
) -> None:
    device = Device(tmp_path / "elsewhere")
    other = Session.create(tmp_path / "Other", device, "Other", "Zoé")
    other.add(BENCH)
    path = other.send(tmp_path / "other").path
    other.close()
    device.close()
    panel = open_receive(camille)
    panel.preview([path])
    camille.until_told("belongs to another map")
    assert panel.step == "choose"


def test_an_empty_folder_is_told(camille: AtTheWindow, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    panel = open_receive(camille)
    panel.preview([tmp_path / "empty"])
    camille.until_told("There is no contribution file in")
    assert panel.step == "choose"


def test_nothing_new_is_said_plainly(sent: Path, camille: AtTheWindow) -> None:
    preview(camille, sent)
    camille.click(camille.button("Merge"))
    camille.until_told("2 places added")
    panel = preview(camille, sent)
    assert panel.overview.nothing.isVisible()
    assert not panel.decline.isVisible()
    camille.click(camille.button("Back to the map"))
    assert camille.window.panel_host.current_name == "browse"


def test_many_deletions_ask_for_their_number(
    aicha_sends: Session, camille: AtTheWindow, tmp_path: Path
) -> None:
    for draft in (BENCH, BOOKS, IDEA):
        aicha_sends.add(draft)
    camille.meanwhile(lambda session: session.merge([aicha_sends.send(tmp_path / "a").path]))
    camille.until(lambda: camille.window.counts.places == 6)
    for draft in (BENCH, BOOKS, IDEA):
        aicha_sends.delete(view_of(aicha_sends, draft.name))
    panel = preview(camille, aicha_sends.send(tmp_path / "b").path)
    assert panel.kind == "deleted"
    assert "3 places would be deleted. Write 3 to merge." in panel.note.text.text()
    assert not panel.primary.isEnabled()
    assert QApplication.focusWidget() is panel.confirm
    camille.write("2")
    assert not panel.primary.isEnabled()
    panel.confirm.clear()
    camille.write("3")
    camille.click(panel.primary)
    camille.until_told("3 deleted")
    assert len(camille.places()) == 3


def test_a_resident_reads_what_became_of_each_contribution(
    aicha: AtTheWindow, town: Path, device: Device, tmp_path: Path
) -> None:
    for draft in (BENCH, BOOKS):
        aicha.meanwhile(lambda session, draft=draft: session.add(draft))
    assert aicha.window.lanes is not None
    sent = aicha.window.lanes.write(lambda session: session.send(tmp_path / "a").path).result(5)
    coordinator = Session.open(town, device)
    coordinator.merge([sent])
    for item in coordinator.reader.review_items():
        if item.name == BENCH.name:
            coordinator.accept(item)
        else:
            coordinator.reject(item, "Already on the map")
    back = coordinator.give_back(tmp_path / "back").path
    coordinator.close()
    panel = preview(aicha, back)
    assert {(r.name, r.second) for r in panel.overview.own.rows} == {
        (BENCH.name, "Contribution: accepted"),
        (BOOKS.name, "Contribution: refused · Already on the map"),
    }
    aicha.click(aicha.button("Merge"))
    _kind, _title, hint = aicha.until_told("changed")
    assert "1 contribution of yours was accepted. 1 was refused." in hint
    assert aicha.state_of(BENCH.name) is FeatureState.ACCEPTED


def test_a_map_that_is_open_for_looking_receives_nothing(
    sent: Path, camille: AtTheWindow, town: Path, device: Device
) -> None:
    camille.window.desk.open(town, read_only=True)
    camille.until(lambda: camille.window.info is not None and camille.window.info.read_only)
    panel = open_receive(camille)
    panel.preview([sent])
    camille.until_told("is open for looking only")
    assert panel.step == "choose"


def test_whoever_leaves_while_it_merges_is_told_all_the_same(
    sent: Path, camille: AtTheWindow
) -> None:
    panel = preview(camille, sent)
    with camille.busy():
        camille.click(panel.primary)
        camille.press(Qt.Key.Key_Escape)
        assert camille.window.panel_host.current_name == "browse"
    camille.until_told("2 places added")


def test_leaving_while_it_is_read_stops_the_reading(sent: Path, camille: AtTheWindow) -> None:
    panel = open_receive(camille)
    with camille.busy():
        panel.preview([sent])
        camille.press(Qt.Key.Key_Escape)
    camille.settle()
    assert not camille.told
    assert is_clear(camille, MARKET)


def drop(person: AtTheWindow, *paths: Path) -> bool:
    """Drop files on the window; return whether it took them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    where, copy, left = QPointF(200, 200), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    keys = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(where.toPoint(), copy, data, left, keys)
    QApplication.sendEvent(person.window, enter)
    if not enter.isAccepted():
        return False
    dropped = QDropEvent(where, copy, data, left, keys)
    QApplication.sendEvent(person.window, dropped)
    return dropped.isAccepted()


def test_files_dropped_on_the_window_are_previewed(sent: Path, camille: AtTheWindow) -> None:
    assert drop(camille, sent)
    panel = camille.window.panel_host.current
    assert isinstance(panel, ReceivePanel)
    camille.until(lambda: panel.step == "preview")
    assert counts(panel)["added"] == 2


def test_files_of_other_kinds_are_refused_in_words(camille: AtTheWindow, tmp_path: Path) -> None:
    assert drop(camille, tmp_path / "places.geojson", tmp_path / "letter.odt")
    camille.until_told("CollabMap cannot read this file")
    assert not isinstance(camille.window.panel_host.current, ReceivePanel)


def test_a_file_of_another_kind_is_left_out(
    sent: Path, camille: AtTheWindow, tmp_path: Path
) -> None:
    assert drop(camille, tmp_path / "letter.odt", sent)
    panel = camille.window.panel_host.current
    assert isinstance(panel, ReceivePanel)
    camille.until(lambda: panel.step == "preview")
    assert not camille.told


def test_contributions_dropped_before_a_map_is_open_are_explained(
    start: AtTheWindow, tmp_path: Path
) -> None:
    assert drop(start, tmp_path / "a.cmbundle")
    start.until_told("Open a map first")


def test_a_map_dropped_on_the_window_is_opened(start: AtTheWindow, town: Path) -> None:
    assert drop(start, town)
    start.until(lambda: start.window.info is not None)
