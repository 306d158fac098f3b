"""Words that no version of ours writes, in definitions, values, links, readings and photos.

Another version, or nobody's program, may have signed them: they are kept, and what cannot be read
of them is passed over, whatever is asked.
"""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collabmap.app.session import Session
from collabmap.domain import ids
from collabmap.domain.change import LINK, PHOTO, READING, Kind, encode
from collabmap.domain.definitions import subject_of
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.structure import add_structure, define_structure, set_structure
from collabmap.domain.theme_file import write_theme
from collabmap.store.device import Device

_KEYS = ("field", "unit", "from", "steps", "values", "devices", "device", "notes", "label_fr", 1)
_PROPERTIES = (
    "label_fr", "type", "icon", "hue", "options", "only_if", "order", "minimum", "categories",
    "drawn", "consent_fr", "consent_version", "territory",
)  # fmt: skip
_NUMBERS = (float("nan"), float("inf"), -1e308, 2**62, -1, 0, 3.5)
_TEXTS = ("text", "a'b\"", "no2", "$.values", "runs", "", "x" * 5000)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Session]:
    session = Session.create(
        tmp_path / "town", Device(tmp_path / "c"), "Ville", "Camille", theme="qualite-air"
    )
    yield session
    session.close()


def wild(dice: random.Random, depth: int = 0) -> Any:
    """Return any value that msgpack holds."""
    kind = dice.randrange(7 if depth < 4 else 5)
    if kind == 5:
        return [wild(dice, depth + 1) for _ in range(dice.randrange(4))]
    if kind == 6:
        return {dice.choice(_KEYS): wild(dice, depth + 1) for _ in range(dice.randrange(6))}
    plain = (None, dice.choice(_NUMBERS), dice.choice(_TEXTS), bytes(dice.randrange(40)), True)
    return plain[kind]


def wild_batch(dice: random.Random) -> dict[Any, Any]:
    """Return what looks like readings and is none."""
    count = dice.randrange(5)
    return {
        "field": "no2",
        "unit": dice.choice(["µg/m³", 3]),
        "from": dice.choice([0, 2**62, -5]),
        "steps": [0] * dice.randrange(5),
        "values": [wild(dice, 4) for _ in range(count)],
        "devices": [wild(dice, 4)],
        "device": [dice.choice([0, 5, -1])] * count,
        "notes": {dice.choice([0, 99, "a"]): wild(dice, 4)},
    }


def wild_row(dice: random.Random, town: Session, place: bytes, other: bytes) -> tuple[Any, ...]:
    """Return a change about a place, or about the theme."""
    own = {"own_accept": True}
    kind = dice.randrange(5)
    name = dice.choice([ids.new_id(town.now()), b"", b"x"])
    if kind == 0:
        payload = dice.choice([wild, wild_batch])(dice)
        return (Kind.ADD, place, add_structure(READING, name, **own), encode(payload))
    if kind == 1:
        target = dice.choice([other, place, bytes(16), b"zz"])
        structure = add_structure(LINK, name, target=target, **own)
        return (Kind.ADD, place, structure, encode(wild(dice)))
    if kind == 2:
        what = dice.choice(["category", "field", "link-type", "project", "weird"])
        key = dice.choice(["no2", "station", "self", "new", "Bad Key'\"", ""])
        said = {dice.choice(_PROPERTIES): wild(dice)}
        structure = define_structure(what, key, dict.fromkeys(said, ()))
        return (Kind.DEFINE, subject_of(what, key), structure, encode(said))
    if kind == 3:
        field = "f:" + dice.choice(["height", "setting", "no2", "a'b\"", "x" * 80, "", "since"])
        return (Kind.SET, place, set_structure({field: None}, **own), encode({field: wild(dice)}))
    return (Kind.ADD, place, add_structure(PHOTO, name, **own), encode(wild(dice)))


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_written_everything_is_still_answered(
    town: Session, tmp_path: Path, seed: int
) -> None:
    dice = random.Random(seed)
    place = town.add(PlaceDraft("Station", "station", 7.42, 43.73))
    other = town.add(PlaceDraft("Collectif", "collectif", 7.421, 43.73))
    for _ in range(60):
        town.write([wild_row(dice, town, place, other)])  # type: ignore[list-item]
    reader = town.reader

    assert reader.place(place) is not None
    assert write_theme(town.theme)
    assert town.consent().version
    for field in town.theme.fields:
        reader.readings(place, field.id)
    reader.link_graph()
    reader.ecosystem()
    reader.history(place)
    reader.queue()
    town.export_geojson(tmp_path / "out.geojson")
    before = town.project.model.digest()
    assert town.rebuild() == before
