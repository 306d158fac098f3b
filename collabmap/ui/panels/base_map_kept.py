"""What is chosen in the assistant of base maps, for the panel that another language builds anew."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from collabmap.ui.widgets.panel import Panel

if TYPE_CHECKING:
    from collabmap.ui.panels.base_map_new import BaseMapPanel


def kept(panel: "BaseMapPanel") -> Callable[[Panel], None]:
    """Return what gives another assistant the extracts, area, zooms and choices of this one."""
    wanted, facts, places = panel.wanted(), panel.source.facts, panel.area.places
    name = panel.area.name
    step = panel.step

    def give(other: Panel) -> None:
        from collabmap.ui.panels.base_map_new import BaseMapPanel

        if not isinstance(other, BaseMapPanel) or not facts or step != "choose":
            return
        other.source.show_facts(facts)
        other.zooms.set_zooms(wanted.zooms[0], wanted.zooms[-1])
        other.more.choose(wanted.style, wanted.language, wanted.fmt, wanted.scale)
        if places is None:
            other.read_places()
        else:
            other.area.show_places(places)
        other.area.set_area(wanted.area, wanted.outline, name)
        other.refresh()

    return give
