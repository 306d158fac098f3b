"""The laws, each checked on real laptops against what people saw and said."""

import random
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from collabmap.domain import segment as wire
from collabmap.domain.change import OF_FEATURES, Change, Kind
from collabmap.domain.outcome import Outcome
from collabmap.domain.roles import Role
from collabmap.store.ingest import Ingest
from collabmap.store.project import Project
from collabmap.store.segments import HELD

from .audits import assert_audit_follows
from .evening import Laptop, Town
from .reference import assert_rows_follow, features_of
from .script import Copy, key_of, rid_of
from .witness import Scene, assert_shows


def check_laptop(town: Town, laptop: Laptop) -> None:
    """Laws 5 to 8 and 11, on one laptop with whatever it has so far."""
    project = laptop.session.project
    now = assert_rows_follow(project)
    for case, times in assert_audit_follows(project, now).items():
        town.count(case, times)
    groups = town.groups_of(laptop)
    assert groups == now.groups
    by_place: dict[bytes, list[Change]] = {}
    for change in now.changes:
        if change.kind in OF_FEATURES:
            top = groups.get(change.subject, change.subject)
            by_place.setdefault(top, []).append(change)
    for subject, changes in by_place.items():
        scene = town.witness.scene(subject, changes, now.standing)
        outcome = now.outcomes[subject]
        assert_shows(scene, outcome, changes)
        _count(town, scene, outcome)
        _check_publishers(town, scene)
    check_queue(laptop, now.outcomes)


def check_queue(laptop: Laptop, outcomes: Mapping[bytes, Outcome]) -> None:
    """Every line of the queue says what its card says; nothing else has a card."""
    reader, ledger = laptop.session.reader, laptop.session.project.model.ledger
    rows = {row.id: row for row in reader.queue()}
    cards = {i: item for i in outcomes if (item := reader.review_item(i)) is not None}
    assert rows.keys() == cards.keys()
    assert reader.counts().pending == len(rows)
    for subject, row in rows.items():
        card = cards[subject]
        assert (row.kind, row.also, row.is_asked) == (card.kind, card.also, card.is_asked)
        assert (row.name, row.category, row.author_name) == (
            card.name, card.category, card.author_name,
        )  # fmt: skip
        waiting = [c for c in laptop.session.project.model.changes(subject)
                   if c.id in outcomes[subject].waiting]  # fmt: skip
        if waiting:
            assert row.at_ms == min(ledger.shown_ms(*change.stamp) for change in waiting)


def _check_publishers(town: Town, scene: Scene) -> None:
    """Law 8: whatever is published was accepted by somebody to whom that right was given."""
    for heads in (*scene.public.values(), tuple(scene.public_elements)):
        for leaf in heads:
            deed = scene.deeds[leaf]
            by = {v.rid for v in scene.verdicts[leaf]} or {deed.rid}
            assert by & town.witness.coordinators
    assert not scene.effective & {
        d for d, w in scene.words.items() if w in ("reject", "not-chosen")
    }


def _count(town: Town, scene: Scene, outcome: Outcome) -> None:
    town.count("siblings", any(len(h) > 1 for h in scene.heads.values()))
    town.count("contested", any(r.is_contested for r in outcome.rulings.values()))
    deletes = [scene.deeds[d] for d in scene.effective if scene.deeds[d].kind == Kind.DELETE]
    accepted = [d for d in deletes if scene.words[d.leaf] == "accept"]
    town.count("gone", bool(accepted) and not scene.is_alive)
    town.count("edit wins", bool(accepted) and scene.is_alive)
    town.count("mark", bool(outcome.marks))
    town.count("published otherwise", scene.is_published and scene.public != scene.heads)
    town.count("redacted shown", bool(outcome.redacted))
    town.count("vouched", any(w == "accept" and scene.verdicts[d] for d, w in scene.words.items()))


def check_all(town: Town) -> None:
    """All that must hold at the end of an evening."""
    for laptop in town.laptops:
        check_laptop(town, laptop)
        check_rebuild(laptop)
    check_holds(town)
    for number, segments in town.post:
        town.deliver(town.laptops[number], segments)
    town.post.clear()
    town.gather()
    check_holds(town)
    for laptop in town.laptops:
        laptop.held.clear()
        town.hold_again(laptop)
    town.gather()
    check_same(town)
    check_nothing_lost(town)
    check_newer_versions(town)
    check_who_came(town)
    for laptop in town.laptops:
        check_laptop(town, laptop)
    check_rebuild(town.laptops[0])


def check_rebuild(laptop: Laptop) -> None:
    """Law 3: what grew change by change is what a rebuild from the log gives."""
    before, queue = laptop.session.project.model.digest(), laptop.session.reader.queue()
    laptop.session.rebuild()
    assert laptop.session.project.model.digest() == before
    assert laptop.session.reader.queue() == queue
    assert_rows_follow(laptop.session.project)


def check_same(town: Town) -> None:
    """Laws 1, 2, 9 and 12: the same changes, delivered anyhow, held or not, make the same map."""
    first = town.laptops[0].session.project
    assert first.log.vector() == first.log.vector(effective=True)
    for laptop in town.laptops:
        project = laptop.session.project
        assert project.log.vector() == first.log.vector()
        assert project.model.digest() == first.model.digest()
        assert taken(project) == taken(first)


def taken(project: Project) -> object:
    """Return the claims in force: not in the digest, and the same for everybody all the same."""
    claims = project.model.ledger.claims
    return [(c.id, c.part, c.opened.leaf, [head.leaf for head in c.heads]) for c in claims]


def check_nothing_lost(town: Town) -> None:
    """Law 4: every change that was ever acknowledged is in everybody's history."""
    wanted = town.witness.deeds.keys() - town.lost
    for laptop in town.laptops:
        assert wanted <= town.leaves(laptop)


def check_who_came(town: Town) -> None:
    """Law 9: who came to an invitation stays in, unless a coordinator said otherwise."""
    standing = town.laptops[0].session.project.model.ledger.standing
    for is_open, came in standing.invitations.values():
        for rid in came if is_open else ():
            if rid not in standing.spoken:
                assert standing.of_key(rid) >= Role.RESIDENT


def check_holds(town: Town) -> None:
    """Law 12: held, whatever came later, is what a rebuild without it gives."""
    for laptop in town.laptops:
        if not laptop.session.project.log.ids_in_state(HELD):
            continue
        town.count("held at the end")
        check_laptop(town, laptop)
        check_rebuild(laptop)


def check_any_order(town: Town, chance: random.Random) -> None:
    """Laws 1, 2 and 12, on empty copies: any order, in parts, some of it twice, some held."""
    every = town.segments(town.laptops[0])
    project = town.laptops[0].session.project
    expected = project.model.digest(), expected_rows(project)
    for _ in range(3):
        with empty_copy(town) as copy:
            segments = [wire.parse(s.data) for s in every]
            chance.shuffle(segments)
            while segments:
                cut = chance.randrange(1, len(segments) + 1)
                copy.deliver(segments[:cut] + segments[:2])
                segments = segments[cut:]
                if chance.random() < 0.2:
                    copy.hold([s.name for s in chance.sample(every, min(3, len(every)))])
            copy.hold([])
            # What came without its words, before it was known who redacted them, comes again.
            copy.deliver(every)
            assert (copy.project.model.digest(), expected_rows(copy.project)) == expected
    # Held = rebuilt without: where nothing is held that is never held.
    plain = [s for s in every if not s.head.hint & (wire.HINT_AUTH | wire.HINT_REDACT)]
    later = {s.head.previous for s in every}
    ends = [s for s in plain if s.name not in later]
    if ends:
        away = chance.choice(ends)
        with empty_copy(town) as held, empty_copy(town) as without:
            held.deliver(every)
            held.hold([away.name])
            without.deliver([s for s in every if s.name != away.name])
            assert held.project.model.digest() == without.project.model.digest()
            town.count("held is without")


def expected_rows(project: Project) -> object:
    return sorted(features_of(project).items()), taken(project)


@contextmanager
def empty_copy(town: Town) -> Iterator[Copy]:
    """Lend a copy of the town's map without any change in it, on a laptop of nobody."""
    folder = Path(tempfile.mkdtemp(prefix="laws-"))
    project = Project.create(folder / "map.collabmap", town.laptops[0].session.project.genesis)
    project.connection.execute("PRAGMA synchronous = OFF")
    with project.writing():
        project.model.rebuild()
    try:
        yield Copy(project, Ingest(project, key_of("reader"), rid_of("reader")))
    finally:
        project.close()
        shutil.rmtree(folder)


def check_newer_versions(town: Town) -> None:
    """Law 10: what a newer version signed is everywhere, byte by byte, and changes nothing."""
    for segment in town.future:
        for laptop in town.laptops:
            here = laptop.session.project.log.segment(segment.name)
            assert here is not None
            assert here.data == segment.data
