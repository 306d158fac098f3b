"""Questions about an open project, asked through a connection of their own."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from collabmap.app import base_maps, event_standing, news, sealing
from collabmap.app.base_maps import Listing
from collabmap.app.duplicate_questions import DuplicateQuestions
from collabmap.app.ecosystem_questions import EcosystemQuestions
from collabmap.app.evening_questions import EveningQuestions
from collabmap.app.link_questions import LinkQuestions
from collabmap.app.news import News
from collabmap.app.reading_questions import ReadingQuestions
from collabmap.app.theme_questions import ThemeQuestions
from collabmap.app.themes import theme_of
from collabmap.app.usual_questions import UsualQuestions
from collabmap.domain import signing
from collabmap.domain.authority import Standing
from collabmap.domain.feature import CareRow, Counts, Mark, PlaceRow, PlaceView, ShapeRow
from collabmap.domain.geo import Bbox, LngLat
from collabmap.domain.ids import replica_id
from collabmap.domain.mark_cells import MarkCells
from collabmap.domain.mark_columns import MarkColumns
from collabmap.domain.number_tags import Series
from collabmap.domain.roles import Role
from collabmap.domain.signing import SigningKey
from collabmap.domain.theme import Theme
from collabmap.review import bulk, claims, contributions, deleted, queue
from collabmap.review.claims import Claim
from collabmap.review.contributions import Contribution, Own
from collabmap.review.decisions import Book, read_book
from collabmap.review.deleted import DeletedPlace
from collabmap.review.duplicates import ids_in
from collabmap.review.history import Entry, read_history
from collabmap.review.queue import ReviewItem
from collabmap.review.queue_rows import QueueRow, duplicate_rows, read_rows, suspected
from collabmap.store import care, features, listing, marks, place_tags, shapes
from collabmap.store.device import Device
from collabmap.store.features import Hidden
from collabmap.store.place_tags import TagCount
from collabmap.store.project import Project

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from collabmap.app.numbers import Numbers
    from collabmap.app.place_search import Answer, PlaceFinder
    from collabmap.app.place_tags import Tags
    from collabmap.app.similar import Asked, Similar
    from collabmap.store.listing import Rows

HIDDEN_PLACES, HIDDEN_PEOPLE = "hidden-places", "hidden-people"


class Reader(
    DuplicateQuestions,
    EcosystemQuestions,
    EveningQuestions,
    LinkQuestions,
    ReadingQuestions,
    ThemeQuestions,
    UsualQuestions,
):
    """One consistent look a call; used by one thread at a time."""

    def __init__(self, project: Project, device: Device, *, owns_project: bool) -> None:
        self._project = project
        self._device = device
        self._owns_project = owns_project
        self._unseal = unsealer(project, device)
        self._finder: PlaceFinder | None = None

    @classmethod
    def open(cls, path: Path, device: Device) -> "Reader":
        """Return a reader with a read-only connection of its own."""
        return cls(Project.open(path, read_only=True), device, owns_project=True)

    def close(self) -> None:
        if self._finder is not None:
            self._finder.close()
        if self._owns_project:
            self._project.close()

    @property
    def rid(self) -> bytes:
        """Return the replica id by which this computer signs here."""
        return replica_id(self._device.signing_key(self._project.id).public)

    def theme(self) -> Theme:
        """Return the theme of the map as it is defined now."""
        with self._project.reading():
            return theme_of(self._project)

    def marks(self, bbox: Bbox | None = None) -> list[Mark]:
        """Return what the map draws, in a box or everywhere."""
        with self._project.reading():
            return self._shown(marks.marks(self._project.connection, bbox))

    def marks_of(self, ids: frozenset[bytes]) -> list[Mark]:
        """Return the marks of some features; those no longer on the map are left out."""
        with self._project.reading():
            return self._shown(marks.marks_of(self._project.connection, ids))

    def mark_cells(self) -> MarkCells | None:
        """Return where the places of a large map lie, roughly and at once; None for a small one."""
        with self._project.reading():
            return marks.cells(self._project.connection)

    def mark_columns(self) -> MarkColumns:
        """Return what the map draws, all of it, without an object for each."""
        with self._project.reading():
            shifts = self._project.model.ledger.shifts
            return marks.columns(self._project.connection, shifts, self._hidden())

    def mark_columns_of(self, ids: frozenset[bytes]) -> MarkColumns:
        """Return some of what the map draws; those no longer on it are left out."""
        with self._project.reading():
            shifts = self._project.model.ledger.shifts
            return marks.columns_of(self._project.connection, ids, shifts, self._hidden())

    def shapes(self, bbox: Bbox, *, smallest_deg: float = 0.0, limit: int) -> list[ShapeRow]:
        """Return the lines and zones that reach into a box, the largest first.

        smallest_deg: what is smaller than this both ways is left out.
        """
        with self._project.reading():
            db = self._project.connection
            return shapes.within(db, bbox, self._hidden(), smallest_deg, limit)

    def shapes_of(self, ids: frozenset[bytes]) -> list[ShapeRow]:
        """Return some lines and zones; points, and what is not on the map, are left out."""
        with self._project.reading():
            return shapes.of(self._project.connection, ids, self._hidden())

    def shape_boxes(self, ids: frozenset[bytes] | None, bbox: Bbox | None) -> list[Bbox]:
        """Return where lines and zones lie: each of some, or one box around all that reach into
        another one.
        """
        with self._project.reading():
            return shapes.boxes(self._project.connection, ids, bbox)

    def places(
        self,
        bbox: Bbox | None = None,
        text: str = "",
        near: LngLat | None = None,
        limit: int = 200,
    ) -> tuple[list[PlaceRow], int]:
        """Return the nearest places that match, and how many match in all.

        text: words, or beginnings of words, of name, description or tags; accents don't matter.
        """
        with self._project.reading():
            return listing.places(self._project.connection, bbox, text, near, limit, self._hidden())

    def place_rows(self, rows: Sequence[int]) -> dict[int, PlaceRow]:
        """Return lines of the list by their rows; what is no longer on the map is left out."""
        with self._project.reading():
            return listing.place_rows(self._project.connection, rows, self._hidden())

    def rows_matching(self, text: str) -> "Rows":
        """Return the rows of all features that hold a text (see `places`), ascending.

        Also of some that are off the map or hidden here, which `MarkColumns` leaves out.
        """
        with self._project.reading():
            return listing.rows_matching(self._project.connection, text)

    def unplaced_rows(self, rows: Sequence[int]) -> "Rows":
        """Return those of some rows that are there but have no position, ascending."""
        with self._project.reading():
            return listing.unplaced_rows(self._project.connection, rows, self._hidden())

    def shape_rows(self, bbox: Bbox) -> "Rows":
        """Return the rows of lines and zones whose own boxes reach into a box, ascending."""
        with self._project.reading():
            return listing.shape_rows(self._project.connection, bbox)

    def names_of_people(self) -> dict[bytes, str]:
        """Return the pseudonym that each person gave last, by id."""
        with self._project.reading():
            return listing.names_of_people(self._project.connection)

    def find_on_map(self, text: str, near: LngLat | None = None) -> "Answer":
        """Return the streets, addresses and places that a text may mean, the best first."""
        # Imported late: a fifth of a second that opening a project should not wait for.
        from collabmap.app.place_search import PlaceFinder, packs_of

        if self._finder is None:
            self._finder = PlaceFinder()
        return self._finder.find(text, packs_of(self._project), near)

    def find_place_tags(self, ids: frozenset[bytes] | None = None) -> "Tags":
        """Return in which quarter and commune places lie of which it is not known yet.

        ids: only these; None looks through all of the map.  `Session.keep_place_tags` keeps them.
        """
        from collabmap.app.place_tags import find

        return find(self._project, ids)

    def place_counts(self) -> list[TagCount]:
        """Return how many places lie in which commune and quarter."""
        with self._project.reading():
            return place_tags.counts(self._project.connection)

    def number_series(self) -> list[Series]:
        """Return the names that people gave numbers to in keywords, the most frequent first."""
        from collabmap.app import numbers

        with self._project.reading():
            return numbers.all_series(self._project.connection, self._hidden())

    def numbers(self, series: Series) -> "Numbers":
        """Return the numbers of a series, each where its place lies."""
        from collabmap.app import numbers

        with self._project.reading():
            return numbers.of(self._project.connection, series, self._hidden())

    def quarter_counts(
        self, columns: MarkColumns, shown: "NDArray[np.bool_] | None" = None
    ) -> "Numbers":
        """Return how many places lie in each quarter.  shown: which of the columns count."""
        from collabmap.app import numbers

        with self._project.reading():
            return numbers.of_quarters(self._project.connection, columns, shown)

    def place(self, feature: bytes) -> PlaceView | None:
        """Return everything about one feature, None if it was never heard of or is hidden here."""
        with self._project.reading():
            view, hidden = features.place(self._project, feature, self._unseal), self._hidden()
        if view is None or view.id in hidden.places or view.author in hidden.people:
            return None
        if hidden.people:
            comments = tuple(c for c in view.comments if c.author not in hidden.people)
            photos = tuple(p for p in view.photos if p.author not in hidden.people)
            measured = tuple(m for m in view.measured if m.author not in hidden.people)
            view = replace(view, comments=comments, photos=photos, measured=measured)
        return view

    def similar(self, asked: "Asked", theme: Theme) -> "tuple[Similar, ...]":
        """Return the places near a new one that may already be it, the nearest first."""
        from collabmap.app import similar

        with self._project.reading():
            return similar.find(self._project, asked, theme, self._hidden())

    def mine(self, person: bytes) -> tuple[Contribution, ...]:
        """Return what a person contributed from this computer, what needs them first."""
        with self._project.reading():
            return contributions.read_contributions(self._project, self._own(person))

    def mine_here(self, person: bytes, feature: bytes) -> tuple[Contribution, ...]:
        """Return what a person contributed from this computer to one place."""
        with self._project.reading():
            return contributions.read_of_place(self._project, self._own(person), feature)

    def news(self, person: bytes, mine: Sequence[Contribution] | None = None) -> News:
        """Return what of the answers to a person's contributions they have not seen here yet.

        mine: what was read of them just now.
        """
        found = self.mine(person) if mine is None else mine
        return news.news_of(self._device, self._project.id, person, found)

    def recently_deleted(self, person: bytes | None = None) -> tuple[DeletedPlace, ...]:
        """Return what is gone from the map, what went last first.

        person: only what they added or deleted from this computer; None is everybody.
        """
        with self._project.reading():
            is_all = person is None
            current = self._device.note(self._project.id, "person") if person is None else person
            return deleted.read_deleted(self._project, self._own(current or b""), is_all=is_all)

    def _own(self, person: bytes) -> Own:
        return Own(self._device.former(self._project.id) | {self.rid}, self.rid, person)

    def queue(self) -> list[QueueRow]:
        """Return a line of all that awaits a coordinator, the oldest first, what was asked last."""
        with self._project.reading():
            return self._queue_rows(None)

    def queue_rows(self, features: frozenset[bytes]) -> list[QueueRow]:
        """Return the lines of some features, and of the duplicates among which they are.

        features: or ids of duplicates.  Those that wait no more are left out.
        """
        with self._project.reading():
            return self._queue_rows(features)

    def review_items(self) -> list[ReviewItem]:
        """Return all that awaits a coordinator with its cards; of a long queue that takes long."""
        with self._project.reading():
            read = queue.read_item
            items = [
                read(self._project, row.id, self._unseal)
                for row in self._queue_rows(None)
                if row.kind != "duplicate"
            ]
            return [item for item in items if item is not None]

    def _queue_rows(self, features: frozenset[bytes] | None) -> list[QueueRow]:
        def differ(feature: bytes) -> bool:
            return queue.private_values_differ(self._project, feature, self._unseal)

        project = self._project
        db, ledger = project.connection, project.model.ledger
        found = read_rows(db, ledger, differ, features)
        groups = [group.ids for group in self.duplicates()]
        # Accepted among many, a place would go on the map twice: it waits for this reason too.
        found = suspected(found, {place for group in groups for place in group})
        if features is not None:
            # Of those that are asked about now, too, of which some may be with others by now.
            wanted = {place for joined in features for place in ids_in(joined)}
            groups = [group for group in groups if not wanted.isdisjoint(group)]
        twins = duplicate_rows(db, ledger, groups)
        return sorted([*found, *twins], key=lambda row: row.rank) if twins else found

    def review_item(self, feature: bytes) -> ReviewItem | None:
        """Return what awaits a coordinator about one feature, None if nothing does."""
        with self._project.reading():
            return queue.read_item(self._project, feature, self._unseal)

    def states(self, features: Iterable[bytes]) -> dict[bytes, bytes]:
        """Return a few bytes a feature that anything written to it, or decided, makes others."""
        with self._project.reading():
            return bulk.states_of(self._project.connection, features)

    def claims(self) -> tuple[Claim, ...]:
        """Return which parts of what waits are taken by whom, the earliest first."""
        with self._project.reading():
            person = self._device.note(self._project.id, "person")
            return claims.read_claims(self._project, person)

    def history(self, feature: bytes) -> tuple[Entry, ...]:
        """Return who did what to a feature and when, the first thing first.

        What people did who are hidden on this computer is left out.
        """
        with self._project.reading():
            entries, hidden = read_history(self._project, feature), self._hidden()
            if self._project.model.canonical(feature) in hidden.places:
                return ()
        return tuple(entry for entry in entries if entry.author not in hidden.people)

    def decision_book(self, before: Book | None = None) -> Book:
        """Return all that coordinators decided.  before: an earlier book, to read only the rest."""
        with self._project.reading():
            return read_book(self._project, before)

    def counts(self) -> Counts:
        with self._project.reading():
            counts = features.counts(self._project.connection, self._hidden())
            return replace(counts, duplicates=len(self.duplicates()))

    def care(self) -> list[CareRow]:
        """Return the places whose shapes somebody should look at, and why, by name."""
        with self._project.reading():
            return care.listed(self._project.connection, *self._hidden().condition())

    def extent(self) -> Bbox | None:
        """Return the box of all places on the map, lines and zones whole; None: there is none."""
        with self._project.reading():
            return features.extent(self._project.connection, self._hidden())

    def base_maps(self) -> Listing:
        """Return the base maps, bottom to top, and what lies beside the project unlisted."""
        return base_maps.listing(self._project)

    def _hidden(self) -> Hidden:
        """Return what this computer hides (app/hiding.py); asked anew, for it counts at once."""
        project = self._project.id
        places = self._device.note(project, HIDDEN_PLACES, {})
        people = self._device.note(project, HIDDEN_PEOPLE, {})
        # A hidden place may have become one with another since.
        canonical = {self._project.model.canonical(place) for place in places}
        return Hidden(frozenset(places) | canonical, frozenset(people))

    def _shown(self, found: list[Mark]) -> list[Mark]:
        hidden = self._hidden()
        if hidden.is_empty:
            return found
        return [m for m in found if m.id not in hidden.places and m.author not in hidden.people]


def unsealer(project: Project, device: Device) -> Callable[[bytes, bytes, bytes], str | None]:
    """Return a function that opens sealed fields where this device may, inside `reading`.

    A coordinator opens all that was sealed to a key this device was given; anybody opens what was
    sealed on this very device.  In event mode nobody opens anything: a name is all that tells one
    person from the next.  The function takes the sealed bytes and whose they are (replica, person).
    """
    known: list[tuple[bytes, Standing, list[bytes]]] = []

    def keys(key: SigningKey) -> list[bytes]:
        # Every word about roles may bring one more key, and makes the standing anew.
        standing = project.model.ledger.standing
        if not known or known[0][0] != key.public or known[0][1] is not standing:
            private = list(sealing.private_keys(project, key).values())
            known[:] = [(key.public, standing, private)]
        return known[0][2]

    def unseal(sealed: bytes, rid: bytes, person: bytes) -> str | None:
        if event_standing.is_on(device, project.id):
            return None
        # Asked anew each time: this project may get another key while it is open.
        key = device.signing_key(project.id)
        here = replica_id(key.public)
        if project.model.roles.get(here) == Role.COORDINATOR:
            for private in reversed(keys(key)):
                opened = signing.open_box(private, sealed)
                if opened is not None:
                    return opened.decode(errors="replace")
        current = device.note(project.id, "person")
        own = device.former(project.id) | {here}
        if rid not in own or person != current:
            return None
        return device.private(project.id, sealed)

    return unseal
