"""What coordinators say on an evening, and whoever says it without the right to."""

import random
from collections.abc import Mapping
from types import MappingProxyType

from collabmap.app.session import Session
from collabmap.app.settling_disagreements import Written, joined
from collabmap.domain import ids
from collabmap.domain.change import (
    DIFFERENT,
    LEAVE,
    SAME,
    TAKE,
    Kind,
    encode,
)
from collabmap.domain.feature import ChangeId
from collabmap.domain.roles import Role, enrolment_words
from collabmap.domain.signing import SigningKey
from collabmap.domain.structure import (
    alias_structure,
    claim_structure,
    clock_structure,
    close_structure,
    keys_structure,
    redact_structure,
    role_structure,
    verdict_structure,
)
from collabmap.review.disagreement import DELETE
from collabmap.review.queue import ReviewItem
from collabmap.store.ledger import OF_ALIASES, OF_CLAIMS, OF_CLOCKS, OF_ROLES

from .acts_of_laptops import sync
from .evening import Laptop, Town
from .founding import YEAR_MS
from .witness import Leaf, Scene

Chance = random.Random


def decide(town: Town, laptop: Laptop, chance: Chance) -> None:
    """Accept or reject what the queue shows, some of it looked at long ago."""
    session = laptop.session
    if not session.is_coordinator:
        return
    queue = [i for i in session.reader.review_items() if i.id in town.subjects]
    if not queue:
        return
    # Each kind as often as the others: deletes that wait are rare among what is new.
    kind = chance.choice(sorted({item.kind for item in queue}))
    item = chance.choice([item for item in queue if item.kind == kind])
    scene = town.scene(laptop, item.id)
    # What was on the screen may be put aside, or be another place's, by the time it is decided.
    names = {c.id: c.leaf for c in session.project.model.changes(item.id)}
    if chance.random() < 0.2 and len(town.laptops) > 1:
        # Something arrives while the coordinator still looks at it.
        sync(town, laptop, chance)
        if not session.is_coordinator or laptop.session is not session:
            return
    town.count(_say_of(session, item, chance))
    _note_verdict(town, laptop, item.id, scene, names)


def _say_of(session: Session, item: ReviewItem, chance: Chance) -> str:
    """Decide about an item, whatever its window would offer; return what was done."""
    dispute = next(iter(item.disputes), None)
    if dispute is None or chance.random() < 0.2:
        word = chance.choice(["accept", "accept", "reject"])
        if word == "accept":
            session.accept(item)
        else:
            session.reject(item, "doublon")
        return f"{word} {item.kind}"
    side = chance.choice(dispute.sides)
    if dispute.kind == "verdict":
        session.settle_verdicts(item, side)
        return "settle contested"
    if side.word == DELETE:
        session.accept_delete(item)
        return "accept delete"
    fields = [each for each in item.disputes if each.kind == "field"]
    choose = {each.field: chance.choice(each.sides).changes[0] for each in fields}
    write = {}
    for each in fields:
        own = chance.choice(
            [None, joined(each), Written("tranche") if each.field == "name" else None]
        )
        if own is not None:
            write[each.field] = own
            del choose[each.field]
    session.settle(item, choose, write)
    return "settle disagreement"


def _note_verdict(
    town: Town,
    laptop: Laptop,
    subject: bytes,
    scene: Scene,
    names: Mapping[ChangeId, Leaf] = MappingProxyType({}),
) -> None:
    now = {c.id: c.leaf for c in laptop.session.project.model.changes(subject)}
    leaf_of = {**names, **now}
    new = town.new_changes(laptop)
    leaves = []
    for change in new:
        if change.kind == Kind.VERDICT:
            targets = {leaf_of[name] for name in change.words}
            # Nothing is decided that was not on the screen.
            assert targets <= scene.words.keys()
            for name, said in change.words.items():
                if any(v.words[leaf_of[name]] != said for v in scene.verdicts[leaf_of[name]]):
                    town.count("word over word")
            saw = scene.verdicts_over(targets)
            leaves += town.note_one(
                laptop, change, saw, own=True, leaf_of=leaf_of, swept=scene.effective
            )
    fields = {name: scene.over(name) for name in scene.heads}
    leaves += town.note(laptop, fields=fields, own=True)
    laptop.remember(leaves)


def say(town: Town, laptop: Laptop, chance: Chance) -> None:
    """Ask, choose between values, open again, or speak without the right to."""
    if not town.subjects:
        return
    subject = chance.choice(town.subjects)
    subject = laptop.session.project.model.canonical(subject)
    scene = town.scene(laptop, subject)
    own = [d for d in sorted(scene.effective) if scene.deeds[d].subject == subject]
    refused = [d for d, word in sorted(scene.words.items()) if word in ("reject", "not-chosen")]
    heads = [h for h in scene.heads.get("name", ())[1:] if h in own]
    word = chance.choice(["ask", "not-chosen", "open", "accept"])
    wanted = {"ask": own, "not-chosen": heads, "open": refused, "accept": own}[word]
    if not wanted:
        return
    targets = frozenset({chance.choice(wanted)})
    over = scene.verdicts_over(targets)
    structure = verdict_structure(
        {word: town.names(laptop, subject, targets)},
        over=town.names(laptop, subject, over),
        seen=town.names(laptop, subject, scene.effective),
    )
    is_coordinator = laptop.session.is_coordinator
    town.raw(laptop, [(Kind.VERDICT, subject, structure, encode("why"))])
    leaf_of = {c.id: c.leaf for c in laptop.session.project.model.changes(subject)}
    town.note(
        laptop,
        saw={Kind.VERDICT: over},
        swept=scene.effective,
        own=is_coordinator,
        leaf_of=leaf_of,
    )
    town.count(word if is_coordinator else "forged verdict")


def alias(town: Town, laptop: Laptop, chance: Chance) -> None:
    """Say that two places are one, or are not; or undo that."""
    if len(town.subjects) < 2:
        return
    first, second = sorted(chance.sample(town.subjects, 2))
    model = laptop.session.project.model
    known = [
        c
        for c in model.ledger.changes(OF_ALIASES)
        if (c.subject, c.keys[0]) == (first, second)
        and model.ledger.standing.role(c) == Role.COORDINATOR
    ]
    word = chance.choice([SAME, SAME, DIFFERENT, "open"])
    structure = alias_structure(second, word, [c.id for c in known])
    is_coordinator = laptop.session.is_coordinator
    town.raw(laptop, [(Kind.ALIAS, first, structure, None)])
    saw = frozenset(c.leaf for c in known)
    saw = saw.union(*(town.witness.deeds[leaf].saw[""] for leaf in saw))
    town.note(laptop, saw={Kind.ALIAS: saw})
    town.count(f"alias {word}" if is_coordinator else "forged alias")


def role(town: Town, laptop: Laptop, chance: Chance) -> None:
    """Grant, revoke, grant again; also without the right to."""
    session = laptop.session
    is_coordinator = session.is_coordinator
    other = chance.choice([x for x in town.laptops if x is not laptop])
    rid = other.rid
    model, log = session.project.model, session.project.log
    said = [c for c in model.ledger.changes(OF_ROLES) if c.kind == Kind.ROLE and c.keys[0] == rid]
    over = {c.id for c in said}.union(*(c.over[""] or () for c in said))
    word = chance.choice([Role.GUEST, Role.RESIDENT, Role.RESIDENT, Role.COORDINATOR])
    tips = [name for _, name in log.vector().get(rid, ())]
    if word == Role.GUEST and tips:
        # What is known here stays, or only what came first, or nothing.
        names = [name for _, name in log.segments_of(rid) if name]
        tips = chance.choice([tips, tips, names[: max(1, len(names) // 2)][-1:], []])
        town.count("revocation" if is_coordinator else "forged role")
    elif is_coordinator:
        town.count("grant")
        if any(c.numbers[0] < word for c in said):
            town.count("grant again")
    if word == Role.COORDINATOR:
        # Said without the right to, it counts from when its author gets that right.
        town.witness.grants.add((laptop.rid, rid))
    row = (Kind.ROLE, rid, role_structure(rid, word, tips, over), None)
    town.raw(laptop, [row])
    town.note(laptop)


def invite(town: Town, laptop: Laptop, chance: Chance) -> None:
    """Invite, enrol, or close an invitation naming who is known to have come."""
    session = laptop.session
    if town.invitation is None:
        if session.is_coordinator:
            town.invitation = SigningKey.generate()
            row = (Kind.INVITE, b"", keys_structure(town.invitation.public), None)
            town.raw(laptop, [row])
            town.count("invite")
    elif not session.is_coordinator or chance.random() < 0.5:
        words = enrolment_words(session.project.id, laptop.rid)
        structure = keys_structure(town.invitation.public, town.invitation.sign(words))
        town.raw(laptop, [(Kind.ENROL, b"", structure, None)])
        town.count("enrol")
    else:
        known = session.project.model.ledger.standing.invitations
        _, came = known.get(town.invitation.public, (True, frozenset()))
        structure = close_structure(town.invitation.public, came)
        town.raw(laptop, [(Kind.CLOSE, b"", structure, None)])
        town.count("close")
        town.invitation = None
    town.note(laptop)


def clock_note(town: Town, laptop: Laptop, chance: Chance) -> None:
    other = chance.choice(town.laptops).rid
    over = [
        c.id for c in laptop.session.project.model.ledger.changes(OF_CLOCKS) if c.keys[0] == other
    ]
    structure = clock_structure(other, chance.choice([0, 1, -10]) * YEAR_MS, over)
    town.raw(laptop, [(Kind.CLOCK_NOTE, other, structure, None)])
    town.note(laptop)
    town.count("clock note")


def claim(town: Town, laptop: Laptop, chance: Chance) -> None:
    """Take a part of what waits, give one back, take it up again; also without the right to."""
    ledger = laptop.session.project.model.ledger
    known = ledger.changes(OF_CLAIMS)
    subject, word, over = ids.new_id(laptop.session.now()), TAKE, list[ChangeId]()
    payload: bytes | None = encode({"category": chance.choice(["eau", "culture"])})
    if known and chance.random() < 0.6:
        subject = chance.choice(known).subject
        said = [c for c in known if c.subject == subject]
        seen = chance.sample(said, chance.randrange(1, len(said) + 1))
        over = [n for c in seen for n in (c.id, *(c.over[""] or ()))]
        word, payload = chance.choice([TAKE, LEAVE, LEAVE]), None
    is_coordinator = laptop.session.is_coordinator
    town.raw(laptop, [(Kind.CLAIM, subject, claim_structure(word, over), payload)])
    town.note(laptop)
    town.count(f"claim {word}" if is_coordinator else "forged claim")


def redact(town: Town, laptop: Laptop, chance: Chance) -> None:
    """Take words away: one's own, or somebody else's as a coordinator, or without the right."""
    if not town.subjects:
        return
    subject = chance.choice(town.subjects)
    changes = [c for c in laptop.session.project.model.changes(subject) if c.id.segment]
    if not changes:
        return
    mine = [c for c in changes if c.stamp.rid == laptop.rid]
    change = chance.choice(mine if mine and chance.random() < 0.5 else changes)
    row = (Kind.REDACT, change.subject, redact_structure([change.id]), None)
    town.raw(laptop, [row])
    town.note(laptop)
    whose = "own" if change.stamp.rid == laptop.rid else "another's"
    is_allowed = whose == "own" or laptop.session.is_coordinator
    town.count(f"redact {whose}" if is_allowed else "forged redact")
