"""Taking a part of what waits and giving it back: words that others see and that decide nothing."""

from collabmap.app import editing
from collabmap.app.claim_words import part_words
from collabmap.app.desk import Desk, WriteRow
from collabmap.domain import ids
from collabmap.domain.change import LEAVE, TAKE, Change, Kind, encode
from collabmap.domain.claims import Part, Words, read_part, words_of_each
from collabmap.domain.effect import Effect
from collabmap.domain.feature import ChangeId
from collabmap.domain.structure import claim_structure
from collabmap.errors import ClaimUnknown, InputInvalid, NotAllowed
from collabmap.store.features import name_anywhere
from collabmap.store.ledger import OF_CLAIMS

# Of the deeds on the undo stack.
TAKEN, LEFT = "claim", "release_claim"
DEEDS = frozenset({TAKEN, LEFT})
_OTHER = {TAKE: LEAVE, LEAVE: TAKE}


def claim(desk: Desk, part: Part) -> bytes:
    """Take a part of what waits; return the claim's id."""
    _require_coordinator(desk)
    if read_part(part.payload()) is None:
        raise InputInvalid(field="part", value=str(part.payload()))
    subject = ids.new_id(desk.now())
    row: WriteRow = (Kind.CLAIM, subject, claim_structure(TAKE), encode(part.payload()))
    _, names = desk.write([row])
    desk.remember(TAKEN, subject, names=names)
    return subject


def release(desk: Desk, claim_id: bytes) -> Effect:
    """Give a part back to everybody, one's own or one that somebody else forgot."""
    _require_coordinator(desk)
    with desk.project.reading():
        if all(made.id != claim_id for made in desk.project.model.ledger.claims):
            raise ClaimUnknown(value=claim_id.hex())
        row = _row(desk, claim_id, LEAVE)
    effect, names = desk.write([row])
    desk.remember(LEFT, claim_id, names=names)
    return effect


def name_of(desk: Desk, claim_id: bytes) -> str:
    """Return a claim's part in words, also of one that was given back; '' for no claim."""
    with desk.project.reading():
        said = _said(desk).get(claim_id)
        opened = said.opening if said is not None else None
        part = read_part(opened.payload) if opened is not None else None
        if part is None:
            return ""
        names = sorted({name_anywhere(desk.project, author) for author in part.authors})
    return part_words(part, desk.theme, names)


def opposite_row(desk: Desk, word: Change) -> WriteRow | None:
    """Return what takes a word on a claim back; None where another one is in force since."""
    of_it = _said(desk).get(word.subject)
    if of_it is None or [head.id for head in of_it.latest] != [word.id]:
        return None
    return _row(desk, word.subject, _OTHER[word.element])


def _row(desk: Desk, claim_id: bytes, word: str) -> WriteRow:
    """Return a word on a claim, over all that was said of it until now."""
    nothing: frozenset[ChangeId] = frozenset()
    heads = _said(desk)[claim_id].latest
    over = nothing.union(*({head.id} | (head.over.get("") or nothing) for head in heads))
    return (Kind.CLAIM, claim_id, claim_structure(word, editing.current(desk, over)), None)


def _said(desk: Desk) -> dict[bytes, Words]:
    ledger = desk.project.model.ledger
    return words_of_each(ledger.changes(OF_CLAIMS), ledger.standing)


def _require_coordinator(desk: Desk) -> None:
    if not desk.is_coordinator:
        raise NotAllowed
