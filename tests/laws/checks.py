"""The laws, checked against what each author could see (replicas.py)."""

from collabmap.domain.change import TAG

from .replicas import (
    Told,
    Town,
    assert_equals_rebuild,
    assert_equals_reference,
    digest,
    rows,
)


def check_all(town: Town) -> None:
    check_convergence(town)
    for subject in town.subjects:
        _check_nothing_written_is_lost(town, subject)
        _check_writes(town, subject)
        _check_life(town, subject)
        _check_tags(town, subject)


def check_convergence(town: Town) -> None:
    """Laws 1, 2, 3 and 11, whatever people did."""
    for session in town.laptops:
        assert_equals_reference(session)
    town.gather()
    first = town.laptops[0]
    for session in town.laptops:
        assert_equals_reference(session)
        # Laws 1 and 2: the same changes, delivered anyhow, make the same map.
        assert digest(session) == digest(first)
        assert rows(session) == rows(first)
        assert_equals_rebuild(session)


def _told(town: Town, subject: bytes, *kinds: str) -> list[Told]:
    return [t for t in town.told if t.subject == subject and t.kind in kinds]


def _check_nothing_written_is_lost(town: Town, subject: bytes) -> None:
    """Every value ever written is in the history of every laptop."""
    for laptop in range(len(town.laptops)):
        known = set(town.known_values(laptop, subject))
        assert {t.value for t in _told(town, subject, "create", "set")} <= known


def _check_writes(town: Town, subject: bytes) -> None:
    """Law 6: a write replaces all that its author saw, and nothing else, while undecided."""
    writes = _told(town, subject, "create", "set")
    view = town.view(0, subject)
    if view is None or any(w.word for w in writes):
        return
    replaced: set[str] = set()
    for write in writes:
        replaced |= write.saw
    remaining = {w.value for w in writes} - replaced
    shown = {view.name} | {str(s.value) for s in view.siblings if s.field == "name"}
    assert shown == remaining
    if len(remaining) > 1:
        town.count("siblings")


def _check_life(town: Town, subject: bytes) -> None:
    """Law 5: an edit that no delete had seen is visible."""
    writes = _told(town, subject, "create", "set")
    if any(w.word for w in _told(town, subject, "create", "set", "delete")):
        return
    swept: set[str] = set()
    create = writes[0]
    for delete in _told(town, subject, "delete"):
        if delete.author[0] == 0:
            swept |= delete.saw
        elif delete.author == create.author and create.author[0] != 0:
            swept |= {w.value for w in writes if w.author == delete.author} & delete.saw
    unseen = {w.value for w in writes} - swept
    view = town.view(0, subject)
    if unseen:
        assert view is not None
        if swept:
            town.count("edit wins")


def _check_tags(town: Town, subject: bytes) -> None:
    """Law 7: a tag that no remove had seen stays."""
    if any(t.word for t in town.told if t.subject == subject):
        return
    view = town.view(0, subject)
    if view is None:
        return
    removed = frozenset().union(*(t.saw for t in _told(town, subject, "untag")))
    for leaf, text, _ in town.elements(0, subject, TAG):
        if leaf not in removed:
            assert text in view.tags
