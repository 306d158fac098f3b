"""A coordinator's computer looks for places that may be one by itself."""

from at_the_window import AtTheWindow

from collabmap.domain.feature import PlaceDraft
from collabmap.ui.duplicate_search import DuplicateSearch

TWIN = PlaceDraft("fontaine des moulins", "eau", 7.4212, 43.7335)


def groups(person: AtTheWindow) -> int:
    lanes = person.window.lanes
    assert lanes is not None
    return len(lanes.read(lambda reader: reader.duplicates()).result())


def search(person: AtTheWindow) -> DuplicateSearch:
    return person.window.duplicates


def test_what_comes_and_goes_is_held_against_what_lies_around_it(camille: AtTheWindow) -> None:
    camille.settle()
    with camille.qtbot.waitSignal(search(camille).found):
        camille.meanwhile(lambda session: session.add(TWIN))
    assert groups(camille) == 1
    camille.window.commands.undo()
    camille.settle()
    assert groups(camille) == 0


def test_a_resident_s_computer_does_not_look(aicha: AtTheWindow) -> None:
    aicha.meanwhile(lambda session: session.add(TWIN))
    aicha.settle()
    assert groups(aicha) == 0
