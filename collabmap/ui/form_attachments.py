"""What comes to a place with its form and is kept beside it: photos."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from collabmap.ui import photos_here

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


def bring(window: "MainWindow", place: bytes, photos: Sequence[Path]) -> None:
    """Add photos to a place that has just been saved, and say what became of them."""
    if photos:
        window.tasks.read(
            lambda reader: reader.place(place),
            lambda view: view is not None and photos_here.add_to(window, view, photos),
        )
