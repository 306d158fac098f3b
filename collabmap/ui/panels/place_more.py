"""What else can be done with a place: a photo, hiding it here, erasing for good."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from collabmap.app.words import _
from collabmap.domain.feature import PlaceView
from collabmap.ui import photos_here
from collabmap.ui.going import go_close
from collabmap.ui.widgets.popover import MenuRow, Popover

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


def authors_of(place: PlaceView) -> dict[bytes, str]:
    """Return who wrote something of a place: person ids and names, its author first."""
    names = {place.author: place.author_name}
    names |= {comment.author: comment.author_name for comment in place.comments}
    names |= {photo.author: photo.author_name for photo in place.photos}
    return names


def is_own(window: "MainWindow", place: PlaceView) -> bool:
    """Whether the person in force wrote something of a place."""
    return window.person is not None and window.person.id in authors_of(place)


def may_erase(window: "MainWindow", place: PlaceView) -> bool:
    """Whether there is something here that this person may erase for everybody."""
    return window.can_write and (window.is_coordinator or is_own(window, place))


def open_more(window: "MainWindow", place: PlaceView, anchor: QWidget) -> Popover:
    """Show the rarer verbs under a button."""
    popover = Popover(window, _("More about this place"), width_px=300)

    def add(words: str, icon: str, run: object) -> None:
        row = MenuRow(words, icon)
        row.clicked.connect(run)
        popover.add(row)

    add(_("See it up close"), "magnify-plus-outline", lambda: go_close(window, place.id))
    add(_("History"), "history", lambda: _open_history(window, place))
    if window.can_write:
        add(_("Add photos"), "camera-plus", lambda: _choose_photos(window, place))
    add(
        _("Hide this place here"),
        "eye-off-outline",
        lambda: window.hiding.hide_place(place),
    )
    person = window.person
    if place.author and (person is None or place.author != person.id):
        name = place.author_name or _("somebody")
        add(
            _("Hide all by {name} here").format(name=name),
            "account-off-outline",
            lambda: window.hiding.hide_author(place),
        )
    if may_erase(window, place):
        add(_("Erase for good…"), "eraser", lambda: open_forget(window, place))
    popover.open_under(anchor)
    return popover


def _open_history(window: "MainWindow", place: PlaceView) -> None:
    # Imported late, as every panel is: a start must not wait for it.
    from collabmap.ui.panels.history import open_history

    open_history(window, place.id)


def open_forget(window: "MainWindow", place: PlaceView) -> None:
    """Ask what is to be erased."""
    # Imported late, as every panel is: a start must not wait for it.
    from collabmap.ui.panels.forget import ForgetPanel

    panel = window.open_panel("forget")
    assert isinstance(panel, ForgetPanel)
    panel.show_place(place)


def _choose_photos(window: "MainWindow", place: PlaceView) -> None:
    """Ask for pictures and add them to a place."""
    if paths := photos_here.choose(window, window):
        photos_here.add_to(window, place, paths)
