"""Exchange: giving back, handing out and exporting, each with what happened afterwards."""

import json
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from packs import a_pack
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.store.device import Device
from collabmap.ui.drives import Drive
from collabmap.ui.panels.share import SharePanel

BENCH = PlaceDraft("Banc à l’ombre", "nature", 7.4201, 43.7331)
MARKET = "Marché de la Condamine"


def open_share(person: AtTheWindow, action: str) -> SharePanel:
    person.do(action)
    panel = person.window.panel_host.current
    assert isinstance(panel, SharePanel)
    return panel


def write(person: AtTheWindow, action: str, folder: Path) -> Path:
    """Share into a folder and return the one file that is there then."""
    panel = open_share(person, action)
    panel.write_to(folder / panel.file_name(), folder.name)
    person.until(lambda: panel.step == "done")
    [path] = [each for each in folder.iterdir() if each.suffix == panel.verb.suffix]
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def receipt_words(person: AtTheWindow) -> str:
    panel = person.window.panel_host.current
    assert isinstance(panel, SharePanel)
    labels = panel.receipt.findChildren(type(panel.purpose))
    return " | ".join([*(label.text() for label in labels)])


def test_a_map_that_was_given_back_is_the_same_on_another_laptop(
    aicha_sends: Session, camille: AtTheWindow, out: Path
) -> None:
    camille.meanwhile(lambda session: session.add(BENCH))
    path = write(camille, "give_back", out)
    assert path.name.startswith("La Condamine 20")
    aicha_sends.merge([path])
    # Her laptop says that it came, and so becomes known to the map.
    receipt = aicha_sends.send(out.parent / "receipt").path
    camille.meanwhile(lambda session: session.merge([receipt]))
    assert camille.window.lanes is not None
    info = camille.window.lanes.write(lambda session: session.info()).result(5)
    assert aicha_sends.info().digest_hex == info.digest_hex
    assert "The map is ready" in receipt_words(camille)


def test_what_still_waits_is_said_before_giving_back(
    aicha_sends: Session, camille: AtTheWindow, tmp_path: Path
) -> None:
    aicha_sends.add(BENCH)
    path = aicha_sends.send(tmp_path / "a").path
    camille.meanwhile(lambda session: session.merge([path]))
    camille.until(lambda: camille.window.counts.pending == 1)
    panel = open_share(camille, "give_back")
    assert panel.note.text.text() == "1 contribution is not reviewed yet. It goes along as it is."
    assert panel.note.isVisible()
    camille.click(panel.cards["hand_out"])
    assert not panel.note.isVisible()


def test_a_copy_that_was_handed_out_opens_on_another_laptop(
    camille: AtTheWindow, out: Path, tmp_path: Path
) -> None:
    path = write(camille, "hand_out", out)
    assert path.name == "La Condamine.cmkit"
    device = Device(tmp_path / "zoe")
    (tmp_path / "maps").mkdir()
    session = Session.open_kit(path, tmp_path / "maps", device)
    assert session.role == "resident"
    assert len(session.reader.marks()) == 3
    session.close()
    device.close()
    assert "Packed into one file: without base map" in receipt_words(camille)


def names_in(path: Path) -> set[str]:
    found = json.loads(path.read_text(encoding="utf-8"))
    return {feature["properties"]["name"] for feature in found["features"]}


def test_an_export_holds_what_is_published_and_nothing_else(
    aicha_sends: Session, camille: AtTheWindow, out: Path, tmp_path: Path
) -> None:
    aicha_sends.add(BENCH)
    path = aicha_sends.send(tmp_path / "a").path
    camille.meanwhile(lambda session: session.merge([path]))
    exported = write(camille, "export", out)
    assert MARKET in names_in(exported)
    assert BENCH.name not in names_in(exported)
    assert "3 places" in receipt_words(camille)
    assert "1 not published yet" in receipt_words(camille)


def test_a_draft_holds_what_is_not_reviewed_too(
    aicha_sends: Session, camille: AtTheWindow, out: Path, tmp_path: Path
) -> None:
    aicha_sends.add(BENCH)
    path = aicha_sends.send(tmp_path / "a").path
    camille.meanwhile(lambda session: session.merge([path]))
    panel = open_share(camille, "export")
    camille.click(panel.draft)
    panel.write_to(out / "draft.geojson", "out")
    camille.until(lambda: panel.step == "done")
    assert BENCH.name in names_in(out / "draft.geojson")


def test_an_export_without_reviewed_ticked_is_the_default(camille: AtTheWindow) -> None:
    assert not open_share(camille, "export").draft.isChecked()


def test_a_resident_may_export_but_neither_give_back_nor_hand_out(aicha: AtTheWindow) -> None:
    panel = open_share(aicha, "export")
    assert list(panel.cards) == ["export"]
    assert not aicha.window.actions_table["give_back"].isEnabled()
    assert not aicha.window.actions_table["hand_out"].isEnabled()


class _Folders(QObject):
    """What the system was asked to show."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def show_folder(self, url: QUrl) -> None:
        self.opened.append(url.toLocalFile())


def test_open_the_folder_shows_where_the_file_is(camille: AtTheWindow, out: Path) -> None:
    folders = _Folders()
    QDesktopServices.setUrlHandler("file", folders, "show_folder")
    write(camille, "export", out)
    camille.until(lambda: any(b.text() == "Open the folder" for b in camille.buttons()))
    camille.click(camille.button("Open the folder"))
    QDesktopServices.unsetUrlHandler("file")
    assert [Path(path) for path in folders.opened] == [out]


def test_a_second_export_writes_over_nothing(camille: AtTheWindow, out: Path) -> None:
    first = write(camille, "export", out)
    kept = first.read_bytes()
    panel = camille.window.panel_host.current
    assert isinstance(panel, SharePanel)
    camille.click(panel.cards["export"])
    panel.write_to(out / panel.file_name(), "out")
    camille.until(lambda: panel.step == "done")
    assert first.read_bytes() == kept
    assert len(list(out.iterdir())) == 2


def test_a_folder_that_is_gone_is_told_with_a_way_out(camille: AtTheWindow, tmp_path: Path) -> None:
    panel = open_share(camille, "hand_out")
    panel.write_to(tmp_path / "gone" / "map.cmkit", "gone")
    camille.until(lambda: panel.step == "choose")
    assert camille.told[-1][0] == "error"
    assert {"Try again", "Try another way"} <= {b.text() for b in camille.buttons()}


def test_a_stick_that_is_plugged_in_is_the_filled_button(camille: AtTheWindow, out: Path) -> None:
    panel = open_share(camille, "give_back")
    panel.ways.find_drives = lambda: [Drive("KEY", out, 1_000_000_000, is_read_only=False)]
    panel.ways.look()
    camille.until(lambda: panel.primary.text() == "Copy to KEY")
    camille.click(panel.primary)
    camille.until(lambda: panel.step == "done")
    assert len(list(out.glob("*.cmbundle"))) == 1
    assert panel.primary.text() == "Back to the map"


def test_each_of_the_three_says_what_it_is_for(camille: AtTheWindow) -> None:
    panel = open_share(camille, "give_back")
    said = set()
    for card in panel.cards.values():
        camille.click(card)
        said.add(panel.purpose.text())
        assert panel.heading.text() == card.text()
    assert len(said) == 3


def test_whoever_leaves_the_panel_is_told_where_the_file_is(
    camille: AtTheWindow, out: Path
) -> None:
    panel = open_share(camille, "hand_out")
    with camille.busy():
        panel.write_to(out / "map.cmkit", "out")
        camille.press(Qt.Key.Key_Escape)
    _kind, _title, hint = camille.until_told("The copy is ready")
    assert hint == str(out / "map.cmkit")


def test_trying_again_works_from_wherever_one_is_by_then(
    camille: AtTheWindow, tmp_path: Path
) -> None:
    panel = open_share(camille, "export")
    folder = tmp_path / "later"
    panel.write_to(folder / "a.geojson", "later")
    camille.until(lambda: panel.step == "choose")
    camille.press(Qt.Key.Key_Escape)
    folder.mkdir()
    camille.click(camille.button("Try again"))
    again = camille.window.panel_host.current
    assert isinstance(again, SharePanel)
    camille.until(lambda: again.step == "done")
    assert (folder / "a.geojson").exists()


def test_a_large_base_map_is_left_out_of_a_copy_and_its_size_is_said_before(
    camille: AtTheWindow, out: Path, tmp_path: Path
) -> None:
    plan = a_pack(tmp_path / "plan.mbtiles", "#ff0000", name="Plan")
    photo = a_pack(tmp_path / "photo.mbtiles", "#0000ff", name="Photo", attribution="x" * 300_000)
    camille.meanwhile(lambda session: (session.add_base_map(plan), session.add_base_map(photo)))
    panel = open_share(camille, "hand_out")
    camille.until(lambda: len(panel.maps.ticks) == 2)
    tick = panel.maps.ticks["La Condamine.photo.mbtiles"]
    assert tick.text().startswith("Photo, 3")
    before = panel.maps.total.text()
    camille.click(tick)
    assert panel.maps.total.text() != before
    panel.write_to(out / panel.file_name(), out.name)
    camille.until(lambda: panel.step == "done")
    assert "Packed into one file: with 1 base map" in receipt_words(camille)
    assert "Photo" in receipt_words(camille)
    (tmp_path / "maps").mkdir()
    device = Device(tmp_path / "zoe")
    session = Session.open_kit(out / "La Condamine.cmkit", tmp_path / "maps", device)
    assert [view.title for view in session.base_maps()] == ["Plan"]
    session.close()
    device.close()
