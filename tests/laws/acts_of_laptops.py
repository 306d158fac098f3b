"""What befalls laptops on an evening: the wire, holds, copies, backups, clocks, newer versions."""

import random

from collabmap.domain import ids
from collabmap.domain import segment as wire
from collabmap.domain.change import (
    WireChange,
    encode,
)
from collabmap.domain.segment import Segment
from collabmap.domain.signing import SigningKey
from collabmap.store.ingest import Received
from collabmap.sync.engine import exchange
from collabmap.sync.folder import FolderTransport

from .evening import Laptop, Town
from .founding import YEAR_MS

Chance = random.Random


def sync(town: Town, laptop: Laptop, chance: Chance) -> None:
    """Deliver some of what another laptop has, in any order, some of it twice: there are gaps."""
    source = chance.choice([x for x in town.laptops if x is not laptop])
    segments = town.segments(source)
    if not segments:
        return
    chance.shuffle(segments)
    some = segments[: max(1, round(chance.uniform(0.2, 1) * len(segments)))]
    kind = chance.random()
    if kind < 0.15:
        town.post.append((town.laptops.index(laptop), some))
        town.count("delayed")
    elif kind < 0.25:
        town.deliver(laptop, some, keep=False)
        town.count("only looked")
    else:
        town.deliver(laptop, some + some[:2])
        if laptop.session.reader.counts().disagreements:
            town.count("disagreement")


def post(town: Town, laptop: Laptop, chance: Chance) -> None:
    """Something that was sent long ago arrives at last."""
    del laptop
    if town.post:
        number, segments = town.post.pop(chance.randrange(len(town.post)))
        town.deliver(town.laptops[number], segments)


def hold(town: Town, laptop: Laptop, chance: Chance) -> None:
    """Put a merge on hold, or let it in again."""
    if laptop.held and chance.random() < 0.5:
        laptop.held.discard(chance.choice(sorted(laptop.held)))
        town.count("release")
    elif laptop.came:
        laptop.held.add(chance.randrange(len(laptop.came)))
        town.count("hold")
    town.hold_again(laptop)


def rebuild(town: Town, laptop: Laptop, chance: Chance) -> None:
    del chance
    before = laptop.session.project.model.digest()
    assert laptop.session.rebuild() == before
    town.count("rebuild")


def turn_clock(town: Town, laptop: Laptop, chance: Chance) -> None:
    laptop.clock.now_ms += chance.choice([-1, 1]) * chance.choice([3600_000, 10 * YEAR_MS])
    laptop.clock.now_ms = max(laptop.clock.now_ms, YEAR_MS)
    town.count("clock jumped")


def backup(town: Town, laptop: Laptop, chance: Chance) -> None:
    """Keep a copy of the map, or put it back."""
    if laptop.backup is None:
        laptop.session.seal()
        laptop.backup = town.folder / f"backup-{town.laptops.index(laptop)}"
        town.save_copy(laptop, laptop.backup)
    elif chance.random() < 0.5:
        town.restore(laptop)
        town.count("restored backup")


def fork(town: Town, laptop: Laptop, chance: Chance) -> None:
    del chance
    if len(town.laptops) < 7:
        town.clone(laptop)
        town.count("clone")


def reopen(town: Town, laptop: Laptop, chance: Chance) -> None:
    del chance
    if town.is_app:
        town.reopen(laptop)
        town.count("reopen")


def newer_version(town: Town, laptop: Laptop, chance: Chance) -> None:
    """A laptop with a newer CollabMap hands on something that nobody here understands."""
    previous = town.future[-1] if town.future else None
    first = previous.head.last + 1 if previous else 0
    key = SigningKey(b"newer" + bytes(27))
    rows = [WireChange(99, laptop.clock() << 16, b"", encode([chance.randrange(99)]), b"words")]
    segment = wire.seal(
        key, laptop.session.project.id, first=first, previous=previous.name if previous else b"",
        person=b"", seed=bytes(16), changes=rows,
    )  # fmt: skip
    head = segment.head._replace(version=9, min_reader=9)
    words = encode([*head])
    newer = wire.Segment(head, ids.segment_name(words), words, key.sign(words), segment.body)
    town.future.append(newer)
    digest = laptop.session.project.model.digest()
    with laptop.session.project.writing():
        laptop.session.ingest.receive([wire.parse(newer.data)])
    assert laptop.session.project.model.digest() == digest
    town.count("newer version")


def sync_by_folder(town: Town, laptop: Laptop, chance: Chance) -> None:
    """Law 14: two exchanges through a folder move hardly more than what is new."""
    other = chance.choice([x for x in town.laptops if x is not laptop])
    folder = town.folder / "shared"
    folder.mkdir(exist_ok=True)
    for each in (laptop, other, laptop):
        log = each.session.project.log
        each.session.seal()
        before = {s.name for s in log.since({})}
        transport = FolderTransport(folder, each.session.project.id)
        in_folder = {path.stem[11:] for path in folder.rglob("*.cmseg")}

        def receive(segments: list[Segment], each: Laptop = each) -> Received:
            return town.deliver(each, segments)

        done = exchange(each.session.project, receive, transport, each.rid, seal=each.session.seal)
        sizes = {s.name: len(s.data) for s in log.since({})}
        came = sum(size for name, size in sizes.items() if name not in before)
        given = sum(size for name, size in sizes.items() if name.hex() not in in_folder)
        assert done.bytes_moved <= 1.1 * (came + given) + 12_000
    town.count("synced by folder")
