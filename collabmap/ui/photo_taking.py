"""Bringing photos: made small aside, a few at a time, and written while the map stays usable."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from collabmap.domain.feature import PlaceDraft
from collabmap.errors import CollabMapError

if TYPE_CHECKING:
    from collabmap.app.photos import Added
    from collabmap.render.photo import Prepared
    from collabmap.ui.main_window import MainWindow

# At once: a second or so of work, after which it can be stopped.
BATCH = 8
# A picture as it was chosen: a file, or the bytes of one.
Source = Path | bytes


class Errand(NamedTuple):
    """Photos for one place: the id of one that is there, or what a new one is to be.

    field: of the theme, which they answer; '' for none.
    """

    place: bytes | PlaceDraft
    photos: Sequence[Source]
    field: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it.  count: of photos added.  refused: those that could not be read, and why."""

    added: "tuple[Added, ...]"
    count: int
    refused: tuple[tuple[Source, CollabMapError], ...]
    is_stopped: bool


def read_photo(path: Path) -> bytes:
    """Return a file's bytes.  Raises PhotoUnreadable, PhotoFileTooLarge; not on the GUI thread."""
    # Imported late, as all that only few evenings need.
    from collabmap.errors import PhotoUnreadable
    from collabmap.formats.photo_facts import check_size

    check_size(path)
    try:
        return path.read_bytes()
    except OSError as error:
        raise PhotoUnreadable from error


def prepared(sources: Sequence[Source]) -> list["Prepared | CollabMapError"]:
    """Return photos made small, or why each could not be; not on the GUI thread."""
    from collabmap.render.photo import prepare

    found: list[Prepared | CollabMapError] = []
    for source in sources:
        try:
            found.append(prepare(source if isinstance(source, bytes) else read_photo(source)))
        except CollabMapError as error:
            found.append(error)
    return found


class PhotoTaking(QObject):
    """Takes photos to their places, batch by batch, as one deed.

    progressed: how many of how many.  What was added before a stop stays, and can be undone.
    """

    progressed = Signal(int, int)

    def __init__(
        self, window: "MainWindow", errands: Sequence[Errand], done: Callable[[Outcome], object]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._done = done
        self._waiting = [
            (number, list(errand.photos[at : at + BATCH]))
            for number, errand in enumerate(errands)
            for at in range(0, len(errand.photos), BATCH)
        ]
        self._places = [errand.place for errand in errands]
        self._fields = [errand.field for errand in errands]
        self._total = sum(len(errand.photos) for errand in errands)
        self._seen = self._count = 0
        self._added: list[Added] = []
        self._refused: list[tuple[Source, CollabMapError]] = []
        self._is_stopped = False
        # Nothing comes back from a map that is left: nobody may wait for it.
        window.tasks.detached.connect(self.deleteLater)

    def start(self) -> None:
        """Begin; `done` is called with the Outcome, also after a stop."""
        self._next()

    def stop(self) -> None:
        """Stop after the batch at hand."""
        self._is_stopped = True

    def _next(self) -> None:
        self.progressed.emit(self._seen, self._total)
        if self._is_stopped or not self._waiting:
            self._finish()
            return
        number, sources = self._waiting.pop(0)
        self._window.tasks.beside(
            lambda: prepared(sources),
            lambda found: self._on_prepared(number, sources, found),
            self._on_failed,
            owner=self,
        )

    def _on_prepared(
        self, number: int, sources: Sequence[Source], found: "list[Prepared | CollabMapError]"
    ) -> None:
        self._seen += len(sources)
        photos = [one for one in found if not isinstance(one, CollabMapError)]
        self._refused += [
            (source, one)
            for source, one in zip(sources, found, strict=True)
            if isinstance(one, CollabMapError)
        ]
        if not photos:
            self._next()
            return
        place, field = self._places[number], self._fields[number]
        self._window.tasks.write(
            lambda session: session.add_photos(place, photos, field),
            lambda added: self._on_added(number, added, len(photos)),
            self._on_failed,
            owner=self,
        )

    def _on_added(self, number: int, added: "Added", count: int) -> None:
        # What comes after the first goes to the place that is there by now.
        self._places[number] = added.place
        self._added.append(added)
        self._count += count
        self._next()

    def _on_failed(self, error: CollabMapError) -> None:
        """Stop where the map itself cannot be written: the next photo would fare no better."""
        self._is_stopped = True
        self._window.messages.show(error)
        self._finish()

    def _finish(self) -> None:
        added = tuple(self._added)
        outcome = Outcome(added, self._count, tuple(self._refused), self._is_stopped)
        if not added:
            self._tell(outcome)
            return
        self._window.tasks.write(
            lambda session: session.remember_photos(added), lambda _none: self._tell(outcome)
        )

    def _tell(self, outcome: Outcome) -> None:
        self._done(outcome)
        self.deleteLater()
