"""Splitting a place: one deed, which one undo takes back, or nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from sharing import view

from collabmap.app.session import Session
from collabmap.app.splitting import numbered
from collabmap.app.undoing import UndoLabel
from collabmap.domain.definitions import FIELD
from collabmap.domain.feature import FeatureState, PlaceDraft, PlaceView
from collabmap.domain.geo import LngLat
from collabmap.domain.splitting import split
from collabmap.errors import GeometryCollapsed, UndoOvertaken
from collabmap.store.device import Device

PARK = shapely.box(7.42, 43.73, 7.43, 43.74)
ACROSS = [LngLat(7.422, 43.7), LngLat(7.422, 43.8)]


@pytest.fixture
def coordinator(tmp_path: Path) -> Iterator[Session]:
    session = Session.create(tmp_path / "town", Device(tmp_path / "c"), "Ville", "Camille")
    yield session
    session.close()


def stored() -> list[bytes]:
    return [shapely.to_wkb(part, byte_order=1) for part in split(PARK, ACROSS)]


def park(session: Session) -> PlaceView:
    draft = PlaceDraft(
        "Parc", "nature", 7.42, 43.73, "ombragé", ("arbres",), "06", shapely.to_wkb(PARK)
    )
    return view(session, session.add(draft))


def test_a_split_place_keeps_one_part_and_the_other_is_a_place_of_its_own(
    coordinator: Session,
) -> None:
    before = park(coordinator)
    (new,) = coordinator.split(before, split(PARK, ACROSS))
    kept, other = view(coordinator, before.id), view(coordinator, new)
    assert [kept.geometry_wkb, other.geometry_wkb] == stored()
    assert (other.name, other.category, other.description, other.tags) == (
        "Parc (2)",
        "nature",
        "ombragé",
        ("arbres",),
    )
    assert kept.name == "Parc"
    assert not other.contact
    assert other.state == FeatureState.ACCEPTED


def test_one_undo_makes_one_place_of_it_again(coordinator: Session) -> None:
    before = park(coordinator)
    (new,) = coordinator.split(before, split(PARK, ACROSS))
    result = coordinator.undo()
    assert (result.done, result.kind, result.label) == (True, "split", "Parc")
    assert view(coordinator, before.id).geometry_wkb == before.geometry_wkb
    assert coordinator.reader.place(new) is None
    assert coordinator.undo_words()[0] == UndoLabel("add", "Parc")


def test_a_split_that_was_undone_is_done_again(coordinator: Session) -> None:
    before = park(coordinator)
    (new,) = coordinator.split(before, split(PARK, ACROSS))
    coordinator.undo()
    assert coordinator.redo().done
    assert [view(coordinator, id_).geometry_wkb for id_ in (before.id, new)] == stored()
    assert view(coordinator, new).tags == ("arbres",)
    coordinator.undo()
    assert coordinator.reader.place(new) is None


def test_undo_of_a_split_touches_nothing_where_somebody_went_on_with_a_part(
    coordinator: Session, tmp_path: Path
) -> None:
    before = park(coordinator)
    (new,) = coordinator.split(before, split(PARK, ACROSS))
    kit = coordinator.hand_out(tmp_path / "kit").path
    (tmp_path / "copy").mkdir()
    resident = Session.open_kit(kit, tmp_path / "copy", Device(tmp_path / "r"))
    resident.begin_person("Aïcha")
    resident.edit(view(resident, new), {"name": "Le bosquet"})
    coordinator.merge([resident.give_back(tmp_path / "r.cmbundle").path])
    resident.close()
    result = coordinator.undo()
    assert isinstance(result.why_not, UndoOvertaken)
    assert view(coordinator, before.id).geometry_wkb == stored()[0]
    assert coordinator.reader.place(new) is not None


def test_a_part_that_is_no_shape_splits_nothing(coordinator: Session) -> None:
    before = park(coordinator)
    with pytest.raises(GeometryCollapsed):
        coordinator.split(before, [PARK, shapely.Polygon()])
    assert view(coordinator, before.id).geometry_wkb == before.geometry_wkb
    assert coordinator.undo_words()[0] == UndoLabel("add", "Parc")


def test_parts_are_numbered_on_and_their_names_fit() -> None:
    assert [numbered("Parc", 0), numbered("Parc", 1)] == ["Parc (2)", "Parc (3)"]
    assert numbered("Parc (2)", 0) == "Parc (3)"
    assert numbered("x" * 200, 0) == "x" * 196 + " (2)"


def test_the_other_part_takes_along_what_the_theme_asks_also_what_is_private(
    coordinator: Session,
) -> None:
    coordinator.define(
        {
            (FIELD, "seats"): {"type": "number", "label_fr": "Places", "label_en": "Seats"},
            (FIELD, "owner"): {"type": "phone", "label_fr": "Tél.", "is_private": True},
        }
    )
    before = park(coordinator)
    said = {"seats": 80, "owner": "06 12 34 56 78"}
    coordinator.edit(before, {f"f:{field}": value for field, value in said.items()})
    (new,) = coordinator.split(view(coordinator, before.id), split(PARK, ACROSS))
    other = view(coordinator, new)
    assert other.values == said
    assert other.private_fields == ("owner",)


def test_a_private_value_is_not_taken_into_a_field_that_became_public(
    coordinator: Session,
) -> None:
    owner = (FIELD, "owner")
    coordinator.define({owner: {"type": "phone", "label_fr": "Tél.", "is_private": True}})
    before = park(coordinator)
    coordinator.edit(before, {"f:owner": "06 12 34 56 78"})
    coordinator.define({owner: {"is_private": False}})
    (new,) = coordinator.split(view(coordinator, before.id), split(PARK, ACROSS))
    assert not view(coordinator, new).values
