"""The graph beside the map: chosen, opened, filtered, moved, and the same as a list."""

import numpy as np
import pytest
from at_the_window import LEFT, PLACES, AtTheWindow
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft, PlaceView
from collabmap.domain.graph_scope import EVERYTHING
from collabmap.ui.panels.graph import GraphPanel
from collabmap.ui.panels.link import LinkPanel
from collabmap.ui.panels.place_card import PlaceCard
from collabmap.ui.widgets.popover import MenuRow

MARKET, FOUNTAIN, LIBRARY = (place.name for place in PLACES)
CLUB, IDEA = "Club de la fontaine", "Repair café"


def view_of(session: Session, name: str) -> PlaceView:
    (mark,) = [mark for mark in session.reader.marks() if mark.name == name]
    view = session.reader.place(mark.id)
    assert view is not None
    return view


def join(session: Session, one: str, type_: str, other: str) -> None:
    session.add_link(view_of(session, one), view_of(session, other).id, type_)


def weave(session: Session) -> None:
    session.add(PlaceDraft(CLUB, "entraide", 7.4200, 43.7330))
    session.add(PlaceDraft(IDEA, "idees", 7.4215, 43.7322))
    join(session, CLUB, "runs", FOUNTAIN)
    join(session, FOUNTAIN, "inspired-by", MARKET)
    join(session, MARKET, "hosts", IDEA)
    join(session, IDEA, "takes-place-at", LIBRARY)


@pytest.fixture
def graph(camille: AtTheWindow) -> GraphPanel:
    """The graph around the fountain."""
    camille.meanwhile(weave)
    camille.open_card(FOUNTAIN)
    camille.until(lambda: camille.card.links is not None and bool(camille.card.links.lines))
    assert camille.card.links is not None
    camille.click(camille.card.links.graph_button)
    panel = camille.window.panel_host.current
    assert isinstance(panel, GraphPanel)
    panel.view.glides = False
    until_shown(camille, panel, {FOUNTAIN, CLUB, MARKET})
    return panel


def names(panel: GraphPanel) -> set[str]:
    return {end.name for end in panel.view.scene.nodes}


def until_shown(at: AtTheWindow, panel: GraphPanel, wanted: set[str]) -> None:
    at.until(lambda: names(panel) == wanted)
    at.settle()


def where(panel: GraphPanel, name: str) -> QPoint:
    (node,) = [end.id for end in panel.view.scene.nodes if end.name == name]
    view = panel.view
    return QPointF(*map(float, view.pixels()[view.scene.number[node]])).toPoint()


def test_a_card_leads_to_its_links_in_the_graph_with_it_in_the_middle(
    camille: AtTheWindow, graph: GraphPanel
) -> None:
    assert graph.bottom.name.text() == FOUNTAIN
    assert graph.bottom.words.text() == "2 links: 1 actor, 1 place"
    assert graph.steps.text() == "Steps: 1"
    map_, panel = camille.window.map, camille.window.panel_host
    assert 0.40 < map_.width() / (map_.width() + panel.width()) < 0.50
    verbs = {graph.view.scene.words[n] for n in graph.view.words.verbs}
    assert verbs == {"runs", "is inspired by"}


def test_a_click_chooses_on_graph_and_map_and_a_click_on_the_map_does_too(
    camille: AtTheWindow, graph: GraphPanel
) -> None:
    QTest.mouseClick(graph.view, LEFT, pos=where(graph, CLUB))
    camille.until(lambda: camille.window.map.selected == camille.place(CLUB).id)
    assert graph.bottom.name.text() == CLUB
    library = camille.place(LIBRARY).id
    camille.window.map.mark_clicked.emit(library)
    camille.until(lambda: graph.bottom.name.text() == LIBRARY)
    until_shown(camille, graph, {LIBRARY, IDEA})
    assert camille.window.map.selected == library


def test_a_double_click_shows_one_step_more_and_moves_nothing_that_is_there(
    camille: AtTheWindow, graph: GraphPanel
) -> None:
    before = graph.view.spots
    QTest.mouseDClick(graph.view, LEFT, pos=where(graph, MARKET))
    until_shown(camille, graph, {FOUNTAIN, CLUB, MARKET, IDEA})
    after = graph.view.spots
    assert {node: after[node] for node in before} == before


def test_the_keyboard_goes_from_node_to_node_and_opens_them(
    camille: AtTheWindow, graph: GraphPanel
) -> None:
    graph.view.setFocus()
    here, there = where(graph, FOUNTAIN), where(graph, MARKET)
    way = there - here
    across = abs(way.x()) > abs(way.y())
    keys = (Qt.Key.Key_Left, Qt.Key.Key_Right) if across else (Qt.Key.Key_Up, Qt.Key.Key_Down)
    QTest.keyClick(graph.view, keys[(way.x() if across else way.y()) > 0])
    camille.until(lambda: graph.bottom.name.text() == MARKET)
    QTest.keyClick(graph.view, Qt.Key.Key_Return)
    until_shown(camille, graph, {FOUNTAIN, CLUB, MARKET, IDEA})
    at = where(graph, MARKET)
    QTest.keyClick(graph.view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert where(graph, MARKET).x() > at.x()


def test_a_node_stays_where_it_is_dragged_until_all_is_tidied(
    camille: AtTheWindow, graph: GraphPanel
) -> None:
    at, still = where(graph, CLUB), where(graph, MARKET)
    QTest.mousePress(graph.view, LEFT, pos=at)
    for step in range(1, 9):
        QTest.mouseMove(graph.view, at + QPoint(5 * step, 3 * step))
    QTest.mouseRelease(graph.view, LEFT, pos=at + QPoint(40, 24))
    assert where(graph, CLUB) == at + QPoint(40, 24)
    assert where(graph, MARKET) == still
    camille.meanwhile(lambda session: join(session, CLUB, "uses", LIBRARY))
    camille.until(lambda: any(end.name == CLUB for end in graph.view.scene.nodes))
    assert where(graph, CLUB) == at + QPoint(40, 24)
    camille.click(graph.tidy)
    camille.until(lambda: where(graph, CLUB) != at + QPoint(40, 24))


def test_the_legend_and_the_kinds_filter_and_all_comes_back_with_one_button(
    camille: AtTheWindow, graph: GraphPanel
) -> None:
    camille.click(graph.chips["actor"])
    until_shown(camille, graph, {FOUNTAIN, MARKET})
    assert graph.chips["actor"].accessibleName() == "Actor, hidden"
    camille.click(graph.kinds)
    row = next(
        row for row in camille.popover.findChildren(MenuRow) if row.text().startswith("is inspired")
    )
    camille.click(row)
    until_shown(camille, graph, {FOUNTAIN})
    camille.popover.close_popover()
    note = graph.page_of_graph.note
    assert "hidden by the filter" in note.words.text()
    camille.click(note.button)
    until_shown(camille, graph, {FOUNTAIN, CLUB, MARKET})
    assert graph.chips["actor"].isChecked()


def test_the_whole_graph_is_laid_out_beside_and_every_mark_has_its_place(
    camille: AtTheWindow, graph: GraphPanel
) -> None:
    camille.click(graph.steps)
    rows = camille.popover.findChildren(MenuRow)
    camille.click(next(row for row in rows if row.text() == "All links of the map"))
    until_shown(camille, graph, {FOUNTAIN, CLUB, MARKET, IDEA, LIBRARY})
    assert graph.model.scope.steps == EVERYTHING
    px = graph.view.pixels()
    assert (px > 0).all()
    assert (px < (graph.view.width(), graph.view.height())).all()


def test_words_stand_over_no_mark_and_over_no_other_words(
    camille: AtTheWindow, graph: GraphPanel
) -> None:
    graph.model.show_steps(EVERYTHING)
    until_shown(camille, graph, {FOUNTAIN, CLUB, MARKET, IDEA, LIBRARY})
    words = graph.view.words
    boxes = np.array([*words.names.values(), *words.verbs.values()])
    assert len(words.names) == 5
    for n, box in enumerate(boxes):
        rest = np.delete(boxes, n, axis=0)
        over = (rest[:, 0] < box[2]) & (rest[:, 2] > box[0])
        assert not (over & (rest[:, 1] < box[3]) & (rest[:, 3] > box[1])).any()
        px = graph.view.pixels()
        near = (px > box[:2] - 10) & (px < box[2:] + 10)
        assert not near.all(axis=1).any()


def test_the_list_says_the_same_links_and_chooses(camille: AtTheWindow, graph: GraphPanel) -> None:
    graph.show_part("list")
    said = [line.title for line in graph.list.lines if not line.is_head]
    assert said == [f"{CLUB} runs {FOUNTAIN}", f"{FOUNTAIN} is inspired by {MARKET}"]
    graph.list.choose(camille.place(CLUB).id)
    graph.list.setFocus()
    QTest.keyClick(graph.list, Qt.Key.Key_Return)
    camille.until(lambda: graph.bottom.name.text() == CLUB)
    assert camille.window.map.selected == camille.place(CLUB).id


def test_a_question_is_shown_with_the_link_that_might_be_made_and_makes_it(
    camille: AtTheWindow, graph: GraphPanel
) -> None:
    def teach(session: Session) -> None:
        session.add(PlaceDraft("Couture", "savoir-faire", 7.4205, 43.7331))
        join(session, CLUB, "offers", "Couture")
        join(session, LIBRARY, "needs", "Couture")

    camille.meanwhile(teach)
    graph.show_part("questions")
    camille.until(lambda: len(graph.questions.cards) == 2)
    alone, meeting = graph.questions.cards
    assert alone.accessibleName() == f"Nobody runs or proposes “{IDEA}” yet."
    assert f"{CLUB} offers “Couture”, {LIBRARY} needs it." in meeting.accessibleName()
    graph.show_answer(meeting.answer)
    camille.until(lambda: graph.view.scene.proposed != ())
    assert {CLUB, LIBRARY} <= names(graph)
    graph.show_part("questions")
    camille.click(meeting.link)
    camille.until(lambda: isinstance(camille.window.panel_host.current, LinkPanel))
    link = camille.window.panel_host.current
    assert isinstance(link, LinkPanel)
    camille.until(lambda: bool(link.sentences.rows))
    camille.click(link.sentences.rows[0])
    camille.until(lambda: camille.window.panel_host.current is graph)
    camille.until(lambda: len(graph.questions.cards) == 1)


def test_the_foot_adds_a_link_and_opens_the_sheet(camille: AtTheWindow, graph: GraphPanel) -> None:
    camille.click(graph.bottom.add)
    camille.until(lambda: isinstance(camille.window.panel_host.current, LinkPanel))
    camille.window.panel_host.back()
    camille.click(graph.bottom.card)
    camille.until(lambda: isinstance(camille.window.panel_host.current, PlaceCard))


def test_a_place_without_links_says_so_and_a_map_without_any_begins(camille: AtTheWindow) -> None:
    camille.do("graph")
    panel = camille.window.panel_host.current
    assert isinstance(panel, GraphPanel)
    note = panel.page_of_graph.note
    camille.until(note.isVisible)
    assert note.words.text().startswith("No place of this map has a link yet.")
    camille.window.map.mark_clicked.emit(camille.place(MARKET).id)
    camille.until(lambda: names(panel) == {MARKET})
    assert note.words.text() == "This place has no link yet. Who runs it? Who uses it?"


def test_another_language_finds_the_graph_as_it_was(
    camille: AtTheWindow, graph: GraphPanel
) -> None:
    camille.click(graph.chips["actor"])
    until_shown(camille, graph, {FOUNTAIN, MARKET})
    camille.window.preferences.set_language("fr")
    camille.until(lambda: camille.window.panel_host.current is not graph)
    again = camille.window.panel_host.current
    assert isinstance(again, GraphPanel)
    camille.until(lambda: names(again) == {FOUNTAIN, MARKET})
    assert not again.chips["actor"].isChecked()
    assert again.selected == camille.place(FOUNTAIN).id
