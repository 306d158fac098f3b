"""Invitations: a secret of 16 bytes, in a kit, typed or scanned, by which laptops enrol themselves.

Whoever has it becomes a resident, until it is closed.  Closing lists the laptops that had come;
what another one sends afterwards is kept apart until a coordinator admits it.
"""

import secrets
from dataclasses import dataclass

from collabmap.app import people
from collabmap.app.desk import Desk
from collabmap.app.people import DeviceView
from collabmap.domain.change import Change, Kind
from collabmap.domain.codes import SECRET_BYTES, CodeKind, read_code, write_code
from collabmap.domain.effect import Effect
from collabmap.domain.signing import INVITATION, key_of_secret
from collabmap.domain.structure import close_structure, keys_structure
from collabmap.errors import InvitationClosed, InvitationOfAnotherMap, NotAllowed
from collabmap.store.ledger import OF_ROLES

# Notes of this device: the secret it was invited with, and those it made.
_HELD, _MADE = "invitation", "invitations-made"
_SCANNED = "COLLABMAP:"


@dataclass(frozen=True, slots=True)
class InvitationView:
    """key: its public half.  code: to be typed, scanned: the text of its QR code; '' for both
    where another laptop made it.  came: laptops that enrolled with it, guests if not in time.
    """

    key: bytes
    code: str
    scanned: str
    is_open: bool
    came: tuple[DeviceView, ...]


def invite(desk: Desk) -> InvitationView:
    """Make a new invitation.  Raises NotAllowed."""
    _require_coordinator(desk)
    secret = secrets.token_bytes(SECRET_BYTES)
    public = key_of_secret(secret, INVITATION).public
    # Kept first: announced and forgotten it could be used by nobody.
    made = desk.device.note(desk.project.id, _MADE, [])
    desk.device.set_note(desk.project.id, _MADE, [*made, secret])
    desk.write([(Kind.INVITE, b"", keys_structure(public), None)])
    return next(view for view in invitations(desk) if view.key == public)


def invitations(desk: Desk) -> tuple[InvitationView, ...]:
    """Return all invitations that coordinators made, the latest last."""
    made = {
        key_of_secret(secret, INVITATION).public: secret
        for secret in desk.device.note(desk.project.id, _MADE, [])
    }
    with desk.project.reading():
        standing = desk.project.model.ledger.standing
        views = {view.rid: view for view in people.devices(desk)}
        found = []
        for key in dict.fromkeys(key for word in _announced(desk) for key in word.keys):
            if key in standing.invitations:
                is_open, came = standing.invitations[key]
                code = write_code(CodeKind.INVITATION, made[key]) if key in made else ""
                scanned = scanned_text(desk.project.id, code) if code else ""
                who = tuple(views[rid] for rid in sorted(came) if rid in views)
                found.append(InvitationView(key, code, scanned, is_open, who))
    return tuple(found)


def _announced(desk: Desk) -> list[Change]:
    changes = desk.project.model.ledger.changes(OF_ROLES)
    return sorted((c for c in changes if c.kind == Kind.INVITE), key=lambda change: change.rank)


def secret_in_use(desk: Desk) -> bytes:
    """Return the secret of an open invitation that this device made, a new one if there is none.

    Raises NotAllowed.
    """
    _require_coordinator(desk)
    with desk.project.reading():
        known = desk.project.model.ledger.standing.invitations
    for secret in reversed(desk.device.note(desk.project.id, _MADE, [])):
        is_open, _ = known.get(key_of_secret(secret, INVITATION).public, (False, None))
        if is_open:
            return bytes(secret)
    return read_code(CodeKind.INVITATION, invite(desk).code)


def close_invitation(desk: Desk, key: bytes) -> Effect:
    """Close an invitation: whoever came, as known here, stays; nobody else comes in by it.

    key: its public half.  Raises NotAllowed.
    """
    _require_coordinator(desk)
    with desk.project.reading():
        known = desk.project.model.ledger.standing.invitations
    is_open, came = known.get(key, (False, frozenset()))
    if not is_open:
        return Effect()
    effect, _ = desk.write([(Kind.CLOSE, b"", close_structure(key, came), None)])
    return effect


def join(desk: Desk, text: str) -> None:
    """Take an invitation, typed or scanned: from now on this laptop writes as a resident.

    One that is not known here yet is taken as well: it may be newer than this copy.  Raises
    CodeWrong, InvitationClosed, InvitationOfAnotherMap.
    """
    secret = read_code(CodeKind.INVITATION, _typed(desk, text))
    if _is_closed(desk, secret):
        raise InvitationClosed(name=desk.name)
    take(desk, secret)
    if desk.person is not None and not desk.read_only and desk.role != "guest":
        # What this laptop wrote as a guest is shown as soon as the word of it arrives.
        desk.write([])


def take(desk: Desk, secret: bytes) -> None:
    """Keep the secret of an invitation, to enrol with the next words written here.

    A closed one does not take the place of one in hand.
    """
    if desk.device.note(desk.project.id, _HELD) is None or not _is_closed(desk, secret):
        desk.device.set_note(desk.project.id, _HELD, secret)


def _is_closed(desk: Desk, secret: bytes) -> bool:
    with desk.project.reading():
        known = desk.project.model.ledger.standing.invitations
    is_open, _ = known.get(key_of_secret(secret, INVITATION).public, (True, None))
    return not is_open


def scanned_text(project: bytes, code: str) -> str:
    """Return a code as text for a QR code, in the letters that one packs closely.

    Source: ISO/IEC 18004, 7.4.4 (alphanumeric mode).
    """
    return f"{_SCANNED}{project.hex().upper()}:{code.replace('-', '')}"


def _typed(desk: Desk, text: str) -> str:
    """Return the code in what was typed or scanned.  Raises InvitationOfAnotherMap."""
    text = text.strip()
    if not text.upper().startswith(_SCANNED):
        return text
    project, _, code = text[len(_SCANNED) :].partition(":")
    if project.lower() != desk.project.id.hex():
        raise InvitationOfAnotherMap(name=desk.name)
    return code


def _require_coordinator(desk: Desk) -> None:
    if not desk.is_coordinator:
        raise NotAllowed
