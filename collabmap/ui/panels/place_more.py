"""What else can be done with a place: a photo, hiding it here, erasing for good."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from collabmap.app.words import _
from collabmap.domain.feature import PlaceView
from collabmap.ui.going import go_close
from collabmap.ui.panels.place_photos import read_photo
from collabmap.ui.widgets.popover import MenuRow, Popover

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

PICTURES = "(*.jpg *.jpeg *.png *.webp)"


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
        add(_("Add a photo"), "camera-plus", lambda: choose_photo(window, place))
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


# --- photos -------------------------------------------------------------------------------


def choose_photo(window: "MainWindow", place: PlaceView) -> None:
    """Ask for a picture and add it to a place."""
    path, _filter = QFileDialog.getOpenFileName(
        window, _("Add a photo"), str(_pictures()), f"{_('Photos')} {PICTURES}"
    )
    if path:
        add_photo(window, place, Path(path))


def add_photo(window: "MainWindow", place: PlaceView, path: Path) -> None:
    """Add a picture from a file to a place."""
    window.tasks.long(
        _("Adding the photo"),
        lambda session, _progress, _cancel: session.add_photo(place, read_photo(path)),
        lambda _effect: window.messages.done(
            _("The photo is added to “{name}”").format(name=place.name),
            _("Made smaller, and without where and when it was taken.")
            if window.is_coordinator
            else _("Made smaller, without where it was taken. A coordinator will see it first."),
        ),
    )


def _pictures() -> Path:
    from PySide6.QtCore import QStandardPaths

    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    return Path(found) if found else Path.home()
