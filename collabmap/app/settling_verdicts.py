"""Settling a delete against edits, and decisions of coordinators that contradict each other."""

from collabmap.app import editing, reviewing
from collabmap.app.desk import Desk
from collabmap.domain.change import ACCEPT, NOT_CHOSEN
from collabmap.domain.effect import Effect
from collabmap.review.disagreement import DELETE, Side
from collabmap.review.queue import ReviewItem
from collabmap.review.verdicts import words_structure


def accept_delete(desk: Desk, item: ReviewItem) -> Effect:
    """Let a place go that others have changed meanwhile: their edits are named as not chosen."""
    reviewing.require_coordinator(desk)
    basis = reviewing.current_basis(desk, item.place.basis)
    [dispute] = [each for each in item.disputes if each.kind == "delete"]
    edits = frozenset(n for side in dispute.sides if side.word != DELETE for n in side.changes)
    lost = editing.current(desk, edits, item.place.basis.tail)
    rows = reviewing.verdict_rows(
        desk,
        item,
        basis,
        basis.pending | basis.contested,
        lambda part, names: words_structure(
            part, {name: NOT_CHOSEN if name in lost else ACCEPT for name in names}
        ),
    )
    return reviewing.decide(desk, "accept", item, rows)


def settle_verdicts(desk: Desk, item: ReviewItem, side: Side) -> Effect:
    """Say again what some coordinators said, over all that contradicts it.

    side: of the item's contested decisions.  Its reason goes along, for the author.  Where the
    other laptops get this, nothing is contested there either.
    """
    reviewing.require_coordinator(desk)
    basis = reviewing.current_basis(desk, item.place.basis)
    words = {
        name: word
        for target, word in side.words
        for name in editing.current(desk, [target], item.place.basis.tail)
    }
    reason = next((voice.words for voice in side.voices if voice.words), "")
    rows = reviewing.verdict_rows(
        desk,
        item,
        basis,
        words,
        lambda part, names: words_structure(part, {name: words[name] for name in names}),
        reason,
    )
    kind = "accept" if ACCEPT in words.values() else "reject"
    return reviewing.decide(desk, kind, item, rows)
