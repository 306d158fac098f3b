"""Pictures of a long queue: its menus, its groups, a filter that is kept, and a strip of it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shots import Camera

_STRIP_PX = 1093


def looking_at_the_queue(camera: "Camera", folder: Path, project: Path) -> None:
    """The queue as it comes, its menus, in groups, and where there is little room for it."""
    from collabmap.ui.panels.review import ReviewPanel
    from collabmap.ui.queue_filter import QueueFilter
    from collabmap.ui.widgets.popover import Popover

    window = camera.window
    window.desk.open(project)
    camera.until(lambda: window.person is not None)
    camera.settle()
    window.commands.go_to_review()
    camera.settle()
    panel = camera.shown(ReviewPanel)
    camera.until(lambda: panel.item is not None)

    def menu(open_it: Callable[[], None], name: str) -> None:
        open_it()
        camera.take(folder, name)
        for popover in window.findChildren(Popover):
            popover.close_popover()

    camera.take(folder, "145-queue")
    panel.look.filter(QueueFilter(category="culture"))
    panel.memory.saved["Culture"] = panel.order.filter
    menu(panel.look.open_filter, "146-queue-filter")
    panel.look.filter(QueueFilter())
    menu(panel.look.open_groups, "147-queue-groups")
    panel.order.look(group="author", sort="walk")
    panel.look.changed.emit()
    camera.settle()
    camera.take(folder, "148-queue-by-author")
    menu(panel.look.open_sorts, "149-queue-order")
    if window.width() > _STRIP_PX:
        size = window.size()
        window.resize(_STRIP_PX, size.height())
        camera.settle()
        camera.take(folder, "150-queue-strip")
        window.resize(size)
        camera.settle()
