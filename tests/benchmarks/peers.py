"""The workload as documents of pycrdt (Yjs) and of loro, in the layout that each is fastest with.

Tried for both, at 20,000 and 100,000 places, 8 x 2,000 edits:

- A map of maps, one a place, against one flat map with "place/field" as its key: flat takes 1.3 to
  1.5 times as long with pycrdt; with loro as long, and more room.
- pycrdt: skip_gc=True saves a fifth (what was deleted stays in the document, as it stays in our
  log), and all in one transaction a little more; merging the updates into one before saves nothing.
- loro: a snapshot loads 5 times as fast as the updates it was made of, and merges 3 times as
  slowly; in all it takes 0.7 of the time.  import_batch takes 1.1 times as long as one by one.
- Neither has an undo manager or an observer attached; loro keeps no time of changes.

A tag is a key "#tag" of its place, a comment a key "!id", a position 16 bytes: in containers of
their own all would be slower.  A delete takes the key of the place away.
"""

import base64
import struct
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import loro
import pycrdt
import workload
from measuring import cache_folder, copy_to_disk, write_durably
from workload import Create, Delete, Edit, Place, Set, Tag

PEERS = ("pycrdt", "loro")
_PLACES = "places"
_HERE = Path(__file__).resolve()
_CODE = (_HERE, _HERE.with_name("workload.py"))
_POSITION = struct.Struct("<dd")


def document(peer: str, count: int) -> Path:
    """Return the saved document of a map of so many places; not to be written to."""
    path = cache_folder(*_CODE) / f"town-{count}.{peer}"
    if not path.is_file():
        print(f"Making {peer}'s document of {count:,} places (kept for the next run)", flush=True)
        write_durably(path, _MAKE[peer](count))
    return path


def write_updates(
    peer: str,
    folder: Path,
    edits: int,
    map_size: int,
    adapt: Callable[[Edit], Edit] = lambda edit: edit,
) -> list[Path]:
    """Write what each resident's copy exports after its edits; return the files in order.

    adapt: what is written of each edit.
    """
    folder.mkdir(parents=True, exist_ok=True)
    base = document(peer, map_size).read_bytes()
    paths = []
    for number in range(workload.RESIDENTS):
        path = folder / f"resident-{number}.update"
        made = _EDIT[peer](base, number, map(adapt, workload.edits(number, edits, map_size)))
        path.write_bytes(made)
        paths.append(path)
    return paths


def merge(peer: str, document: Path, updates: Iterable[Path]) -> int:
    """Open the saved document, take the updates in, save it; return how many places there are."""
    return _MERGE[peer](document, [path.read_bytes() for path in updates])


def copy_of(source: Path, folder: Path) -> Path:
    """Return a copy that may be written to, and that is on the disk."""
    folder.mkdir(parents=True, exist_ok=True)
    return copy_to_disk(source, folder / source.name)


# --- pycrdt -----------------------------------------------------------------------------------


def _pycrdt_make(count: int) -> bytes:
    doc = pycrdt.Doc(client_id=1)
    places = doc.get(_PLACES, type=pycrdt.Map)
    with doc.transaction():
        for place in workload.places(count):
            places[_key(place.id)] = pycrdt.Map(_values(place))
    return doc.get_update()


def _pycrdt_edit(base: bytes, number: int, edits: Iterable[Edit]) -> bytes:
    doc = pycrdt.Doc(client_id=10 + number)
    doc.apply_update(base)
    before = doc.get_state()
    places = doc.get(_PLACES, type=pycrdt.Map)

    def create(place: Place) -> None:
        places[_key(place.id)] = pycrdt.Map(_values(place))

    def write(subject: bytes, values: dict[str, Any]) -> None:
        place = places[_key(subject)]
        for name, value in values.items():
            place[name] = value

    with doc.transaction():
        _replay(edits, create, write, lambda subject: places.pop(_key(subject)))
    return doc.get_update(before)


def _pycrdt_merge(document: Path, updates: list[bytes]) -> int:
    doc = pycrdt.Doc(skip_gc=True)
    places = doc.get(_PLACES, type=pycrdt.Map)
    with doc.transaction():
        doc.apply_update(document.read_bytes())
        for update in updates:
            doc.apply_update(update)
    write_durably(document, doc.get_update())
    return len(places)


# --- loro -------------------------------------------------------------------------------------


def _loro_make(count: int) -> bytes:
    doc = loro.LoroDoc()
    doc.peer_id = 1
    places = doc.get_map(_PLACES)
    for place in workload.places(count):
        _loro_create(places, place)
    doc.commit()
    return doc.export(loro.ExportMode.Snapshot())


def _loro_create(places: loro.LoroMap, place: Place) -> None:
    made = places.insert_container(_key(place.id), loro.LoroMap())
    for name, value in _values(place).items():
        made.insert(name, value)


def _loro_edit(base: bytes, number: int, edits: Iterable[Edit]) -> bytes:
    doc = loro.LoroDoc()
    doc.import_(base)
    doc.peer_id = 10 + number
    before = doc.oplog_vv
    places = doc.get_map(_PLACES)

    def write(subject: bytes, values: dict[str, Any]) -> None:
        found = places.get(_key(subject))
        assert found is not None
        for name, value in values.items():
            found.container.insert(name, value)

    _replay(
        edits,
        lambda place: _loro_create(places, place),
        write,
        lambda subject: places.delete(_key(subject)),
    )
    doc.commit()
    return doc.export(loro.ExportMode.Updates(before))


def _loro_merge(document: Path, updates: list[bytes]) -> int:
    doc = loro.LoroDoc()
    doc.import_(document.read_bytes())
    for update in updates:
        doc.import_(update)
    write_durably(document, doc.export(loro.ExportMode.Snapshot()))
    return len(doc.get_map(_PLACES))


# --- both -------------------------------------------------------------------------------------

_MAKE: dict[str, Callable[[int], bytes]] = {"pycrdt": _pycrdt_make, "loro": _loro_make}
_EDIT: dict[str, Callable[[bytes, int, Iterable[Edit]], bytes]] = {
    "pycrdt": _pycrdt_edit,
    "loro": _loro_edit,
}
_MERGE: dict[str, Callable[[Path, list[bytes]], int]] = {
    "pycrdt": _pycrdt_merge,
    "loro": _loro_merge,
}


def _replay(
    edits: Iterable[Edit],
    create: Callable[[Place], object],
    write: Callable[[bytes, dict[str, Any]], object],
    delete: Callable[[bytes], object],
) -> None:
    for edit in edits:
        if isinstance(edit, Create):
            create(edit.place)
        elif isinstance(edit, Delete):
            delete(edit.id)
        elif isinstance(edit, Set):
            write(edit.id, {name: _value(value) for name, value in edit.values.items()})
        elif isinstance(edit, Tag):
            write(edit.id, {f"#{edit.text}": True})
        else:
            write(edit.id, {f"!{_key(edit.element)}": edit.text})


def _key(uuid: bytes) -> str:
    return base64.b85encode(uuid).decode()


def _values(place: Place) -> dict[str, Any]:
    return {f: _value(v) for f, v in place._asdict().items() if f != "id" and v}


def _value(value: workload.Value | bytes) -> str | bytes:
    return value if isinstance(value, str | bytes) else _POSITION.pack(*value)
