"""The welcome: a name or none, what one agrees to, and asked once more when that has changed."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from at_the_window import AtTheWindow
from PySide6.QtCore import Qt

from collabmap.app.session import Session
from collabmap.domain.consent import Consent, Promise
from collabmap.domain.consent import said as said_of
from collabmap.domain.definitions import PROJECT, SELF
from collabmap.store.device import Device
from collabmap.ui.panels.welcome import WelcomePage
from collabmap.ui.widgets.text import Text

OURS = (Promise("It all stays at the town hall", "until the council in June."),)
OpenWindow = Callable[[Device], AtTheWindow]


def somebody_changes_the_words(session: Session) -> None:
    """As a merge brings it: nobody here has read them yet."""
    session.define({(PROJECT, SELF): said_of(Consent("2027-1", (), OURS))})


def welcome(person: AtTheWindow) -> WelcomePage:
    person.until(lambda: person.window.front.welcome is not None)
    page = person.window.front.welcome
    assert page is not None
    return page


def said(page: WelcomePage) -> str:
    return " | ".join(text.text() for text in page.findChildren(Text) if text.isVisible())


def test_who_wants_no_name_needs_none(newcomer: AtTheWindow) -> None:
    page = welcome(newcomer)
    newcomer.click(page.anonymous)
    assert page.name.text() == "Anonymous"
    newcomer.press(Qt.Key.Key_Return)

    newcomer.until(lambda: newcomer.window.person is not None)
    assert newcomer.window.person is not None
    assert newcomer.window.person.name == "Anonymous"
    assert not newcomer.window.person.consent


def test_a_map_asks_in_its_own_words(
    camille: AtTheWindow, open_window: OpenWindow, tmp_path: Path
) -> None:
    camille.meanwhile(lambda session: session.set_consent((), OURS))
    camille.meanwhile(lambda session: session.hand_out(tmp_path / "kit.cmkit"))
    device = Device(tmp_path / "new")
    (tmp_path / "unpacked").mkdir()
    with closing(Session.open_kit(tmp_path / "kit.cmkit", tmp_path / "unpacked", device)) as copy:
        path = copy.path
    newcomer = open_window(device)
    newcomer.open(path)

    assert "It all stays at the town hall" in said(welcome(newcomer))


def test_who_is_here_is_asked_once_more_when_the_words_have_changed(camille: AtTheWindow) -> None:
    camille.meanwhile(somebody_changes_the_words)
    page = welcome(camille)
    assert page.asked_anew
    assert "The words have changed" in said(page)
    assert not page.name_row.isVisible()

    camille.press(Qt.Key.Key_Return)
    camille.until(lambda: camille.window.front.welcome is None)

    def agreed(session: Session) -> None:
        assert not session.has_to_agree()

    camille.meanwhile(agreed)


def test_being_asked_once_more_keeps_whether_the_name_is_shown(newcomer: AtTheWindow) -> None:
    page = welcome(newcomer)
    page.name.setText("Aïcha")
    page.show_name.setChecked(True)
    newcomer.click(page.start)
    newcomer.until(lambda: newcomer.window.person is not None)
    newcomer.window.front.consent = Consent("2027-1", (), OURS)
    newcomer.window.front.show_welcome(again=True, asked_anew="Aïcha")

    assert welcome(newcomer).show_name.isChecked()


def test_words_that_change_wait_for_the_form_to_close(camille: AtTheWindow) -> None:
    camille.do("add_place")
    camille.meanwhile(somebody_changes_the_words)
    camille.settle()
    assert camille.window.front.welcome is None

    camille.window.placing.give_up()
    assert welcome(camille).asked_anew


def test_the_agreement_points_at_the_words_wherever_they_stand(newcomer: AtTheWindow) -> None:
    page = welcome(newcomer)
    assert "on the right" in page.agrees.text()

    newcomer.window.resize(600, 640)
    newcomer.until(lambda: page.width() <= 600)
    assert "below" in page.agrees.text()

    newcomer.window.resize(1366, 697)
    newcomer.until(lambda: page.width() > 600)
    assert "on the right" in page.agrees.text()
