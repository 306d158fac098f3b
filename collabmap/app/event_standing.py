"""Whether this computer is in event mode with a map, in which many people sit at it in turn.

While it is on nobody is a coordinator here, and nothing that is private is opened: see Desk and
`unsealer`.  What enters and leaves it is in event_mode.py.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collabmap.app.desk import Desk
    from collabmap.store.device import Device

# The note about a project under which this computer keeps it.
NOTE = "event-mode"
# The preference that says where to come back to after a power cut: the map's path.
PLACE = "event_mode_map"


class Standing(NamedTuple):
    """since_ms: when event mode began.  comes_back: to the welcome after a pause."""

    since_ms: int
    comes_back: bool


def is_on(device: "Device", project: bytes) -> bool:
    """Whether this computer is in event mode with a map."""
    return device.note(project, NOTE) is not None


def standing(desk: "Desk") -> Standing | None:
    """Return how event mode stands here, None where it is off."""
    kept: dict[str, Any] | None = desk.device.note(desk.project.id, NOTE)
    return None if kept is None else Standing(kept["since"], kept["comes_back"])
