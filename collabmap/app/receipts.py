"""Receipts: what a laptop has of what others wrote, said in its log, on paper or as a QR code.

A receipt names the end of somebody's log and counts the changes of one person up to there.  Its
short code is the same on both laptops only if they hold the very same words, to the last one.
"""

import base64
import binascii
import contextlib
import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from collabmap.app.clocks import ClockNote
from collabmap.app.desk import Desk, WriteRow
from collabmap.domain import ids, signing
from collabmap.domain.change import OF_FEATURES, Change, Kind, encode
from collabmap.domain.hlc import ms_of
from collabmap.domain.roles import Role
from collabmap.domain.structure import ack_structure
from collabmap.errors import CollabMapError, ReceiptWrong
from collabmap.store import features, succession
from collabmap.store.ledger import OF_ACKS
from collabmap.sync.bundle import short_code

# On paper: letters of base 32, which a QR code packs closely.  Source: ISO/IEC 18004, 7.4.4.
_PREFIX = "COLLABMAP1."
# What people did on the map; not that they came, nor receipts.
_COUNTED = OF_FEATURES
_NOTE = "acknowledged"


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """What a laptop says that it has of a person's changes.

    by_rid, by_name, by_role: the laptop that says so, who used it, 'guest' for one that is not
    known.  rid, head, seq: the log it speaks of, up to which segment and number.  code: to be read
    out.  is_mine: it speaks of this laptop's log.  is_true: this laptop counts the same up to
    there; None where it lacks these words.  is_all: nothing that this person sent from here is
    missing.  ahead_ms: by how much that laptop saw this one's clock ahead of its own, 0 if it said
    nothing of it.
    """

    by_rid: bytes
    by_name: str
    by_role: str
    rid: bytes
    seq: int
    head: bytes
    person: bytes
    person_name: str
    changes: int
    at_ms: int
    code: str
    is_mine: bool
    is_true: bool | None
    is_all: bool
    ahead_ms: int = 0


class _Said(NamedTuple):
    """A receipt without what this laptop adds from its own log."""

    by: bytes
    rid: bytes
    seq: int
    head: bytes
    person: bytes
    changes: int
    at_ms: int
    ahead_ms: int


Counts = dict[bytes, int]


# --- writing ----------------------------------------------------------------------------------


def acknowledge(desk: Desk, segments: Collection[int], clocks: Collection[ClockNote] = ()) -> None:
    """Write receipts for what was just received, if there is anything new to say.

    segments: the rows of those that came.  Nothing is written where nobody has said a name, nor
    by a guest, whom nobody would believe.
    """
    if desk.read_only or desk.person is None or desk.role == "guest":
        return
    known: dict[bytes, dict[bytes, Counts]] = desk.device.note(desk.project.id, _NOTE, {})
    ahead = {note.rid: note.ahead_ms for note in clocks}
    rows: list[WriteRow] = []
    with desk.project.reading():
        for rid in sorted(_writers(desk, segments) - desk.former - {desk.rid}):
            now = {}
            for tip in succession.tips(desk.project, rid):
                counts, before = count(desk, tip.name, known.get(rid, {}))
                rows += [
                    _row(rid, tip, person, changes, ahead.get(rid, 0))
                    for person, changes in sorted(counts.items())
                    if changes != before.get(person)
                ]
                now[tip.name] = counts
            known[rid] = now
    # What came is kept: told of a failure here, people would think that it was not.
    with contextlib.suppress(CollabMapError):
        if rows:
            # Nobody is told: nothing that the screen shows has changed.
            with desk.project.writing():
                desk.ingest.write([*desk.preface(desk.writer()), *rows])
        desk.device.set_note(desk.project.id, _NOTE, known)


def _row(rid: bytes, tip: succession.Tip, person: bytes, changes: int, ahead_ms: int) -> WriteRow:
    payload = encode({"ahead_ms": ahead_ms}) if ahead_ms else None
    return (Kind.ACK, rid, ack_structure(rid, tip.last, tip.name, changes, person), payload)


def _writers(desk: Desk, segments: Collection[int]) -> frozenset[bytes]:
    rows = (
        desk.project.connection.execute("SELECT rid FROM segment WHERE id = ?", (segment,))
        for segment in segments
    )
    return frozenset(row.fetchone()[0] for row in rows)


def count(
    desk: Desk, head: bytes, known: Mapping[bytes, Counts] = MappingProxyType({})
) -> tuple[Counts, Counts]:
    """Return how many changes each person has in a log up to a segment, and how many were known.

    known: counts up to earlier segments: what lies before the latest of these is not read again.
    """
    before: Counts = {}
    found: Counts = {}
    for segment, name in _back_from(desk, head):
        if name in known:
            before = known[name]
            break
        for kind, person in desk.project.log.authors(segment):
            if person and kind in _COUNTED:
                found[person] = found.get(person, 0) + 1
    return {
        person: before.get(person, 0) + found.get(person, 0) for person in before.keys() | found
    }, before


def _count(desk: Desk, head: bytes) -> Counts:
    return count(desk, head)[0]


def _back_from(desk: Desk, name: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield row and name of a segment and of those before it, as far as they are here."""
    sql = "SELECT id, previous FROM segment WHERE name = ? AND state IN (1, 3)"
    while name and (row := desk.project.connection.execute(sql, (name,)).fetchone()):
        yield row[0], name
        name = row[1]


# --- reading ----------------------------------------------------------------------------------


def receipts(desk: Desk) -> tuple[ReceiptView, ...]:
    """Return the latest receipts about this laptop's people, and those that it wrote itself.

    One per laptop that says so, log and person; the latest first.
    """
    own = desk.former | {desk.rid}
    latest: dict[tuple[bytes, bytes, bytes], _Said] = {}
    with desk.project.reading():
        roles = desk.project.model.roles
        for change in desk.project.model.ledger.changes(OF_ACKS):
            said = _said(change)
            if said is None or not (said.rid in own or said.by in own) or said.by not in roles:
                continue
            key = (said.by, said.rid, said.person)
            if key not in latest or latest[key].at_ms <= said.at_ms:
                latest[key] = said
        views = [_view(desk, said) for said in latest.values()]
    return tuple(sorted(views, key=lambda view: view.at_ms, reverse=True))


def _said(change: Change) -> _Said | None:
    """Return what an ACK says, None if its author wrote nonsense."""
    if len(change.keys) != 3 or len(change.numbers) != 2:
        return None
    rid, head, person = change.keys
    seq, changes = change.numbers
    payload = change.payload if isinstance(change.payload, dict) else {}
    ahead = payload.get("ahead_ms")
    ahead_ms = ahead if isinstance(ahead, int) and ahead > 0 else 0
    at_ms = ms_of(change.stamp.time)
    return _Said(change.stamp.rid, rid, seq, head, person, changes, at_ms, ahead_ms)


def _view(desk: Desk, said: _Said) -> ReceiptView:
    project = desk.project
    role = project.model.roles.get(said.by, Role.GUEST)
    is_here = next(_back_from(desk, said.head), None) is not None
    is_true = _count(desk, said.head).get(said.person, 0) == said.changes if is_here else None
    is_mine = said.rid in desk.former | {desk.rid}
    return ReceiptView(
        by_rid=said.by,
        by_name=_name_on(desk, said.by),
        by_role=role.name.lower(),
        rid=said.rid,
        seq=said.seq,
        head=said.head,
        person=said.person,
        person_name=features.person_name(project, said.rid, said.person),
        changes=said.changes,
        at_ms=said.at_ms,
        code=code_of(project.id, said),
        is_mine=is_mine,
        is_true=is_true,
        is_all=is_mine and bool(is_true) and said.changes == _sent(desk, said),
        ahead_ms=said.ahead_ms if is_mine else 0,
    )


def _sent(desk: Desk, said: _Said) -> int:
    """Return how many changes the person has sent from this laptop, by its log of then."""
    sent = desk.device.note(desk.project.id, "sent-segment", b"") if said.rid == desk.rid else b""
    if not sent:
        ends = succession.tips(desk.project, said.rid)
        sent = ends[0].name if ends else b""
    return _count(desk, sent).get(said.person, 0)


def _name_on(desk: Desk, rid: bytes) -> str:
    if rid == desk.rid:
        return desk.person.name if desk.person else ""
    tips = succession.tips(desk.project, rid)
    return features.person_name(desk.project, rid, tips[-1].person) if tips else ""


def expected(desk: Desk) -> tuple[ReceiptView, ...]:
    """Return the receipts that a laptop with all that this one has signed would write."""
    with desk.project.reading():
        ends = succession.tips(desk.project, desk.rid)
        views = [
            _view(desk, _Said(desk.rid, desk.rid, ends[0].last, ends[0].name, person, n, 0, 0))
            for person, n in (_count(desk, ends[0].name) if ends else {}).items()
        ]
    return tuple(views)


def code_of(project: bytes, said: _Said) -> str:
    """Return the short code of a receipt; whoever wrote it, it is the same for the same words."""
    words = encode([project, said.rid, said.head, said.seq, said.person, said.changes])
    digest = hashlib.blake2b(words, digest_size=32, person=b"collabmap-ack").digest()
    return short_code(digest)


# --- on paper ---------------------------------------------------------------------------------

_Paper = tuple[bytes, bytes, int, bytes, bytes, int, int, bytes, bytes]


def receipt_text(desk: Desk, receipt: ReceiptView) -> str:
    """Return a receipt that this laptop wrote as signed text, for paper or a QR code.

    Raises ReceiptWrong for one that another laptop wrote: it alone can sign it.
    """
    if receipt.by_rid != desk.rid:
        raise ReceiptWrong
    r = receipt
    words = (desk.project.id, r.rid, r.seq, r.head, r.person, r.changes, r.at_ms, desk.key.public)
    signature = desk.key.sign(_signed_words(words))
    return _PREFIX + base64.b32encode(encode([*words, signature])).decode().rstrip("=")


def check_receipt(desk: Desk, text: str) -> ReceiptView:
    """Return what a receipt on paper says and who signed it.  Needs no network.

    Raises ReceiptWrong: altered, forged, broken, or of another map.
    """
    try:
        paper = msgspec.msgpack.decode(_bytes_in(text), type=_Paper)
    except (ValueError, binascii.Error, RecursionError) as error:
        raise ReceiptWrong from error
    project, rid, seq, head, person, changes, at_ms, public, signature = paper
    is_signed = signing.is_signed(public, _signed_words(paper[:-1]), signature)
    if project != desk.project.id or not is_signed:
        raise ReceiptWrong
    said = _Said(ids.replica_id(public), rid, seq, head, person, changes, at_ms, 0)
    with desk.project.reading():
        return _view(desk, said)


def _signed_words(words: tuple[object, ...]) -> bytes:
    return encode(["collabmap receipt", *words])


def _bytes_in(text: str) -> bytes:
    letters = "".join(text.split()).upper()
    if not letters.startswith(_PREFIX):
        raise ValueError("no receipt")
    letters = letters.removeprefix(_PREFIX)
    data = base64.b32decode(letters + "=" * (-len(letters) % 8))
    # Spare bits of the last letter could be others: one receipt, one text.
    if base64.b32encode(data).decode().rstrip("=") != letters:
        raise ValueError("no receipt")
    return data
