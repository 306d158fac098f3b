"""What people saw and said, as the test noted it, and what must follow for every laptop.

Laws 5 to 8 are checked against this and not against the program's own `over`, `seen` and
`own_accept`: a deed goes by its leaf, and `saw` names what was on its author's screen.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from collabmap.domain.authority import Standing
from collabmap.domain.change import CONTENT, MARK, SAME, Change, Kind
from collabmap.domain.feature import ChangeId
from collabmap.domain.outcome import Outcome
from collabmap.domain.roles import Role

Leaf = bytes
Leaves = frozenset[Leaf]
NOTHING: Leaves = frozenset()
REFUSED = ("reject", "not-chosen")


@dataclass(frozen=True)
class Deed:
    """One change as its author meant it.

    saw: per field of a set, or under "", the leaves on the screen that it is about, with all that
    those had replaced.  words: of a verdict, per leaf.  swept: what a verdict's author saw of the
    place.  own: whether the laptop took itself for a coordinator's.
    """

    leaf: Leaf
    rid: bytes
    person: bytes
    time: int
    subject: bytes
    kind: int
    element: str = ""
    own: bool = False
    saw: Mapping[str, Leaves] = field(default_factory=dict)
    words: Mapping[Leaf, str] = field(default_factory=dict)
    swept: Leaves = NOTHING
    other: bytes = b""
    text: object = None

    @property
    def owner(self) -> tuple[bytes, bytes]:
        return self.rid, self.person

    @property
    def rank(self) -> tuple[int, bytes, bytes]:
        return self.time, self.rid, self.leaf


@dataclass
class Scene:
    """What a laptop must show of one place, worked out from the deeds it knows.

    hidden: those whose words were redacted there.
    """

    effective: Leaves
    words: Mapping[Leaf, str]
    verdicts: Mapping[Leaf, tuple[Deed, ...]]
    heads: Mapping[str, tuple[Leaf, ...]]
    elements: Leaves
    is_alive: bool
    public: Mapping[str, tuple[Leaf, ...]]
    public_elements: Leaves
    is_published: bool
    deeds: Mapping[Leaf, Deed]
    hidden: Leaves = NOTHING

    @property
    def pending(self) -> Leaves:
        return frozenset(d for d in self.effective if self.words[d] in ("", "ask", "open"))

    def over(self, name: str) -> Leaves:
        """Return what a write to a field replaces whose author looks at this."""
        heads = self.heads.get(name, ())
        return frozenset(heads).union(*(self.deeds[h].saw.get(name, NOTHING) for h in heads))

    def verdicts_over(self, targets: Iterable[Leaf]) -> Leaves:
        said = [v for t in targets for v in self.verdicts.get(t, ())]
        return frozenset(v.leaf for v in said).union(*(v.saw[""] for v in said))


class Witness:
    """Everybody's deeds."""

    def __init__(self) -> None:
        self.deeds: dict[Leaf, Deed] = {}
        self.founders: set[bytes] = set()
        self.grants: set[tuple[bytes, bytes]] = set()

    @property
    def coordinators(self) -> set[bytes]:
        """Return whoever was ever given the right to decide, through whatever chain of grants."""
        found = set(self.founders)
        for _ in self.grants:
            found |= {to for by, to in self.grants if by in found}
        return found

    def scene(self, canonical: bytes, changes: Collection[Change], standing: Standing) -> Scene:
        """Return what follows from the deeds behind these changes.

        changes: those of the place that a laptop has in its log, not held.  Only who wrote them,
        and with what standing, is taken from there.
        """
        known = [self.deeds[c.leaf] for c in changes if c.kind in CONTENT or c.words]
        role = {c.leaf: standing.role(c) for c in changes}
        accepts = {c.leaf: standing.accepts_own(c) for c in changes}
        content = [d for d in known if d.kind in CONTENT]
        verdicts = [d for d in known if d.kind == Kind.VERDICT and role[d.leaf] == Role.COORDINATOR]
        said = {d.leaf: _verdicts_on(d, verdicts) for d in content}
        words = {
            d.leaf: said[d.leaf][0].words[d.leaf]
            if said[d.leaf]
            else ("accept" if d.own and accepts[d.leaf] else "")
            for d in content
        }
        effective = [
            d
            for d in content
            if words[d.leaf] not in REFUSED
            and (role[d.leaf] >= Role.RESIDENT or words[d.leaf] == "accept")
        ]
        owners = {d.leaf: d.owner for d in effective}
        marks = [d for d in effective if d.kind == Kind.REMOVE and d.element == MARK]

        def named_by(marks: Iterable[Deed]) -> set[Leaf]:
            return {
                leaf
                for d in marks
                for leaf in d.saw[""]
                if owners.get(leaf) == d.owner
                and (not said[leaf] or words[leaf] in ("", "ask", "open"))
            }

        # Whoever takes a taking back back has the first change again.
        again = named_by(marks)
        taken_back = named_by(d for d in marks if d.leaf not in again)
        effective = [
            d for d in effective if not (d.kind in (Kind.SET, Kind.REMOVE) and d.leaf in taken_back)
        ]
        births = [d for d in effective if d.kind == Kind.CREATE]

        def swept(deed: Deed) -> Leaves:
            return _swept(deed, effective, births, words, said, taken_back)

        shown = _face(canonical, effective, swept)
        accepted = [d for d in effective if words[d.leaf] == "accept"]
        public = _face(canonical, accepted, swept)
        names = frozenset(d.leaf for d in effective)
        return Scene(names, words, said, *shown, *public, {d.leaf: d for d in known})


def _verdicts_on(deed: Deed, verdicts: Iterable[Deed]) -> tuple[Deed, ...]:
    """Return the verdicts on a deed that no other one had seen, the latest first."""
    on = [v for v in verdicts if deed.leaf in v.words and v.subject == deed.subject]
    seen = NOTHING.union(*(v.saw[""] for v in on))
    return tuple(sorted((v for v in on if v.leaf not in seen), key=lambda v: v.rank, reverse=True))


def _swept(
    deed: Deed,
    effective: Collection[Deed],
    births: Collection[Deed],
    words: Mapping[Leaf, str],
    said: Mapping[Leaf, tuple[Deed, ...]],
    taken_back: Collection[Leaf],
) -> Leaves:
    """Return what a delete or a remove in effect takes away."""
    if deed.leaf in taken_back:
        return NOTHING
    own = {d.leaf for d in effective if d.owner == deed.owner}
    # Of a place that is several features it is said of each, in rows of their own; a coordinator
    # who agrees to a delete means the whole of it.
    of = {d.leaf for d in effective if d.subject == deed.subject}
    if deed.kind == Kind.REMOVE:
        if words[deed.leaf] == "accept":
            return deed.saw[""] & of
        return frozenset(x for x in deed.saw[""] & own & of if words[x] != "accept")
    if words[deed.leaf] == "accept":
        agreed = [v for v in said[deed.leaf] if v.words[deed.leaf] == "accept"]
        return (deed.saw[""] & of).union(*(v.swept for v in agreed))
    here = [b for b in births if b.subject == deed.subject]
    is_withdrawal = any(b.owner == deed.owner for b in here) and not any(
        words[b.leaf] == "accept" for b in here
    )
    return frozenset(deed.saw[""] & own & of) if is_withdrawal else NOTHING


def _face(
    canonical: bytes, deeds: Collection[Deed], swept: Callable[[Deed], Leaves]
) -> tuple[dict[str, tuple[Leaf, ...]], Leaves, bool]:
    """Return the values of each field, the elements, and whether the place is there."""
    deleted = NOTHING.union(*(swept(d) for d in deeds if d.kind == Kind.DELETE))
    removed = NOTHING.union(
        *(swept(d) for d in deeds if d.kind == Kind.REMOVE and d.element != MARK)
    )
    born = {d.subject for d in deeds if d.kind == Kind.CREATE}
    body = [d for d in deeds if d.subject in born and d.kind in (Kind.CREATE, Kind.SET, Kind.ADD)]
    # Law 5: one thing that no delete had seen is enough.
    alive = {d.subject for d in body if d.leaf not in deleted}
    if alive:
        body = [d for d in body if d.subject in alive]
    writes = [d for d in body if d.kind != Kind.ADD]
    heads: dict[str, tuple[Leaf, ...]] = {}
    for name in {name for d in writes for name in d.saw}:
        # Law 6: what remains is what nobody wrote over who had seen it.
        replaced = NOTHING.union(*(d.saw[name] for d in writes if name in d.saw))
        left = [d for d in writes if name in d.saw and d.leaf not in replaced]
        left.sort(key=lambda d: (d.subject == canonical, d.rank), reverse=True)
        heads[name] = tuple(d.leaf for d in left)
    # Law 7: an element stays that no remove had seen.
    elements = frozenset(d.leaf for d in body if d.kind == Kind.ADD and d.leaf not in removed)
    return heads, elements, bool(alive)


def groups(aliases: Iterable[Deed]) -> dict[bytes, bytes]:
    """Return the smallest id of each group of features that coordinators said are one."""
    top: dict[bytes, bytes] = {}
    pairs: dict[tuple[bytes, bytes], list[Deed]] = {}
    for deed in aliases:
        pairs.setdefault((deed.subject, deed.other), []).append(deed)
    joined = []
    for pair, said in pairs.items():
        seen = NOTHING.union(*(d.saw[""] for d in said))
        last = max((d for d in said if d.leaf not in seen), key=lambda d: d.rank)
        if last.element == SAME:
            joined.append(pair)
    for pair in joined:
        for feature in pair:
            top.setdefault(feature, feature)
    for _ in joined:
        for one, two in joined:
            low = min(top[one], top[two])
            for feature, above in list(top.items()):
                if above in (top[one], top[two]):
                    top[feature] = low
    return top


def assert_shows(scene: Scene, outcome: Outcome, changes: Iterable[Change]) -> None:
    """Laws 5 to 8 for one place on one laptop."""
    leaf: dict[ChangeId, Leaf] = {c.id: c.leaf for c in changes}
    assert {leaf[name] for name in outcome.in_effect} == scene.effective
    assert {leaf[name]: ruling.word for name, ruling in outcome.rulings.items()} == scene.words
    for face, heads, elements, is_alive in (
        (outcome.shown, scene.heads, scene.elements, scene.is_alive),
        (outcome.published, scene.public, scene.public_elements, scene.is_published),
    ):
        assert face.is_alive == is_alive
        assert {n: tuple(w.leaf for w in ws) for n, ws in face.registers.items()} == heads
        assert {e.leaf for e in face.elements} == elements
    for name, heads in scene.public.items():
        # Published is never a value that another accepted one had seen and replaced.
        accepted = [scene.deeds[d] for d in scene.effective if scene.words[d] == "accept"]
        seen = NOTHING.union(*(d.saw.get(name, NOTHING) for d in accepted if name in d.saw))
        if len({d.subject for d in accepted}) == 1:
            assert not seen & set(heads)
