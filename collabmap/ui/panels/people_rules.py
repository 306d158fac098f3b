"""What can be done with a computer, what follows from it, and who else can where one may not."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from collabmap.app.words import _, ngettext
from collabmap.ui.people_words import count_words, names_of, waits
from collabmap.ui.widgets.buttons import Kind

if TYPE_CHECKING:
    from collabmap.app.people import DeviceView
    from collabmap.app.session import Session

What = Literal["resident", "coordinator", "keep", "drop"]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to do with a computer.

    what: the role to give, or shut out and 'keep' or 'drop' what is known of it.  answers: the
    deeds of which one is to be chosen first, after `question` and its `meaning`.
    """

    what: What
    words: str
    icon: str
    kind: Kind = "outline"
    hint: str = ""
    question: str = ""
    meaning: str = ""
    answers: tuple["Deed", ...] = ()


def deeds(device: "DeviceView") -> list[Deed]:
    """Return what this computer may do with another one now, the likeliest first."""
    may = device.may_change
    found = []
    if "resident" in may:
        found.append(_to_resident(device))
    if "coordinator" in may:
        hint = _("It could then review, let computers in and shut them out.")
        words = _("Make it a coordinator")
        found.append(Deed("coordinator", words, "shield-account", hint=hint))
    if "guest" in may:
        found.append(_shut_out(device))
    return found


def _to_resident(device: "DeviceView") -> Deed:
    if device.role == "coordinator":
        hint = _("Its decisions so far stay. From now on it adds and suggests.")
        return Deed("resident", _("Make it a resident"), "account", hint=hint)
    if device.was_revoked:
        hint = _("What it sent, and sends, is shown again.")
        return Deed("resident", _("Let it in again"), "account-check", "primary", hint)
    hint = _("It adds places; what it has sent so far comes to light, for review.")
    return Deed("resident", _("Let it in"), "account-check", "primary", hint)


def _shut_out(device: "DeviceView") -> Deed:
    number = count_words(device.changes)
    if waits(device):
        none = _("What it sent stays out of sight. You can let it in later.")
        return Deed("drop", _("Shut it out"), "account-cancel", "danger", none)
    kept = ngettext(
        "Its {number} stays, with its name.", "Its {number} stay, with their names.", device.changes
    ).format(number=number)
    dropped = _("What it sent leaves the map, but for what another coordinator accepted.")
    if device.role == "coordinator":
        kept += " " + _("So do its decisions.")
        dropped += " " + _("Its decisions no longer count.")
    return Deed(
        "keep",
        _("Shut it out…"),
        "account-cancel",
        "danger",
        question=_("Shut this computer out?"),
        meaning=_(
            "From now on, nothing that it sends is shown on any computer. Nothing is erased: you"
            " can let it in again, and all comes back."
        ),
        answers=(
            Deed("keep", _("Keep what it sent so far"), "check-bold", "outline", kept),
            Deed("drop", _("Keep nothing of it"), "eye-off-outline", "danger", dropped),
        ),
    )


def do(session: "Session", device: "DeviceView", what: What) -> object:
    """Do one of the four; in the write lane."""
    if what in ("resident", "coordinator"):
        return session.grant(device.rid, what)
    return session.revoke(device.rid, keep=what == "keep")


def undo_of(device: "DeviceView", what: What) -> What | None:
    """Return what takes a deed back, None where nothing brings it all back."""
    if device.role in ("resident", "coordinator") and device.role != what:
        return device.role
    return None


def done_words(device: "DeviceView", what: What) -> tuple[str, str]:
    """Return what to say once it is done: (title, hint)."""
    who = names_of(device) if device.people else device.code
    if what == "coordinator":
        title = _("{who} can coordinate now").format(who=who)
        return title, _("Give the map back, so that this computer learns of it.")
    if what == "resident":
        if device.role == "coordinator":
            return _("{who} adds and suggests from now on").format(who=who), ""
        title = _("{who} is let in").format(who=who)
        return title, _("What was sent is on the map now, for review.")
    title = _("{who} is shut out").format(who=who)
    if what == "keep":
        return title, _("What was sent before stays.")
    return title, _("What was sent is no longer shown.")


def role_sentence(device: "DeviceView") -> str:
    """Return what the computer may do, as one sentence."""
    if device.role == "coordinator":
        return _("It reviews what others add, lets computers in and shuts them out.")
    if device.role == "resident":
        return _("It adds places and suggests changes; a coordinator decides.")
    if device.was_revoked:
        return _("A coordinator has shut it out: what it sends is shown nowhere.")
    if device.is_here:
        return _("It has no invitation yet: what is added here would be shown nowhere.")
    return _("It came without an open invitation: what it sends is kept, and shown to nobody.")


def who_can(device: "DeviceView", others: "tuple[DeviceView, ...]") -> str:
    """Return who can change what one may not change oneself."""
    here = next((other for other in others if other.is_here), None)
    if device.is_founder:
        return _("It founded this map: only the key on paper stands above it.")
    founder = next((o for o in others if o.is_founder and o.role == "coordinator"), None)
    if here is not None and here.role == "coordinator":
        if founder is None:
            return _("It is not below this one. Whoever has the key on paper can change this.")
        words = _("It is not below this one. {who} founded the map and can change this.")
        return words.format(who=_named(founder))
    coordinators = [o for o in others if o.role == "coordinator" and not o.is_here]
    if not coordinators:
        return _("A coordinator can change this.")
    named = ", ".join(_named(each) for each in coordinators[:3])
    return _("A coordinator can change this: {names}.").format(names=named)


def _named(device: "DeviceView") -> str:
    return f"{names_of(device)} ({device.code})" if device.people else device.code
