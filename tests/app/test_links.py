"""Links between places: where they go, what happens to them, and what is told of them."""

from contextlib import closing
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
import rfc7946
from sharing import Copies, carry, view

from collabmap.app.history_words import step_words
from collabmap.app.link_words import (
    groups,
    inverse_words,
    kinds_words,
    link_words,
    sentence,
    used_by,
    ways,
)
from collabmap.app.session import Session
from collabmap.domain.definitions import LINK_TYPE
from collabmap.domain.feature import PlaceDraft
from collabmap.errors import LinkToItself, LinkTypeUnknown, PlaceUnknown
from collabmap.store.ingest import now_ms

_LATER = count(1)


def add(session: Session, name: str, lng: float = 7.42) -> bytes:
    """Add a place; ids are larger than those before from now on, whatever the clock's grain."""
    session.now = lambda: now_ms() + next(_LATER)
    return session.add(PlaceDraft(name, "eau", lng, 43.73))


def links(session: Session, of: bytes | None = None) -> list[tuple[bytes, str, bytes]]:
    return [(link.source, link.type, link.target) for link in session.reader.links(of)]


def test_a_link_is_told_of_both_of_its_ends(camille: Session) -> None:
    one, two, three = (add(camille, name) for name in ("Association", "Jardin", "Place"))
    camille.add_link(view(camille, one), two, "runs")
    camille.add_link(view(camille, two), three, "takes-place-at")
    assert links(camille) == [(one, "runs", two), (two, "takes-place-at", three)]
    assert links(camille, one) == [(one, "runs", two)]
    assert links(camille, two) == links(camille)
    (link,) = camille.reader.links(three)
    assert (link.author_name, link.is_published) == ("Camille", True)
    graph = camille.reader.link_graph(one)
    assert [node.name for node in graph.nodes.values()] == ["Association", "Jardin"]
    assert graph.nodes[two].lng == 7.42


def test_the_graph_has_what_is_alone_only_where_it_is_asked_for(camille: Session) -> None:
    one, two, alone = (add(camille, name) for name in ("A", "B", "C"))
    camille.add_link(view(camille, one), two, "runs")
    assert camille.reader.link_graph().nodes.keys() == {one, two}
    assert camille.reader.link_graph(with_alone=True).nodes.keys() == {one, two, alone}


@pytest.mark.parametrize("end", [0, 1])
def test_a_link_whose_end_is_deleted_is_hidden_and_comes_back_with_it(
    camille: Session, end: int
) -> None:
    places = one, two = add(camille, "A"), add(camille, "B")
    camille.add_link(view(camille, one), two, "runs")
    camille.delete(view(camille, places[end]))
    assert links(camille) == links(camille, places[1 - end]) == []
    assert camille.reader.link_graph(with_alone=True).links == ()
    camille.undo()
    assert links(camille) == [(one, "runs", two)]


def test_a_link_to_a_refused_place_is_kept_for_when_it_is_accepted(
    camille: Session, copy: Copies
) -> None:
    jean = copy("Jean")
    market = add(camille, "Marché")
    carry(camille, jean)
    mine = add(jean, "Halle")
    jean.add_link(view(jean, mine), market, "runs")
    jean.add_link(view(jean, market), mine, "offers")
    carry(jean, camille)
    shown = [(mine, "runs", market), (market, "offers", mine)]
    assert sorted(links(camille)) == sorted(shown)
    item = camille.reader.review_item(mine)
    assert item is not None
    camille.reject(item)
    assert links(camille) == []
    camille.undo()
    assert sorted(links(camille)) == sorted(shown)


def test_links_follow_their_ends_when_they_are_united_and_are_shown_once(camille: Session) -> None:
    one, two, other = (add(camille, name) for name in ("A", "A'", "B"))
    camille.add_link(view(camille, one), other, "runs")
    camille.add_link(view(camille, two), other, "runs")
    camille.add_link(view(camille, other), two, "offers")
    camille.add_link(view(camille, one), two, "inspired-by")
    apart = links(camille)
    camille.same(one, two)
    assert links(camille) == [(one, "runs", other), (other, "offers", one)]
    assert links(camille, two) == links(camille, one) == links(camille)
    camille.undo()
    assert links(camille) == apart


def test_what_is_hidden_on_this_computer_has_no_links_there(camille: Session, copy: Copies) -> None:
    jean = copy("Jean")
    one, two = add(camille, "A"), add(camille, "B")
    carry(camille, jean)
    jean.add_link(view(jean, one), two, "runs")
    carry(jean, camille)
    assert len(links(camille)) == 1
    camille.hide_person(camille.reader.links()[0].author)
    assert links(camille) == []
    jean.hide_place(two)
    assert links(jean) == []


def test_a_file_from_before_links_were_kept_finds_them_when_it_is_opened(
    camille: Session, tmp_path: Path
) -> None:
    one, two = add(camille, "A"), add(camille, "B")
    camille.add_link(view(camille, one), two, "runs")
    path, device = camille.path, camille.device
    camille.project.connection.execute("DROP TABLE link")
    camille.project.connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'm0009_links'")
    camille.project.connection.execute("PRAGMA user_version = 7")
    camille.close()
    with closing(Session.open(path, device)) as again:
        assert links(again) == [(one, "runs", two)]
        assert again.verify().ok


# --- making and taking away -------------------------------------------------------------------


def test_what_is_linked_so_already_is_not_written_again(camille: Session) -> None:
    one, two = add(camille, "A"), add(camille, "B")
    camille.add_link(view(camille, one), two, "runs")
    before = camille.info().changes
    assert camille.add_link(view(camille, one), two, "runs").features == frozenset()
    assert camille.info().changes == before
    camille.add_link(view(camille, two), one, "runs")
    camille.add_link(view(camille, one), two, "needs")
    assert len(links(camille)) == 3


def test_a_link_needs_a_kind_of_the_theme_and_another_place_on_the_map(camille: Session) -> None:
    one, two = add(camille, "A"), add(camille, "B")
    with pytest.raises(LinkTypeUnknown):
        camille.add_link(view(camille, one), two, "dreams of")
    with pytest.raises(LinkToItself):
        camille.add_link(view(camille, one), one, "runs")
    camille.delete(view(camille, two))
    with pytest.raises(PlaceUnknown):
        camille.add_link(view(camille, one), two, "runs")
    with pytest.raises(PlaceUnknown):
        camille.add_link(view(camille, one), bytes(16), "runs")
    assert links(camille) == []


def test_a_kind_that_is_hidden_or_renamed_keeps_its_links(camille: Session) -> None:
    one, two = add(camille, "A"), add(camille, "B")
    camille.add_link(view(camille, one), two, "runs")
    camille.define({(LINK_TYPE, "runs"): {"label_fr": "porte", "label_en": "carries"}})
    camille.define({(LINK_TYPE, "runs"): {"is_hidden": True}})
    (link,) = camille.reader.links()
    assert camille.theme.link_type(link.type).label("fr") == "porte"


def test_the_same_link_of_two_people_is_shown_once_and_taken_away_whole(
    camille: Session, copy: Copies
) -> None:
    one, two = add(camille, "A"), add(camille, "B")
    jean = copy("Jean")
    camille.add_link(view(camille, one), two, "runs")
    jean.add_link(view(jean, one), two, "runs")
    carry(jean, camille)
    (link,) = camille.reader.links()
    assert (len(view(camille, one).links), link.author_name) == (2, "Camille")
    camille.remove_link(view(camille, one), link.element)
    assert links(camille) == []
    camille.undo()
    assert len(camille.reader.links()) == 1


def test_another_s_link_stays_until_a_coordinator_agrees(camille: Session, copy: Copies) -> None:
    one, two = add(camille, "A"), add(camille, "B")
    camille.add_link(view(camille, one), two, "runs")
    jean = copy("Jean")
    (link,) = jean.reader.links()
    jean.remove_link(view(jean, one), link.element)
    carry(jean, camille)
    assert len(links(camille)) == 1
    item = camille.reader.review_item(one)
    assert item is not None
    camille.accept(item)
    assert links(camille) == []
    said = [step_words(s, camille.theme) for e in camille.reader.history(one) for s in e.steps]
    assert "Link added: runs “B”" in said
    assert "Link taken away: runs “B”" in said


# --- in words ---------------------------------------------------------------------------------


def test_links_are_told_by_what_they_say_from_either_end(camille: Session) -> None:
    one, two, three = (add(camille, name) for name in ("Association", "Jardin", "Atelier"))
    camille.add_link(view(camille, one), two, "runs")
    camille.add_link(view(camille, one), three, "runs")
    camille.add_link(view(camille, two), one, "needs")
    graph = camille.reader.link_graph(one)
    told = [
        (group.words, [end.name for _link, end in group.ends])
        for group in groups(camille.theme, graph, one)
    ]
    assert told == [("runs", ["Atelier", "Jardin"]), ("is needed by", ["Jardin"])]
    said = [sentence(camille.theme, graph, link) for link in graph.links]
    assert said[0] == "Association runs Jardin"


def test_old_words_and_erased_ones_are_shown_as_they_are(camille: Session) -> None:
    assert link_words(camille.theme, "sert à") == "sert à"
    assert inverse_words(camille.theme, "sert à") == "← sert à"
    assert (link_words(camille.theme, ""), inverse_words(camille.theme, "")) == ("Link", "← Link")


def test_of_many_kinds_and_of_long_ones_the_beginning_is_said(camille: Session) -> None:
    assert kinds_words(camille.theme, ["runs", "runs", "a", "b"]) == "runs, a, b"
    assert kinds_words(camille.theme, map(str, range(10_000))) == "0, 1, 2, …"
    assert len(link_words(camille.theme, "x" * 60_000)) == 80


def test_the_likeliest_ways_come_first_and_those_made_for_others_last(camille: Session) -> None:
    theme = camille.theme
    found = ways(theme, "entraide", "nature", {})
    fits = [way.fits for way in found]
    assert fits == sorted(fits, reverse=True)
    assert len(found) == 2 * len(theme.link_types)
    assert (found[0].kind.id, found[0].is_back) == ("runs", False)
    often = ways(theme, "entraide", "nature", {("needs", "place", "actor"): 5})
    assert (often[0].kind.id, often[0].is_back) == ("needs", True)


def test_what_this_map_says_most_between_such_places_is_offered_first(camille: Session) -> None:
    one = camille.add(PlaceDraft("Association", "entraide", 7.42, 43.73))
    two = camille.add(PlaceDraft("Jardin", "nature", 7.42, 43.73))
    camille.add_link(view(camille, two), one, "needs")
    used = used_by(camille.theme, camille.reader.link_graph())
    assert used == {("needs", "place", "actor"): 1}
    first = ways(camille.theme, "nature", "entraide", used)[0]
    assert (first.kind.id, first.is_back) == ("needs", False)


def test_links_of_a_kind_that_is_hidden_are_not_offered(camille: Session) -> None:
    camille.define({(LINK_TYPE, "runs"): {"is_hidden": True}})
    found = ways(camille.theme, "entraide", "nature", {})
    assert "runs" not in {way.kind.id for way in found}


# --- what leaves the house --------------------------------------------------------------------


def exported(session: Session, *, draft: bool = False) -> list[dict[str, str]]:
    path = session.path.parent / f"{draft}.geojson"
    session.export_geojson(path, draft=draft)
    collection = rfc7946.read(path.read_bytes())
    ids = {feature["id"] for feature in collection["features"]}
    found = collection.get("links", [])
    assert all(link["from"] in ids and link["to"] in ids for link in found)
    return [{name: str(link[name]) for name in ("from", "type", "label", "to")} for link in found]


def test_an_export_has_the_accepted_links_between_published_places(
    camille: Session, copy: Copies
) -> None:
    one, two = add(camille, "A"), add(camille, "B")
    jean = copy("Jean")
    camille.add_link(view(camille, one), two, "runs")
    mine = add(jean, "C")
    jean.add_link(view(jean, two), one, "needs")
    jean.add_link(view(jean, mine), one, "offers")
    carry(jean, camille)
    accepted = {"from": str(UUID(bytes=one)), "type": "runs", "label": "anime"}
    assert exported(camille) == [{**accepted, "to": str(UUID(bytes=two))}]
    assert [link["type"] for link in exported(camille, draft=True)] == ["runs", "needs", "offers"]


def test_an_export_of_a_map_without_links_does_not_speak_of_them(camille: Session) -> None:
    add(camille, "A")
    path = camille.path.parent / "out.geojson"
    camille.export_geojson(path)
    assert b'"links"' not in path.read_bytes()
