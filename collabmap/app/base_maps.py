"""The base maps of a project: files beside it, in order, each as clear and visible as one likes.

Everybody's own: what is shown on this computer is nobody else's matter.  They reach others in a
copy that is handed out (kit_maps.py), and never in contributions.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from collabmap.app import tile_packs
from collabmap.app.progress import CancelToken, stepper
from collabmap.app.tile_packs import Brought, mebibytes
from collabmap.domain.geo import Bbox
from collabmap.errors import (
    BaseMapListed,
    BaseMapUnknown,
    CollabMapError,
    FileMissing,
    ProjectReadOnly,
)
from collabmap.store import base_maps as store
from collabmap.store.base_maps import CHANGED, MAX_TITLE, BaseMapRow
from collabmap.store.database import translated
from collabmap.store.mbtiles import MBTilesReader
from collabmap.store.project import Project

if TYPE_CHECKING:
    # Only by name: the desk's own reader looks at base maps.
    from collabmap.app.desk import Desk, Report

State = Literal["ok", "missing", "changed", "unreadable"]


class BaseMapView(NamedTuple):
    """A base map of a project.

    file: its name, which the verbs take.  opacity: 0 to 1.  state: 'changed' is another file than
    the one that was listed, as far as its size or the last check says.  is_checked: its bytes were
    hashed as they are now, by size and time.  zooms, bounds: None while it cannot be read.
    """

    file: str
    path: Path
    title: str
    attribution: str
    opacity: float
    is_visible: bool
    state: State
    size_bytes: int = 0
    zooms: tuple[int, int] | None = None
    bounds: Bbox | None = None
    is_checked: bool = False

    @property
    def is_shown(self) -> bool:
        """Whether it is to be painted; one that cannot be read says so when it is."""
        return self.is_visible and self.state != "missing"


class Beside(NamedTuple):
    """A base map that lies beside a project and is not on its list."""

    path: Path
    size_bytes: int


class Listing(NamedTuple):
    """maps: bottom to top.  beside: files that have the project's name and are not listed."""

    maps: tuple[BaseMapView, ...]
    beside: tuple[Beside, ...] = ()


# --- looking ----------------------------------------------------------------------------------


def listing(project: Project) -> Listing:
    """Return the base maps of a project, and what lies beside it unlisted."""
    rows = rows_of(project)
    beside = store.beside(project.path, rows)
    return Listing(
        tuple(_view(project.path, row) for row in rows),
        tuple(Beside(path, size) for path in beside if (size := _size(path)) is not None),
    )


def base_maps(project: Project) -> tuple[BaseMapView, ...]:
    """Return the base maps of a project, bottom to top."""
    return tuple(_view(project.path, row) for row in rows_of(project))


def rows_of(project: Project) -> tuple[BaseMapRow, ...]:
    with project.reading():
        return store.listed(project.connection, project.path)


def _view(project: Path, row: BaseMapRow) -> BaseMapView:
    path = store.path_of(project, row)
    title = row.title or path.stem
    attribution, zooms, bounds = "", None, None
    state: State = "ok"
    try:
        status = path.stat()
    except OSError:
        return BaseMapView(path.name, path, title, "", row.opacity, row.is_visible, "missing")
    try:
        with MBTilesReader(path) as reader:
            title = row.title or reader.name
            attribution, bounds = reader.attribution, reader.bounds
            zooms = (reader.min_zoom, reader.max_zoom)
    except CollabMapError:
        state = "unreadable"
    is_same = row.size_bytes == status.st_size
    if row.digest and not (is_same and row.modified_ns != CHANGED):
        state = "changed"
    return BaseMapView(
        path.name,
        path,
        title,
        attribution,
        row.opacity,
        row.is_visible,
        state,
        status.st_size,
        zooms,
        bounds,
        bool(row.digest) and is_same and row.modified_ns == status.st_mtime_ns,
    )


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


# --- changing the list ------------------------------------------------------------------------


def add(
    desk: "Desk",
    path: Path,
    *,
    title: str | None = None,
    replace: str | None = None,
    progress: "Report | None" = None,
    cancel: CancelToken | None = None,
) -> BaseMapView:
    """Put a base map on top of the list: any file that can be read, copied beside the project.

    One that lies there under the project's name is listed where it is; one that is listed already
    is taken as it is now.  replace: the file whose
    place it takes, as clear and visible as that was; its bytes are given up once the new ones are
    whole.  Raises TilesUnreadable and its like, BaseMapListed, BaseMapUnknown, FileMissing,
    ProjectReadOnly, DiskFull, FolderNotWritable, Cancelled.
    """
    if desk.read_only:
        raise ProjectReadOnly(name=desk.path.name)
    rows = rows_of(desk.project)
    old = _find(desk.path, rows, replace) if replace is not None else None
    known = next((row for row in rows if _is_same(store.path_of(desk.path, row), path)), None)
    if known is not None and old in (None, known):
        return _list_where_it_is(desk, path, known.slug, rows, known, title or known.title)
    if any(_is_same(each, path) for each in store.beside(desk.path, rows)):
        slug = path.stem[len(desk.path.stem) + 1 :]
        if not store.is_slug(slug):
            path, slug = _with_slug(desk, path, title or slug, rows)
        return _list_where_it_is(desk, path, slug, rows, old, title)
    total = _size(path)
    if total is None:
        raise FileMissing(name=path.name)
    step = stepper(progress, cancel, "base-map", mebibytes(total))
    if old is not None and store.has_name_of(desk.path, tile_packs.named(desk.path, old.slug)):
        slug = old.slug
    else:
        slug = tile_packs.free_slug(desk.path, title or path.stem, rows)
    part = desk.path.with_name(f".{store.file_name(desk.path, slug)}{tile_packs.COMING}")
    brought = tile_packs.bring(path, part, lambda done: step(mebibytes(done)))
    try:
        _refuse_twin(desk.path, rows, brought.digest, old)
        with translated(desk.path):
            placed, slug = tile_packs.place(desk, brought.path, slug, rows)
    finally:
        part.unlink(missing_ok=True)
    row = _row(slug, placed, brought, title or brought.name or path.stem)
    return _keep(desk, rows, row, old)


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _with_slug(
    desk: "Desk", path: Path, words: str, rows: Sequence[BaseMapRow]
) -> tuple[Path, str]:
    """Give a file that lies beside the project a name that it is found by; return both."""
    tile_packs.check(path)
    slug = tile_packs.free_slug(desk.path, words, rows)
    target = desk.path.with_name(store.file_name(desk.path, slug))
    with translated(path):
        return path.replace(target), slug


def _list_where_it_is(
    desk: "Desk",
    path: Path,
    slug: str,
    rows: Sequence[BaseMapRow],
    old: BaseMapRow | None,
    title: str | None,
) -> BaseMapView:
    with MBTilesReader(path) as reader:
        name = reader.metadata.get("name", "").strip()
    with translated(path):
        digest = store.digest_of(path)
        size = path.stat().st_size
    _refuse_twin(desk.path, rows, digest, old)
    path = desk.path.with_name(path.name)
    row = _row(slug, path, Brought(path, digest, size, name), title or name or path.stem)
    return _keep(desk, rows, row, old)


def _refuse_twin(
    project: Path, rows: Iterable[BaseMapRow], digest: bytes, old: BaseMapRow | None
) -> None:
    for row in rows:
        if row.digest == digest and row is not old and store.path_of(project, row).is_file():
            raise BaseMapListed(title=row.title or row.file)


def _row(slug: str, path: Path, brought: Brought, title: str) -> BaseMapRow:
    with translated(path):
        modified = path.stat().st_mtime_ns
    title = " ".join(title.split())[:MAX_TITLE]
    return BaseMapRow(slug, path.name, title, brought.digest, brought.size_bytes, modified)


def _keep(
    desk: "Desk", rows: Sequence[BaseMapRow], new: BaseMapRow, old: BaseMapRow | None
) -> BaseMapView:
    """Write the list with a new row, on top or in the place of an old one."""
    if old is None:
        rows = [*rows, new]
    else:
        new = new._replace(opacity=old.opacity, is_visible=old.is_visible)
        rows = [new if row is old else row for row in rows]
    _write(desk, rows)
    return _view(desk.path, new)


def remove(desk: "Desk", file: str, *, delete_file: bool = False) -> Listing:
    """Take a base map off the list; its file stays beside the project unless it is deleted too.

    A file that has another project's name is never deleted.  Raises BaseMapUnknown,
    ProjectReadOnly, FolderNotWritable.
    """
    rows = rows_of(desk.project)
    row = _find(desk.path, rows, file)
    path = store.path_of(desk.path, row)
    _write(desk, [other for other in rows if other is not row])
    is_own = path == tile_packs.named(desk.path, row.slug) and store.has_name_of(desk.path, path)
    if delete_file and is_own:
        tile_packs.delete(desk, path)
    return listing(desk.project)


def delete_unlisted(desk: "Desk", file: str) -> Listing:
    """Delete a base map that has the project's name and is not on its list.

    Raises BaseMapUnknown, ProjectReadOnly, FolderNotWritable.
    """
    if desk.read_only:
        raise ProjectReadOnly(name=desk.path.name)
    beside = store.beside(desk.path, rows_of(desk.project))
    path = next((each for each in beside if each.name == file), None)
    if path is None:
        raise BaseMapUnknown(value=file)
    tile_packs.delete(desk, path)
    return listing(desk.project)


def move(desk: "Desk", file: str, by: int) -> tuple[BaseMapView, ...]:
    """Move a base map up (by 1) or down (by -1), as far as it goes.  Raises BaseMapUnknown."""
    rows = list(rows_of(desk.project))
    row = _find(desk.path, rows, file)
    at = rows.index(row)
    rows.pop(at)
    rows.insert(max(0, min(len(rows), at + by)), row)
    return _write(desk, rows)


def adjust(
    desk: "Desk",
    file: str,
    *,
    title: str | None = None,
    opacity: float | None = None,
    is_visible: bool | None = None,
) -> tuple[BaseMapView, ...]:
    """Change how a base map is shown or called; None leaves as it is.  Raises BaseMapUnknown.

    opacity: 0 to 1, what lies outside is taken to the nearest.
    """
    rows = list(rows_of(desk.project))
    at = rows.index(_find(desk.path, rows, file))
    row = rows[at]
    if title is not None:
        row = row._replace(title=" ".join(title.split())[:MAX_TITLE])
    if opacity is not None:
        row = row._replace(opacity=max(0.0, min(1.0, opacity)))
    if is_visible is not None:
        row = row._replace(is_visible=is_visible)
    rows[at] = row
    return _write(desk, rows)


def _write(desk: "Desk", rows: Sequence[BaseMapRow]) -> tuple[BaseMapView, ...]:
    with desk.project.writing():
        store.write(desk.project.connection, rows)
    return tuple(_view(desk.path, row) for row in rows)


def _find(project: Path, rows: Iterable[BaseMapRow], file: str) -> BaseMapRow:
    """Return the row of a file, by its name or its slug.  Raises BaseMapUnknown."""
    for row in rows:
        if file in (store.path_of(project, row).name, row.file) or (file and file == row.slug):
            return row
    raise BaseMapUnknown(value=file)


# --- checking ---------------------------------------------------------------------------------


def check(
    desk: "Desk",
    *,
    accept: Iterable[str] = (),
    progress: "Report | None" = None,
    cancel: CancelToken | None = None,
) -> tuple[BaseMapView, ...]:
    """Read every base map whole and compare it with its hash; bottom to top.

    One that was never read before gets its hash now.  accept: files to take as they are, where
    they were changed on purpose.  Raises BaseMapUnknown, Cancelled.
    """
    rows = rows_of(desk.project)
    accepted = {_find(desk.path, rows, file).slug for file in accept}
    paths = [store.path_of(desk.path, row) for row in rows]
    reading = _Reading(sum(_size(path) or 0 for path in paths), progress, cancel)
    checked = tuple(
        _checked(path, row, row.slug in accepted, reading)
        for path, row in zip(paths, rows, strict=True)
    )
    if checked != rows and not desk.read_only:
        _write(desk, checked)
    return tuple(_view(desk.path, row) for row in checked)


class _Reading:
    """How far the reading of several files is."""

    def __init__(self, total: int, progress: "Report | None", cancel: CancelToken | None) -> None:
        self._step = stepper(progress, cancel, "check", mebibytes(total))
        self._before = 0

    def digest(self, path: Path) -> bytes:
        found = store.digest_of(path, lambda done: self._step(mebibytes(self._before + done)))
        self._before += path.stat().st_size
        return found


def _checked(path: Path, row: BaseMapRow, is_accepted: bool, reading: _Reading) -> BaseMapRow:
    """Return the row with what is known of its file now."""
    if not path.is_file():
        return row
    with translated(path):
        digest, status = reading.digest(path), path.stat()
    if row.digest not in (b"", digest) and not is_accepted:
        return row._replace(modified_ns=CHANGED)
    return row._replace(
        digest=digest, size_bytes=status.st_size, modified_ns=status.st_mtime_ns, file=path.name
    )
