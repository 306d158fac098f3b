"""Links between places: where they go, what happens to them, and what is told of them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path

import pytest
from sharing import copy_for, founder

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft, PlaceView
from collabmap.store.ingest import now_ms

Copies = Callable[[str], Session]
_LATER = count(1)


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def camille(tmp_path: Path, opened: ExitStack) -> Session:
    return opened.enter_context(closing(founder(tmp_path)))


@pytest.fixture
def copy(camille: Session, opened: ExitStack) -> Copies:
    """Return a copy of Camille's map for somebody by name."""
    return lambda name: opened.enter_context(closing(copy_for(camille, name)))


def carry(source: Session, *targets: Session) -> None:
    path = source.give_back(source.path.parent / f"sent{next(_LATER)}.cmbundle").path
    for target in targets:
        target.merge([path])


def add(session: Session, name: str, lng: float = 7.42) -> bytes:
    """Add a place whose id is larger than those before, whatever the clock's grain."""
    at_ms = now_ms() + next(_LATER)
    session.now = lambda: at_ms
    return session.add(PlaceDraft(name, "eau", lng, 43.73))


def view(session: Session, place: bytes) -> PlaceView:
    found = session.reader.place(place)
    assert found is not None
    return found


def links(session: Session, of: bytes | None = None) -> list[tuple[bytes, str, bytes]]:
    return [(link.source, link.type, link.target) for link in session.reader.links(of)]


def test_a_link_is_told_of_both_of_its_ends(camille: Session) -> None:
    one, two, three = (add(camille, name) for name in ("Association", "Jardin", "Place"))
    camille.add_link(view(camille, one), two, "anime")
    camille.add_link(view(camille, two), three, "a-lieu-a")
    assert links(camille) == [(one, "anime", two), (two, "a-lieu-a", three)]
    assert links(camille, one) == [(one, "anime", two)]
    assert links(camille, two) == links(camille)
    (link,) = camille.reader.links(three)
    assert (link.author_name, link.is_published) == ("Camille", True)
    graph = camille.reader.link_graph(one)
    assert [node.name for node in graph.nodes.values()] == ["Association", "Jardin"]
    assert graph.nodes[two].lng == 7.42


def test_the_graph_has_what_is_alone_only_where_it_is_asked_for(camille: Session) -> None:
    one, two, alone = (add(camille, name) for name in ("A", "B", "C"))
    camille.add_link(view(camille, one), two, "anime")
    assert camille.reader.link_graph().nodes.keys() == {one, two}
    assert camille.reader.link_graph(with_alone=True).nodes.keys() == {one, two, alone}


@pytest.mark.parametrize("end", [0, 1])
def test_a_link_whose_end_is_deleted_is_hidden_and_comes_back_with_it(
    camille: Session, end: int
) -> None:
    places = one, two = add(camille, "A"), add(camille, "B")
    camille.add_link(view(camille, one), two, "anime")
    camille.delete(view(camille, places[end]))
    assert links(camille) == links(camille, places[1 - end]) == []
    assert camille.reader.link_graph(with_alone=True).links == ()
    camille.undo()
    assert links(camille) == [(one, "anime", two)]


def test_a_link_to_a_refused_place_is_kept_for_when_it_is_accepted(
    camille: Session, copy: Copies
) -> None:
    jean = copy("Jean")
    market = add(camille, "Marché")
    carry(camille, jean)
    mine = add(jean, "Halle")
    jean.add_link(view(jean, mine), market, "anime")
    jean.add_link(view(jean, market), mine, "offre")
    carry(jean, camille)
    shown = [(mine, "anime", market), (market, "offre", mine)]
    assert sorted(links(camille)) == sorted(shown)
    item = camille.reader.review_item(mine)
    assert item is not None
    camille.reject(item)
    assert links(camille) == []
    camille.undo()
    assert sorted(links(camille)) == sorted(shown)


def test_links_follow_their_ends_when_they_are_united_and_are_shown_once(camille: Session) -> None:
    one, two, other = (add(camille, name) for name in ("A", "A'", "B"))
    camille.add_link(view(camille, one), other, "anime")
    camille.add_link(view(camille, two), other, "anime")
    camille.add_link(view(camille, other), two, "offre")
    camille.add_link(view(camille, one), two, "prolonge")
    apart = links(camille)
    camille.same(one, two)
    assert links(camille) == [(one, "anime", other), (other, "offre", one)]
    assert links(camille, two) == links(camille, one) == links(camille)
    camille.undo()
    assert links(camille) == apart


def test_what_is_hidden_on_this_computer_has_no_links_there(camille: Session, copy: Copies) -> None:
    jean = copy("Jean")
    one, two = add(camille, "A"), add(camille, "B")
    carry(camille, jean)
    jean.add_link(view(jean, one), two, "anime")
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
    camille.add_link(view(camille, one), two, "anime")
    path, device = camille.path, camille.device
    camille.project.connection.execute("DROP TABLE link")
    camille.project.connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'm0009_links'")
    camille.project.connection.execute("PRAGMA user_version = 7")
    camille.close()
    with closing(Session.open(path, device)) as again:
        assert links(again) == [(one, "anime", two)]
        assert again.verify().ok
