"""Sending: what is unsent, by which way, three checks, and what a coordinator gets."""

from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from collabmap.app.progress import Progress
from collabmap.app.sending import COPIED, PREPARED
from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.store.device import Device
from collabmap.ui import files
from collabmap.ui.drives import Drive
from collabmap.ui.panels.place_card import PlaceCard
from collabmap.ui.panels.send import SendPanel

BENCH = PlaceDraft("Banc à l’ombre", "nature", 7.4201, 43.7331)
BOOKS = PlaceDraft("Boîte à livres", "culture", 7.4204, 43.7334)


@pytest.fixture
def stick(tmp_path: Path) -> Drive:
    """A USB stick that is plugged in."""
    folder = tmp_path / "stick"
    folder.mkdir()
    return Drive("KEY-HALL", folder, 14_000_000_000, is_read_only=False)


def open_send(person: AtTheWindow, *drives: Drive) -> SendPanel:
    """Open the panel, with these sticks plugged in, and wait for what it finds."""
    person.do("send")
    panel = person.window.panel_host.current
    assert isinstance(panel, SendPanel)
    panel.ways.find_drives = lambda: list(drives)
    panel.ways.look()
    person.until(lambda: panel.step != "" and panel.ways.drives == list(drives))
    person.settle()
    person.until(lambda: all(card.isVisible() for card in panel.ways.cards.values()))
    return panel


def add(person: AtTheWindow, *drafts: PlaceDraft) -> None:
    """Let the person of this laptop add places."""
    for draft in drafts:
        person.meanwhile(lambda session, draft=draft: session.add(draft))
    person.settle()


def rows(panel: SendPanel) -> list[tuple[str, str]]:
    return [(row.name, row.second) for row in panel.list.rows]


def test_what_is_unsent_is_listed_the_latest_first(aicha: AtTheWindow) -> None:
    add(aicha, BENCH, BOOKS)
    market = aicha.place("Marché de la Condamine")
    aicha.meanwhile(lambda session: session.edit(market, {"name": "Marché couvert"}))
    panel = open_send(aicha)
    assert rows(panel) == [
        ("Marché couvert", "name"),
        ("Boîte à livres", "new"),
        ("Banc à l’ombre", "new"),
    ]
    assert panel.intro.text() == "Your 3 contributions. You can still open and correct them."


def test_what_was_made_and_taken_back_is_not_sent(aicha: AtTheWindow) -> None:
    add(aicha, BENCH)
    aicha.meanwhile(lambda session: session.undo())
    panel = open_send(aicha)
    assert panel.list.rows == []
    assert panel.empty.title == "Nothing to send yet"


def test_a_stick_that_is_plugged_in_comes_first_and_is_the_filled_button(
    aicha: AtTheWindow, stick: Drive
) -> None:
    add(aicha, BENCH)
    panel = open_send(aicha)
    assert panel.primary.text() == "Choose a folder"
    assert panel.ways.none.isVisible()
    panel.ways.find_drives = lambda: [stick]
    panel.ways.look()
    aicha.until(lambda: panel.primary.text() == "Copy to KEY-HALL")
    assert not panel.ways.none.isVisible()
    assert panel.ways.cards[stick.path].y() < panel.folder.y()


def test_a_stick_that_cannot_be_written_to_is_not_offered(
    aicha: AtTheWindow, tmp_path: Path
) -> None:
    add(aicha, BENCH)
    panel = open_send(aicha)
    locked = Drive("LOCKED", tmp_path, 5, is_read_only=True)
    asked: list[bool] = []
    panel.ways.find_drives = lambda: [locked] if not asked.append(True) else []
    panel.ways.look()
    aicha.until(lambda: bool(asked))
    aicha.settle()
    assert panel.ways.drives == []


def test_sent_is_said_only_after_three_checks(aicha: AtTheWindow, stick: Drive) -> None:
    add(aicha, BENCH, BOOKS)
    panel = open_send(aicha, stick)
    assert [check.state for check in panel.receipt.checks] == ["todo"] * 3
    aicha.click(panel.primary)
    assert panel.receipt.title.text() == "On its way…"
    aicha.until(lambda: panel.step == "sent")
    assert panel.receipt.title.text() == "Sent and verified"
    assert panel.receipt.second.text() == "2 of 2 read back, none missing"
    assert [check.state for check in panel.receipt.checks] == ["done"] * 3
    assert [check.text.partition(":")[0] for check in panel.receipt.checks] == [
        "Bundle prepared",
        "Copied",
        "Read back and counted",
    ]


def test_each_check_is_told_when_it_has_happened(aicha_sends: Session, tmp_path: Path) -> None:
    target = tmp_path / "out.cmbundle"
    seen: list[tuple[str, bool]] = []

    def tell(progress: Progress) -> None:
        if progress.what in (PREPARED, COPIED):
            seen.append((progress.what, target.exists()))

    aicha_sends.add(BENCH)
    report = aicha_sends.send(target, progress=tell)
    assert seen == [(PREPARED, False), (COPIED, True)]
    assert report.verified


def test_another_laptop_can_merge_what_was_sent(
    aicha: AtTheWindow, stick: Drive, town: Path, device: Device
) -> None:
    add(aicha, BENCH)
    panel = open_send(aicha, stick)
    aicha.click(panel.primary)
    aicha.until(lambda: panel.step == "sent")
    sent = list(stick.path.glob("*.cmbundle"))
    assert len(sent) == 1
    assert sent[0].name.startswith("Aïcha 20")
    coordinator = Session.open(town, device)
    assert coordinator.merge(sent).added == 1
    assert BENCH.name in [mark.name for mark in coordinator.reader.marks()]
    coordinator.close()


def test_the_receipt_says_what_from_whom_and_where(aicha: AtTheWindow, stick: Drive) -> None:
    add(aicha, BENCH)
    panel = open_send(aicha, stick)
    aicha.click(panel.primary)
    aicha.until(lambda: panel.step == "sent")
    words = " | ".join(label.text() for label in panel.receipt.findChildren(type(panel.intro)))
    assert "1 new" in words
    assert "Aïcha" in words
    assert "KEY-HALL" in words
    report = aicha.window.lanes.write(lambda session: session.last_sent()).result(5)  # type: ignore[union-attr]
    assert report is not None
    assert report.code in words


def test_a_second_laptop_with_the_same_name_writes_over_nothing(
    aicha: AtTheWindow, stick: Drive
) -> None:
    panel = open_send(aicha, stick)
    other = stick.path / panel.file_name()
    other.write_bytes(b"another Aicha's")
    add(aicha, BENCH)
    aicha.press(Qt.Key.Key_Escape)
    panel = open_send(aicha, stick)
    aicha.click(panel.primary)
    aicha.until(lambda: panel.step == "sent")
    assert other.read_bytes() == b"another Aicha's"
    assert (stick.path / f"{other.stem} (2).cmbundle").exists()


def test_nothing_to_send_leads_to_adding_a_place(aicha: AtTheWindow) -> None:
    panel = open_send(aicha)
    assert panel.empty.title == "Nothing to send yet"
    assert not panel.folder.isEnabled()
    aicha.click(aicha.button("Add a place"))
    assert aicha.form is not None


def test_what_was_sent_can_be_sent_again_with_its_receipt_in_sight(
    aicha: AtTheWindow, stick: Drive, town: Path, device: Device
) -> None:
    add(aicha, BENCH)
    panel = open_send(aicha, stick)
    aicha.click(panel.primary)
    aicha.until(lambda: panel.step == "sent")
    aicha.press(Qt.Key.Key_Escape)
    panel = open_send(aicha, stick)
    assert panel.step == "again"
    assert panel.empty.title == "Everything has already been sent"
    assert panel.receipt.title.text() == "Sent and verified"
    aicha.click(panel.ways.cards[stick.path])
    aicha.until(lambda: panel.step == "sent")
    coordinator = Session.open(town, device)
    assert coordinator.merge([stick.path]).added == 1
    coordinator.close()


def test_the_saved_sign_says_sent_and_the_foot_counts_nothing(
    aicha: AtTheWindow, stick: Drive
) -> None:
    add(aicha, BENCH)
    aicha.until(lambda: aicha.window.unsent == 1)
    panel = open_send(aicha, stick)
    aicha.click(panel.primary)
    aicha.until(lambda: aicha.window.unsent == 0)
    assert aicha.window.top_bar.saved.accessibleName() == "Sent"


def test_a_folder_that_is_gone_is_told_and_nothing_is_lost(
    aicha: AtTheWindow, tmp_path: Path
) -> None:
    add(aicha, BENCH)
    panel = open_send(aicha)
    panel.send_to(tmp_path / "pulled out" / "a.cmbundle", "KEY-HALL")
    aicha.until(lambda: panel.step == "choose")
    assert aicha.told[-1][0] == "error"
    assert panel.receipt.second.text() == ("Your 1 contribution is still here; nothing is lost.")
    assert panel.receipt.checks[1].state == "failed"
    assert [row.name for row in panel.list.rows] == [BENCH.name]
    good = tmp_path / "good"
    good.mkdir()
    panel.send_to(good / "a.cmbundle", "folder")
    aicha.until(lambda: panel.step == "sent")


def test_stopping_a_sending_leaves_no_file(aicha: AtTheWindow, tmp_path: Path) -> None:
    add(aicha, BENCH)
    panel = open_send(aicha)
    aicha.window.tasks.long_started.connect(lambda task: task.stop())
    panel.send_to(tmp_path / "stopped.cmbundle", "folder")
    aicha.until(lambda: panel.step == "choose")
    assert list(tmp_path.glob("*stopped*")) == []
    assert aicha.told[-1][1] == "Stopped at your request."


def test_next_person_asks_who_is_here(aicha: AtTheWindow, stick: Drive) -> None:
    add(aicha, BENCH)
    panel = open_send(aicha, stick)
    aicha.click(panel.primary)
    aicha.until(lambda: panel.step == "sent")
    assert QApplication.focusWidget() is panel.primary
    aicha.press(Qt.Key.Key_Return)
    aicha.say_name("Marcel")
    assert aicha.window.person is not None
    assert aicha.window.person.name == "Marcel"


def test_a_row_opens_the_place_so_that_it_can_be_corrected(aicha: AtTheWindow) -> None:
    add(aicha, BENCH)
    panel = open_send(aicha)
    panel.list.opened.emit(panel.list.rows[0].id)
    aicha.until(lambda: isinstance(aicha.window.panel_host.current, PlaceCard))
    aicha.until(lambda: aicha.card.title.text() == BENCH.name)


def test_somebody_elses_places_on_a_shared_laptop_say_whose_they_are(
    aicha: AtTheWindow,
) -> None:
    add(aicha, BENCH)
    aicha.window.front.show_welcome(again=True)
    aicha.say_name("Marcel")
    add(aicha, BOOKS)
    panel = open_send(aicha)
    assert rows(panel) == [("Boîte à livres", "new"), ("Banc à l’ombre", "Aïcha · new")]


@pytest.mark.parametrize(
    ("words", "stem"),
    [
        ("Aïcha B.", "Aïcha B"),
        ("a/b\\c:d*e?f", "a b c d e f"),
        ("  ", "CollabMap"),
        ("x" * 300, "x" * 80),
    ],
)
def test_any_name_makes_a_file_name(words: str, stem: str) -> None:
    assert files.safe_stem(words) == stem


def test_a_free_name_is_found_beside_files_that_are_there(tmp_path: Path) -> None:
    path = tmp_path / "a.cmbundle"
    assert files.free_path(path) == path
    path.touch()
    (tmp_path / "a (2).cmbundle").touch()
    assert files.free_path(path).name == "a (3).cmbundle"


def test_whoever_leaves_the_panel_is_told_that_it_was_sent(
    aicha: AtTheWindow, stick: Drive
) -> None:
    add(aicha, BENCH)
    panel = open_send(aicha, stick)
    with aicha.busy():
        aicha.click(panel.primary)
        aicha.press(Qt.Key.Key_Escape)
        assert aicha.window.panel_host.current_name == "browse"
    kind, _title, hint = aicha.until_told("Sent and verified")
    assert kind == "done"
    assert hint.startswith("1 of 1 read back, none missing. Code ")
    aicha.until(lambda: aicha.window.unsent == 0)


def test_trying_again_works_from_wherever_one_is_by_then(
    aicha: AtTheWindow, tmp_path: Path
) -> None:
    add(aicha, BENCH)
    panel = open_send(aicha)
    folder = tmp_path / "stick"
    panel.send_to(folder / "a.cmbundle", "stick")
    aicha.until(lambda: panel.step == "choose")
    panel.leave()
    folder.mkdir()
    aicha.click(aicha.button("Try again"))
    aicha.until(lambda: (folder / "a.cmbundle").exists())
    again = aicha.window.panel_host.current
    assert isinstance(again, SendPanel)
    aicha.until(lambda: again.step == "sent")


def test_a_stick_pulled_out_after_the_copy_does_no_harm(aicha: AtTheWindow, stick: Drive) -> None:
    add(aicha, BENCH)
    panel = open_send(aicha, stick)
    with aicha.busy():
        aicha.click(panel.primary)
        panel.ways.find_drives = list
        panel.ways.look()
        aicha.until(lambda: panel.ways.drives == [])
    aicha.until(lambda: panel.step == "sent")
    assert panel.receipt.title.text() == "Sent and verified"
