"""Photos that are chosen, pasted or dropped: to the open form, or the place whose card is open."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QStandardPaths
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QFileDialog, QWidget

from collabmap.app.words import _, explain, ngettext
from collabmap.domain.feature import PlaceView
from collabmap.ui.photo_taking import Errand, Outcome, PhotoTaking, Source

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# In the device's folder: pictures that were pasted into a form that is not saved yet.
PASTED = "pasted"
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif")


def choose(window: "MainWindow", parent: QWidget) -> list[Path]:
    """Ask for pictures; return none where nobody chose any."""
    endings = " ".join(f"*{suffix} *{suffix.upper()}" for suffix in SUFFIXES)
    paths, _filter = QFileDialog.getOpenFileNames(
        parent, _("Add photos"), str(_pictures()), f"{_('Photos')} ({endings})"
    )
    return [Path(path) for path in paths]


def _pictures() -> Path:
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    return Path(found) if found else Path.home()


def sources_in(mime: QMimeData | None) -> list[Source]:
    """Return the pictures that are on the clipboard or dropped: files, or else the picture."""
    if mime is None:
        return []
    urls = (Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile())
    files: list[Source] = [path for path in urls if path.suffix.lower() in SUFFIXES]
    if files or not mime.hasImage():
        return files
    image = mime.imageData()
    return [_bytes_of(image)] if isinstance(image, QImage) and not image.isNull() else []


def _bytes_of(image: QImage) -> bytes:
    # Hardly pressed: it is made small, and written anew, before it is kept.
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(data.data())


def keep(
    window: "MainWindow", sources: Sequence[Source], done: Callable[[list[Path]], object]
) -> None:
    """Give pictures that are no files yet a file on this device, until their place is saved."""
    folder = window.device.folder / PASTED

    def write() -> list[Path]:
        paths = []
        for source in sources:
            if isinstance(source, Path):
                paths.append(source)
                continue
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{hashlib.blake2b(source, digest_size=8).hexdigest()}.png"
            path.write_bytes(source)
            paths.append(path)
        return paths

    window.tasks.run(write, done, owner=window)


def _forget_pasted(window: "MainWindow", sources: Sequence[Source]) -> None:
    """Take away the files of pictures that were pasted: they are in the map now."""
    folder = window.device.folder / PASTED
    pasted = [path for path in sources if isinstance(path, Path) and path.parent == folder]

    def forget() -> None:
        for path in pasted:
            path.unlink(missing_ok=True)

    if pasted:
        window.tasks.run(forget)


def add_to(window: "MainWindow", place: PlaceView, sources: Sequence[Source]) -> PhotoTaking:
    """Add pictures to a place, and say what became of them."""
    return bring(window, place.id, place.name, {"": sources})


def bring(
    window: "MainWindow", place: bytes, name: str, sources: Mapping[str, Sequence[Source]]
) -> PhotoTaking:
    """Do the same with pictures that answer fields of the theme, by field; '' for none.

    name: what the place is called.
    """
    errands = [Errand(place, list(each), field) for field, each in sources.items()]
    every = [source for errand in errands for source in errand.photos]
    taking = PhotoTaking(window, errands, lambda outcome: _on_brought(window, name, every, outcome))
    taking.start()
    return taking


def _on_brought(
    window: "MainWindow", name: str, sources: Sequence[Source], outcome: Outcome
) -> None:
    if not outcome.is_stopped:
        _forget_pasted(window, sources)
    _say(window, name, outcome)


def _say(window: "MainWindow", name: str, outcome: Outcome) -> None:
    if outcome.count:
        title = ngettext(
            "The photo is added to “{name}”",
            "{count} photos are added to “{name}”",
            outcome.count,
        )
        window.messages.done(
            title.format(name=name, count=outcome.count),
            _("Made smaller, and without where and when it was taken.")
            if window.is_coordinator
            else _("Made smaller, without where it was taken. A coordinator will see it first."),
            (_("Undo"), window.commands.undo),
        )
    say_refused(window, outcome)


def say_refused(window: "MainWindow", outcome: Outcome) -> None:
    """Say which photos could not be read; one with its reason, several together."""
    if len(outcome.refused) == 1:
        source, error = outcome.refused[0]
        title, hint = explain(error)
        name = source.name if isinstance(source, Path) else ""
        window.messages.warn(f"{name}: {title}" if name else title, hint)
    elif outcome.refused:
        names = [source.name for source, _error in outcome.refused if isinstance(source, Path)]
        title = ngettext(
            "{count} photo could not be read",
            "{count} photos could not be read",
            len(outcome.refused),
        )
        words = _("They are no pictures, or damaged: {names}. The others are added.")
        shown = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
        window.messages.warn(title.format(count=len(outcome.refused)), words.format(names=shown))
