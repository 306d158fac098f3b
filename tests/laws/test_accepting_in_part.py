"""Accepting a part of what is proposed: exactly that is published, on every laptop, for good."""

import functools
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sharing import copy_for, digest, founder, view

from collabmap.app.reader import unsealer
from collabmap.app.session import Session
from collabmap.domain.change import TAG
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geo import LngLat
from collabmap.domain.geometry import point_of_wkb, point_wkb
from collabmap.review.queue import ReviewItem
from collabmap.store.device import Device
from collabmap.store.features import readable
from collabmap.store.rows import texts_of

RUN = settings(
    max_examples=int(os.environ.get("COLLABMAP_LAWS", "20")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    print_blob=True,
)
PEOPLE = ("camille", "Aïcha", "Inès")
FIELDS = ("name", "category", "description", "contact", "position")
# Of the forms' field, the register that it writes.
REGISTERS = {name: "geometry" if name == "position" else name for name in FIELDS}
WORDS = ("ombre", "banc", "eau")
CATEGORIES = ("eau", "nature", "culture", "commerces")

values_of = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Fontaine", "Puits", "Lavoir"]),
        "category": st.sampled_from(CATEGORIES),
        "description": st.sampled_from(["", "Fraîche.", "Tarie."]),
        "contact": st.sampled_from(["", "06 39", "Chez Ali"]),
        "position": st.sampled_from([LngLat(7.41, 43.73), LngLat(7.43, 43.74)]),
        "tags": st.lists(st.sampled_from(WORDS), unique=True).map(tuple),
    },
)
parts_of = st.frozensets(
    st.sampled_from([*REGISTERS.values(), *(f"tag:{word}" for word in WORDS)]), max_size=5
)


@functools.cache
def template() -> Path:
    """Return a folder with a map of one accepted place and one that waits, on three laptops."""
    folder = Path(tempfile.mkdtemp(prefix="part-"))
    camille = founder(folder)
    people = [camille, *(copy_for(camille, name) for name in PEOPLE[1:])]
    camille.add(PlaceDraft("Source", "eau", 7.42, 43.73, "Vieille.", ("eau",), "Chez Jo"))
    people[1].add(PlaceDraft("Jardin", "nature", 7.44, 43.75, "Public.", ("ombre",), "07 01"))
    for source, targets in ((people[1], [camille]), (camille, people[1:])):
        for target in targets:
            carry(source, target, folder)
    for session in people:
        session.close()
        session.device.close()
    return folder


def carry(source: Session, target: Session, folder: Path) -> None:
    target.merge([source.give_back(folder / "carried").path])


@contextmanager
def laptops() -> Iterator[tuple[Path, list[Session]]]:
    folder = Path(tempfile.mkdtemp(prefix="part-run-"))
    shutil.copytree(template(), folder, dirs_exist_ok=True)
    paths = [next(folder.glob("*.collabmap"))]
    paths += [next((folder / f"{name}-map").glob("*.collabmap")) for name in PEOPLE[1:]]
    found = []
    for name, path in zip(PEOPLE, paths, strict=True):
        session = Session.open(path, Device(folder / name))
        session.project.connection.execute("PRAGMA synchronous = OFF")
        found.append(session)
    try:
        yield folder, found
    finally:
        for session in found:
            session.close()
            session.device.close()
        shutil.rmtree(folder)


def published(session: Session, place: bytes) -> dict[str, Any]:
    """Return what is published of a place, by register; the private contact in clear."""
    face = session.project.model.outcome(place).published
    unseal = unsealer(session.project, session.device)
    heads = {name: writes[0] for name, writes in face.registers.items()}
    values = {name: readable(write, name, unseal) for name, write in heads.items()}
    return {
        **{n: values.get(n) or "" for n in REGISTERS.values()},
        "tags": set(texts_of(face, TAG)),
    }


def shown(item: ReviewItem, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the card proposes, by register."""
    place = item.place
    tags = [field.after for field in item.fields if field.field == "tags"]
    return {
        "name": place.name,
        "category": place.category,
        "description": place.description,
        "contact": place.contact or "",
        "geometry": place.geometry_wkb,
        "tags": set((tags[0] or "").split(", ")) - {""} if tags else before["tags"],
    }


def expected(
    before: Mapping[str, Any], after: Mapping[str, Any], leave: frozenset[str], *, is_new: bool
) -> dict[str, Any]:
    """Return what must be published: of what is taken the new, of what is left out the old."""
    needed = {"name", "category", "geometry"} if is_new else set()
    kept = {name: before[name] for name in REGISTERS.values() if name in leave - needed}
    left = {word for word in WORDS if f"tag:{word}" in leave}
    return {**after, **kept, "tags": (after["tags"] - left) | (before["tags"] & left)}


def waits(session: Session, place: bytes) -> list[tuple[str, str | None, str | None]]:
    item = session.reader.review_item(place)
    return [(f.field, f.before, f.after) for f in item.fields] if item else []


@given(
    is_new=st.booleans(),
    edits=st.lists(values_of, min_size=1, max_size=3),
    leave=parts_of,
    meanwhile=values_of,
    is_back_first=st.booleans(),
)
@RUN
def test_exactly_what_is_taken_is_published(
    is_new: bool,
    edits: list[dict[str, Any]],
    leave: frozenset[str],
    meanwhile: dict[str, Any],
    is_back_first: bool,
) -> None:
    with laptops() as (folder, (camille, aicha, ines)):
        name = "Jardin" if is_new else "Source"
        place = next(mark.id for mark in camille.reader.marks() if mark.name == name)
        for values in edits:
            aicha.edit(view(aicha, place), values)
        seen = view(ines, place)
        ines.edit(seen, meanwhile)
        # A form writes nothing of what stays as it was, nor of a contact that it cannot show.
        written = {
            name: value
            for name, value in meanwhile.items()
            if value not in (getattr(seen, name, None) or "", LngLat(seen.lng, seen.lat))
        }
        carry(aicha, camille, folder)
        item = camille.reader.review_item(place)
        if item is None:
            return
        before, waiting = published(camille, place), waits(camille, place)
        taken = expected(before, shown(item, before), leave, is_new=is_new)
        camille.accept(item, leave=leave, reason="En partie.")
        assert published(camille, place) == taken
        assert waits(camille, place) == []
        assert camille.undo().done
        assert (published(camille, place), waits(camille, place)) == (before, waiting)
        assert camille.redo().done
        assert published(camille, place) == taken
        # The same on every laptop, in any order, and what nobody had seen is still there.
        ways = [(camille, aicha), (ines, camille), (camille, ines), (camille, aicha)]
        for source, target in ways if is_back_first else [*ways[1:], ways[0]]:
            carry(source, target, folder)
        assert len({digest(session) for session in (camille, aicha, ines)}) == 1
        for session in (camille, aicha, ines):
            assert {**published(session, place), "contact": ""} == {**taken, "contact": ""}
        for field, value in written.items():
            if field == "tags":
                assert set(value) - set(seen.tags) <= set(view(camille, place).tags)
            else:
                assert value in readings(camille, place, field), field


def readings(session: Session, place: bytes, field: str) -> list[object]:
    """Return all values of a field that a coordinator can read."""
    seen = view(session, place)
    item = session.reader.review_item(place)
    others = [s.value for s in seen.siblings if s.field == REGISTERS.get(field)]
    if field == "position":
        found = [point_of_wkb(wkb) for wkb in (seen.geometry_wkb, *others)]
        return [LngLat(*position) for position in found if position]
    if field == "contact" and item is not None:
        others = [v.text for f in item.fields if f.field == "contact" for v in f.values]
    return [getattr(seen, field) or "", *others]


@given(leave=parts_of, values=values_of)
@RUN
def test_what_a_coordinator_writes_while_accepting_is_published_in_one_deed(
    leave: frozenset[str], values: dict[str, Any]
) -> None:
    with laptops() as (folder, (camille, aicha, _ines)):
        place = next(mark.id for mark in camille.reader.marks() if mark.name == "Source")
        aicha.edit(
            view(aicha, place), {"name": "Bassin", "description": "Sale.", "tags": ("banc",)}
        )
        carry(aicha, camille, folder)
        item = camille.reader.review_item(place)
        assert item is not None
        before = published(camille, place)
        wanted = expected(before, shown(item, before), leave, is_new=False)
        # What reads as it was shown is not written anew: it is taken or left out as said.
        seen = {name: getattr(item.place, name, None) for name in values}
        own = {name: value for name, value in values.items() if value != seen[name]}
        camille.accept(item, leave=leave, values=own)
        now = published(camille, place)
        for name in own.keys() - {"tags", "position"}:
            wanted[name] = own[name]
        if "position" in own:
            wanted["geometry"] = point_wkb(*own["position"])
        if "tags" in own:
            wanted["tags"] = set(own["tags"])
        assert now == wanted
        assert camille.undo().done
        assert published(camille, place) == before
        carry(camille, aicha, folder)
        assert digest(camille) == digest(aicha)
