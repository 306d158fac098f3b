"""Looking through decisions: by words, by coordinator, by day; what was decided at once is one."""

from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path

import pytest
from sharing import copy_for, founder, send

from collabmap.app.audit import Decisions, Query, labels_of, write_decisions
from collabmap.app.decision_words import figure_words, own_words, place_words, wait_words
from collabmap.app.words import set_language
from collabmap.domain.feature import PlaceDraft
from collabmap.review.evening_figures import Figures

# 27 November 2026, 18:42 on this computer's clock.
BEGIN_MS = round(datetime(2026, 11, 27, 18, 42).timestamp() * 1000)
MINUTE_MS = 60_000
NAMES = ("Fontaine Saint-Michel", "Banc à l’ombre", "Épicerie solidaire", "Patinoire")


class Town:
    """Camille's laptop, and Aïcha's, whose places wait."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self.now_ms = BEGIN_MS
        self.camille = opened.enter_context(closing(founder(folder, self.now)))
        self.aicha = opened.enter_context(closing(copy_for(self.camille, "Aïcha", self.now)))

    def now(self) -> int:
        return self.now_ms

    def contribute(self, *names: str) -> None:
        """Let Aïcha add places and send them."""
        for name in names:
            self.now_ms += MINUTE_MS
            self.aicha.add(PlaceDraft(name, "eau" if "Fontaine" in name else "nature", 7.42, 43.73))
        send(self.aicha, self.camille)

    def decide(self, *refused: str, apart_ms: int = MINUTE_MS) -> None:
        """Let Camille decide about all that waits.  refused: what she refuses."""
        for item in self.camille.reader.review_items():
            self.now_ms += apart_ms
            if item.name in refused:
                self.camille.reject(item, "Hors de la commune.")
            else:
                self.camille.accept(item)

    @property
    def decisions(self) -> Decisions:
        return Decisions(self.camille.reader.decision_book(), labels_of(self.camille.theme))

    def names(self, query: Query) -> list[str]:
        return [each.subject.name for each in self.decisions.find(query).decisions]

    @property
    def figures(self) -> Figures:
        return self.camille.reader.evening_figures().total


@pytest.fixture
def town(tmp_path: Path, opened: ExitStack) -> Town:
    return Town(tmp_path, opened)


def test_decisions_are_found_by_place_category_person_and_reason_whatever_the_accents(
    town: Town,
) -> None:
    town.contribute(*NAMES)
    town.decide("Patinoire")
    assert town.names(Query("saint michel")) == ["Fontaine Saint-Michel"]
    assert town.names(Query("EPICERIE")) == ["Épicerie solidaire"]
    assert town.names(Query("water aicha")) == ["Fontaine Saint-Michel"]
    assert town.names(Query("commune")) == ["Patinoire"]
    assert town.names(Query("refused")) == ["Patinoire"]
    assert town.names(Query("camille")) == list(reversed(NAMES))
    assert town.names(Query("nobody")) == []


def test_chips_count_what_the_words_find_and_choose_among_it(town: Town) -> None:
    town.contribute(*NAMES)
    town.decide("Patinoire")
    found = town.decisions.find(Query())
    assert dict(found.words) == {"accept": 3, "reject": 1}
    assert sorted(found.people.values()) == [("Camille", 4)]
    refused = town.decisions.find(Query(words=frozenset({"reject"})))
    assert [each.subject.name for each in refused.decisions] == ["Patinoire"]
    assert refused.words == found.words


def test_a_day_is_from_its_first_moment_until_before_its_last(town: Town) -> None:
    town.contribute("Banc à l’ombre")
    town.decide()
    (only,) = town.decisions.find(Query()).decisions
    assert town.names(Query(since_ms=only.at_ms)) == ["Banc à l’ombre"]
    assert town.names(Query(until_ms=only.at_ms)) == []


def test_what_was_decided_at_once_is_one_line_that_unfolds(town: Town) -> None:
    town.contribute(*NAMES)
    ids = [item.id for item in town.camille.reader.queue()]
    town.camille.decide_many("accept", town.camille.reader.states(ids))
    found = town.decisions.find(Query())
    (head,) = found.rows()
    assert head.size == 4
    assert head.decision.bulk is not None
    rows = found.rows(frozenset({head.decision.bulk}))
    assert [(row.size, row.is_part) for row in rows] == [(4, False), *[(0, True)] * 4]
    (single,) = town.decisions.find(Query("patinoire")).rows()
    assert single.size == 0


def test_a_bulk_that_is_written_in_portions_is_one_line(town: Town) -> None:
    town.contribute(*(f"Tilleul {n}" for n in range(130)))
    for part in (slice(0, 100), slice(100, 130)):
        ids = [item.id for item in town.camille.reader.queue()][: part.stop - part.start]
        town.camille.decide_many("accept", town.camille.reader.states(ids))
        # So long the first hundred take to be settled.
        town.now_ms += 3000
    (head,) = town.decisions.find(Query()).rows()
    assert head.size == 130


def test_what_was_decided_one_by_one_stays_so(town: Town) -> None:
    town.contribute(*NAMES)
    town.decide(apart_ms=150)
    assert all(row.size == 0 for row in town.decisions.find(Query()).rows())


def test_a_decision_that_is_taken_back_says_so(town: Town) -> None:
    town.contribute("Banc à l’ombre")
    town.decide()
    town.now_ms += MINUTE_MS
    town.camille.undo()
    fates = [(each.word, each.fate) for each in town.decisions.find(Query()).decisions]
    assert fates == [("open", ""), ("accept", "taken_back")]


def test_a_place_that_was_deleted_still_has_its_name(town: Town) -> None:
    town.contribute("Banc à l’ombre")
    town.decide()
    (row,), _total = town.camille.reader.places()
    view = town.camille.reader.place(row.id)
    assert view is not None
    town.camille.delete(view)
    (only,) = town.decisions.find(Query()).decisions
    assert (only.subject.name, only.subject.is_there) == ("Banc à l’ombre", False)


def test_places_that_are_one_are_told_by_both_names(town: Town) -> None:
    one = town.camille.add(PlaceDraft("Fontaine Saint-Michel", "eau", 7.42, 43.73))
    town.now_ms += MINUTE_MS
    other = town.camille.add(PlaceDraft("Fontaine St Michel", "eau", 7.42, 43.73))
    town.now_ms += MINUTE_MS
    town.camille.same(one, other)
    (only,) = town.decisions.find(Query()).decisions
    assert only.word == "same"
    assert place_words(only) == "Fontaine Saint-Michel / Fontaine St Michel"
    assert town.names(Query("st michel")) == ["Fontaine Saint-Michel"]


def test_a_second_book_takes_over_what_the_first_had_read(town: Town) -> None:
    town.contribute("Banc à l’ombre")
    town.decide()
    town.camille.seal()
    first = town.camille.reader.decision_book()
    town.contribute("Patinoire")
    town.decide("Patinoire")
    second = town.camille.reader.decision_book(first)
    assert second.decisions == town.camille.reader.decision_book().decisions
    assert first.sources is not None
    assert second.sources is not None
    assert all(second.sources[name] is source for name, source in first.sources.items())


def test_the_table_speaks_the_language_of_the_window(town: Town, tmp_path: Path) -> None:
    town.contribute("Patinoire", "=1+1")
    town.decide("Patinoire")
    decisions = town.decisions.find(Query()).decisions
    path = tmp_path / "decisions.csv"
    assert write_decisions(path, decisions, town.camille.theme) == 2
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("When,Evening,Decided by,Decision,Place,")
    assert ",Camille,Accepted,'=1+1,,Nature,Aïcha," in lines[1]
    set_language("fr")
    write_decisions(path, decisions, town.camille.theme)
    assert ";Camille;" in path.read_text(encoding="utf-8-sig")


def test_the_figure_of_the_evening_counts_what_waits_and_how_long_it_took(town: Town) -> None:
    assert town.figures == Figures()
    town.contribute(*NAMES)
    assert town.figures == Figures(4, open=4)
    begun_ms = town.now_ms
    town.decide("Patinoire")
    # One a minute in each: each waited as long as the last one.
    wait_ms = town.now_ms - begun_ms
    assert town.figures == Figures(4, 3, 1, median_wait_ms=wait_ms)
    town.camille.undo()
    assert (town.figures.rejected, town.figures.open) == (0, 1)
    town.camille.redo()
    assert (town.figures.rejected, town.figures.open) == (1, 0)


def test_figures_follow_a_merge_that_is_put_on_hold(town: Town) -> None:
    town.contribute(*NAMES)
    town.decide()
    before = town.figures
    (merge,) = town.camille.merges()
    town.camille.hold(merge.id)
    assert town.figures == Figures()
    town.camille.release(merge.id)
    assert town.figures == before


def test_evenings_are_told_apart_and_the_night_belongs_to_the_one_before(town: Town) -> None:
    town.contribute("Banc à l’ombre")
    town.now_ms += 8 * 60 * MINUTE_MS
    town.contribute("Patinoire")
    town.now_ms += 12 * 60 * MINUTE_MS
    town.contribute("Épicerie solidaire")
    told = town.camille.reader.evening_figures().evenings
    assert [(e.day.day, e.is_evening, e.figures.open) for e in told] == [
        (28, False, 1),
        (27, True, 2),
    ]


def test_what_its_author_takes_back_is_no_contribution(town: Town) -> None:
    town.contribute("Banc à l’ombre")
    town.aicha.undo()
    town.contribute("Patinoire")
    assert town.figures == Figures(1, open=1)


def test_what_a_coordinator_adds_needs_no_leave_and_is_counted_apart(town: Town) -> None:
    town.camille.add(PlaceDraft("Marché", "commerces", 7.42, 43.73, tags=("midi",)))
    assert town.figures == Figures(own=1)


def test_figures_in_words() -> None:
    figures = Figures(57, 43, 7, 7, 2, 12 * MINUTE_MS)
    assert figure_words(figures)[0] == ("57", "contributions")
    assert wait_words(figures) == "12 min"
    assert wait_words(figures._replace(median_wait_ms=None)) == "–"
    assert own_words(figures) == "and 2 by coordinators themselves"
    assert own_words(Figures()) == ""
