"""The verbs of a session that say who may do what.

A part of Session (app/session.py) with a room of its own; what each does is in people.py,
inviting.py and recovering.py.
"""

from typing import Literal

from collabmap.app import inviting, people, recovering
from collabmap.app.desk import Desk, in_words
from collabmap.app.inviting import InvitationView
from collabmap.app.people import DeviceView
from collabmap.domain.effect import Effect


class Authority(Desk):
    """Roles, invitations, the key on paper, and notes on clocks."""

    @in_words
    def devices(self) -> tuple[DeviceView, ...]:
        """Return the computers of this map with their roles, coordinators first."""
        return people.devices(self)

    @in_words
    def grant(self, key: bytes, role: Literal["resident", "coordinator"]) -> Effect:
        """Give a computer a role.  key: its replica id, or its public key (read_device_code).

        Raises NotAllowed, NotSenior, DeviceUnknown.
        """
        return people.grant(self, key, role)

    @in_words
    def admit(self, key: bytes) -> Effect:
        """Make a guest's computer resident: what it sent is shown.  Raises NotAllowed."""
        return people.admit(self, key)

    @in_words
    def revoke(self, rid: bytes, *, keep: bool = True) -> Effect:
        """Take a computer's role away.  keep: what is known of it here stays; else nothing does.

        Raises NotAllowed, NotSenior.
        """
        return people.revoke(self, rid, keep=keep)

    def device_code(self) -> str:
        """Return the long code of this computer, by which another one can give it a role."""
        return people.device_code(self)

    def read_device_code(self, text: str) -> bytes:
        """Return the public key in a computer's long code.  Raises CodeWrong."""
        return people.read_device_code(text)

    @in_words
    def set_clock_note(self, rid: bytes, shift_ms: int) -> Effect:
        """Move the times shown of a computer whose clock was wrong.  Raises NotAllowed."""
        return people.set_clock_note(self, rid, shift_ms)

    @in_words
    def invite(self) -> InvitationView:
        """Make a new invitation.  Raises NotAllowed."""
        return inviting.invite(self)

    @in_words
    def invitations(self) -> tuple[InvitationView, ...]:
        """Return all invitations to this map, and which laptops came with each."""
        return inviting.invitations(self)

    @in_words
    def close_invitation(self, key: bytes) -> Effect:
        """Close an invitation; who came, as known here, stays.  Raises NotAllowed."""
        return inviting.close_invitation(self, key)

    @in_words
    def join(self, code: str) -> None:
        """Take an invitation, typed or scanned.  Raises CodeWrong, InvitationClosed."""
        inviting.join(self, code)

    @in_words
    def recover(self, code: str, *, revoke_founder: bool = False) -> Effect:
        """Make this computer coordinator by the key on paper.  Raises CodeWrong, RecoveryWrong.

        revoke_founder: take the role of the founder's computer away, lost or stolen.
        """
        return recovering.recover(self, code, revoke_founder=revoke_founder)
