"""Another language or another size of text: everything that holds words is built again."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


def rebuild(window: "MainWindow") -> None:
    """Build the words again, in another language or size; map, place and form are kept."""
    open_form = window.placing.suspend()
    panel, name = window.panel_host.current, window.panel_host.current_name
    feature = getattr(panel, "feature", None)
    kept = panel.kept() if panel is not None else None
    front = window.front.suspend()
    long_task = window.panel_host.long_task
    old = (window.top_bar, window.messages.widget, window.pages)
    window.no_base_map.discard()
    window.legend.discard()
    # A panel that goes may put a tool away, and what undo does then is said in the actions.
    window.panel_host.clear()
    window.actions_table.discard(window)
    window.regions.forget()
    window.body.give_up_map()
    window.build()
    window.pages.show()
    if long_task is not None:
        window.panel_host.follow(long_task)
    for part in old:
        part.hide()
        part.deleteLater()
    if window.info is not None:
        window.go_to_mode(window.mode)
    if open_form is not None:
        open_form()
    else:
        if isinstance(feature, bytes):
            window.commands.open_place(feature)
        if kept is not None:
            kept(window.open_panel(name))
    window.front.resume(front)
