"""The kinds of link that a coordinator edits."""

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from collabmap.ui.panels.link_types import LinkTypesPanel


@pytest.fixture
def panel(camille: AtTheWindow) -> LinkTypesPanel:
    camille.window.sections.go_to("ecosystem")
    camille.settle()
    found = camille.window.panel_host.current
    assert isinstance(found, LinkTypesPanel)
    return found


def test_a_kind_of_link_is_added_with_both_its_words_and_its_ends(
    camille: AtTheWindow, panel: LinkTypesPanel
) -> None:
    camille.click(panel.add_button)
    camille.click(panel.kind.add_button)
    assert "Give it a name" in panel.kind.places["label"].error
    panel.kind.line("label_en").setFocus()
    camille.write("waters")
    panel.kind.line("inverse_en").setFocus()
    camille.write("is watered by")
    assert panel.kind.said.text() == (
        "“Place A” waters “place B”; “place B” is watered by “place A”."
    )
    camille.click(panel.kind.sources.buttons["actor"])
    camille.click(panel.kind.add_button)
    camille.until(lambda: panel.kind.saved is not None)
    camille.settle()
    made = camille.window.theme.link_types[-1]
    assert (made.label_en, made.inverse_en, made.sources) == ("waters", "is watered by", ("actor",))
    assert made.id.startswith("waters-")
    assert panel.chosen == made.id


def test_a_kind_of_link_is_moved_hidden_and_shown_again(
    camille: AtTheWindow, panel: LinkTypesPanel
) -> None:
    first, second = (line.key for line in panel.list.lines[:2])
    panel.list.setFocus()
    panel.list.choose(first)
    QTest.keyClick(panel.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    camille.settle()
    assert [line.key for line in panel.list.lines[:2]] == [second, first]
    panel.open_kind(str(first))
    camille.click(panel.kind.hide_button)
    camille.settle()
    assert camille.window.theme.link_type(str(first)).is_hidden
    assert panel.list.lines[-1].key == first
    camille.click(panel.kind.hide_button)
    camille.settle()
    assert not camille.window.theme.link_type(str(first)).is_hidden
