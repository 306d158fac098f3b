"""Words about the computers of a map: what they may do, who wrote there, what is odd about them."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from collabmap.app.history_words import day_words
from collabmap.app.words import _, format_number, format_time, ngettext

if TYPE_CHECKING:
    from collabmap.app.people import DeviceView

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Sign:
    """What is special about a computer.  state: whose colours of tokens.states it has."""

    state: str
    icon: str
    words: str


def names_of(device: "DeviceView", *, at_most: int = 3) -> str:
    """Return 'Camille, Paul and 2 others': who wrote there; its code where nobody did."""
    people = [name for name in device.people if name]
    if not people:
        return _("Nobody has written here yet")
    shown, others = people[:at_most], len(people) - at_most
    if others <= 0:
        return ", ".join(shown)
    words = ngettext("{names} and {count} other", "{names} and {count} others", others)
    return words.format(names=", ".join(shown), count=format_number(others))


def role_words(device: "DeviceView") -> str:
    """Return what the computer may do, as one word or two."""
    if device.is_founder and device.role == "coordinator":
        return _("Coordinator, founder")
    if device.was_revoked and device.role == "guest":
        return _("Shut out")
    return {"coordinator": _("Coordinator"), "resident": _("Resident")}.get(
        device.role, _("Not let in yet")
    )


def short_role(device: "DeviceView") -> str:
    """Return what the computer may do, as one word where there is one."""
    if device.is_founder and device.role == "coordinator":
        return _("Founder")
    return _("Not in yet") if waits(device) else role_words(device)


def day_or_time(at_ms: int) -> str:
    """Return '6:31 PM' for today, 'yesterday', 'November 20' or, of another year, its date."""
    days = (datetime.now().date() - datetime.fromtimestamp(at_ms / 1000).date()).days
    if days == 0:
        return format_time(at_ms)
    return _("yesterday") if days == 1 else day_words(datetime.fromtimestamp(at_ms / 1000).date())


def count_words(count: int) -> str:
    """Return '12 contributions'."""
    words = ngettext("{count} contribution", "{count} contributions", count)
    return words.format(count=format_number(count))


def waits(device: "DeviceView") -> bool:
    """Whether it wrote something that nobody sees until a coordinator lets it in."""
    return device.waits


def is_ahead(device: "DeviceView") -> bool:
    """Whether its newest words bear a time that has not come yet."""
    return device.is_ahead


def signs(device: "DeviceView") -> list[Sign]:
    """Return what is to be seen of a computer at a glance, the most pressing first."""
    found = []
    if waits(device):
        found.append(Sign("pending", "clock-outline", _("Waiting")))
    if device.was_revoked and device.role == "guest":
        found.append(Sign("rejected", "cancel", _("Shut out")))
    if device.copies > 1:
        found.append(Sign("duplicate", "content-copy", _("Copied")))
    if is_ahead(device):
        words = _("Clock {time} ahead").format(time=span(device.ahead_ms))
        found.append(Sign("disagreement", "clock-alert-outline", words))
    elif device.shift_ms:
        found.append(Sign("rejected", "clock-edit-outline", _("Times moved")))
    if device.is_here:
        found.append(Sign("yours", "account", _("This computer")))
    return found


def span(length_ms: int) -> str:
    """Return '2 days', '3 h', '12 min': a length of time, roughly, without its sign."""
    length = abs(length_ms)
    if length >= 1.5 * DAY_MS:
        days = round(length / DAY_MS)
        if days >= 2 * 365:
            words = ngettext("{count} year", "{count} years", round(days / 365.25))
            return words.format(count=format_number(round(days / 365.25)))
        return ngettext("{count} day", "{count} days", days).format(count=format_number(days))
    if length >= 1.5 * HOUR_MS:
        return _("{count} h").format(count=round(length / HOUR_MS))
    return _("{count} min").format(count=max(1, round(length / MINUTE_MS)))


def shift_words(shift_ms: int) -> str:
    """Return 'moved back by 2 days', or forward."""
    if shift_ms < 0:
        return _("moved back by {time}").format(time=span(shift_ms))
    return _("moved forward by {time}").format(time=span(shift_ms))


def spoken_code(code: str) -> str:
    """Return a short code letter by letter, for screen readers."""
    return ", ".join(" ".join(group) for group in code.split("-"))


def rank(device: "DeviceView") -> tuple[int, int, str]:
    """Return where a computer stands in the list: who waits first, who is shut out last."""
    if waits(device):
        first = 0
    elif device.is_here:
        first = 1
    else:
        first = {"coordinator": 2, "resident": 3}.get(device.role, 4)
    return first, -device.last_ms, device.code


def found_by(device: "DeviceView", text: str) -> bool:
    """Whether a computer answers to what was typed: a name of its people or its code."""
    wanted = "".join(text.casefold().split())
    code = device.code.casefold().replace("-", "")
    names = "".join("".join(device.people).casefold().split())
    return wanted.replace("-", "") in code or wanted in names
