"""How the base map looks: data, read by `drawing`.

The map is paper, the contributions are ink: few colours, no symbol; what people may want to put on
the map themselves is left to them.  Widths are pixels at the zooms named; a zoom
in between takes the geometric mean, a zoom before the first draws nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from collabmap.render.labels import TextStyle

Style = Literal["light", "dark", "contrast"]
Stops = Mapping[int, float]

ATTRIBUTION = "© contributeurs OpenStreetMap"
LICENSE = "ODbL"

# The world under the base maps: nearer than this it is plain land.  See `overview`.
WORLD_LAST_ZOOM = 13


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a style; the first fourteen are those of the visual language."""

    land: str
    building: str
    building_edge: str
    water: str
    water_edge: str
    green: str
    road: str
    casing: str
    path: str
    rail: str
    street_name: str
    street_halo: str
    # What the visual language leaves open, mixed from the colours above.
    wood: str
    sand: str
    rock: str
    pitch: str
    plaza: str
    plaza_edge: str
    pier_edge: str
    tunnel: str
    tunnel_casing: str
    tunnel_rail: str
    place_name: str
    place_halo: str
    green_name: str
    water_name: str
    water_halo: str
    built_up: str
    parking: str
    far_road: str
    border: str
    number: str
    arrow: str
    ferry: str


PALETTES: Mapping[str, Palette] = {
    "light": Palette(
        land="#F3F1EC",
        building="#E6E2DA",
        building_edge="#D9D4CA",
        water="#CFE0EA",
        water_edge="#B3CBD9",
        green="#DCE8D5",
        road="#FFFFFF",
        casing="#DAD5CB",
        path="#D9CFC2",
        rail="#B9B4AA",
        street_name="#5F656C",
        street_halo="#FFFFFF",
        wood="#D3E2CB",
        sand="#F2EAD7",
        rock="#EAE6DE",
        pitch="#D2E3CB",
        plaza="#FAF9F5",
        plaza_edge="#E3DED5",
        pier_edge="#CBC8BF",
        tunnel="#F7F5F1",
        tunnel_casing="#E4DFD6",
        tunnel_rail="#D9D5CC",
        place_name="#474D55",
        place_halo="#FFFFFF",
        green_name="#4E6B48",
        water_name="#3B617A",
        water_halo="#CFE0EA",
        built_up="#ECE8DF",
        parking="#F0EEE7",
        far_road="#C9C2B5",
        border="#B3A9B5",
        number="#6B6660",
        arrow="#9AA0A6",
        ferry="#8FB0C4",
    ),
    "dark": Palette(
        land="#20262C",
        building="#2A3138",
        building_edge="#343C44",
        water="#15222E",
        water_edge="#23394A",
        green="#22332B",
        road="#39424B",
        casing="#1A1F24",
        path="#343C45",
        rail="#4A535C",
        street_name="#A0AAB4",
        street_halo="#20262C",
        wood="#21352B",
        sand="#2C2D2B",
        rock="#272D33",
        pitch="#263B31",
        plaza="#2F373F",
        plaza_edge="#262D33",
        pier_edge="#2E3942",
        tunnel="#2A3138",
        tunnel_casing="#252B31",
        tunnel_rail="#343C44",
        place_name="#C3CBD3",
        place_halo="#20262C",
        green_name="#8DB094",
        water_name="#7FA3BC",
        water_halo="#15222E",
        built_up="#252C33",
        parking="#283038",
        far_road="#4C5761",
        border="#5B5667",
        number="#95A0AA",
        arrow="#77828D",
        ferry="#365169",
    ),
    # White paper, black lines and names: for eyes that need edges, and for a beamer in daylight.
    "contrast": Palette(
        land="#FFFFFF",
        building="#E3E3E3",
        building_edge="#8A8A8A",
        water="#BFE1F5",
        water_edge="#1F5C85",
        green="#D3EBC8",
        road="#FFFFFF",
        casing="#5A5A5A",
        path="#6E6E6E",
        rail="#4A4A4A",
        street_name="#000000",
        street_halo="#FFFFFF",
        wood="#C4E2B7",
        sand="#F7EBC8",
        rock="#ECECEC",
        pitch="#C8E6BC",
        plaza="#F7F7F7",
        plaza_edge="#8A8A8A",
        pier_edge="#5A5A5A",
        tunnel="#F3F3F3",
        tunnel_casing="#9A9A9A",
        tunnel_rail="#9A9A9A",
        place_name="#000000",
        place_halo="#FFFFFF",
        green_name="#0B4A28",
        water_name="#003E7E",
        water_halo="#FFFFFF",
        built_up="#F4F4F4",
        parking="#F4F4F4",
        far_road="#5A5A5A",
        border="#7A3F7A",
        number="#333333",
        arrow="#333333",
        ferry="#1F5C85",
    ),
}


# --- areas, from the bottom up ----------------------------------------------------------------


class AreaRule(NamedTuple):
    """kind: of `tags`.  colour, edge: names of palette colours, '' for no edge."""

    kind: str
    colour: str
    edge: str
    first_zoom: int
    edge_px: float = 1.0
    last_zoom: int = 22


AREAS_UNDER_ROADS: tuple[AreaRule, ...] = (
    AreaRule("far_sea", "water", "", 0, last_zoom=12),
    AreaRule("far_land", "land", "", 0, last_zoom=12),
    AreaRule("near_land", "land", "", 0, last_zoom=12),
    AreaRule("rock", "rock", "", 11),
    # Where the houses themselves are drawn well, it would only take their edge off them.
    AreaRule("built_up", "built_up", "", 9, last_zoom=14),
    AreaRule("green", "green", "", 11),
    AreaRule("wood", "wood", "", 9),
    AreaRule("sand", "sand", "", 13),
    AreaRule("parking", "parking", "", 15),
    AreaRule("pitch", "pitch", "", 14),
    # From afar without an edge: it would run along where the extract ends, through the open sea.
    AreaRule("sea", "water", "", 0, last_zoom=12),
    AreaRule("sea", "water", "water_edge", 13),
    AreaRule("water", "water", "water_edge", 8),
    AreaRule("pier", "land", "pier_edge", 13),
    AreaRule("plaza", "plaza", "plaza_edge", 14),
)
BUILDINGS = AreaRule("building", "building", "building_edge", 14, 0.9)

# --- lines ------------------------------------------------------------------------------------


class RoadRule(NamedTuple):
    kind: str
    width_px: Stops


# From the least to the most important: the last is painted on top.
ROADS: tuple[RoadRule, ...] = (
    RoadRule("track", {14: 1.0, 16: 2.0, 18: 5.0}),
    RoadRule("service", {14: 0.9, 15: 1.5, 16: 2.8, 17: 4.8, 18: 9.0}),
    RoadRule("pedestrian", {14: 1.2, 15: 2.2, 16: 3.8, 17: 6.4, 18: 11.0}),
    RoadRule("street", {12: 0.7, 13: 1.1, 14: 1.9, 15: 3.3, 16: 5.6, 17: 9.0, 18: 16.0}),
    RoadRule("tertiary_link", {13: 1.1, 14: 1.8, 15: 3.0, 16: 5.0, 17: 8.0, 18: 14.0}),
    RoadRule("secondary_link", {13: 1.2, 14: 2.0, 15: 3.2, 16: 5.2, 17: 8.4, 18: 15.0}),
    RoadRule("primary_link", {13: 1.3, 14: 2.1, 15: 3.4, 16: 5.6, 17: 9.0, 18: 16.0}),
    RoadRule("trunk_link", {12: 1.2, 14: 2.4, 16: 6.2, 17: 10.0, 18: 17.0}),
    RoadRule("motorway_link", {11: 1.0, 12: 1.3, 14: 2.6, 16: 6.4, 17: 10.0, 18: 17.0}),
    RoadRule("tertiary", {11: 0.7, 12: 1.0, 13: 1.5, 14: 2.5, 15: 4.2, 16: 6.8, 17: 11, 18: 19}),
    RoadRule("secondary", {9: 0.6, 12: 1.3, 13: 1.9, 14: 3.0, 15: 4.9, 16: 7.8, 17: 12, 18: 21}),
    RoadRule("primary", {8: 0.7, 12: 1.6, 13: 2.3, 14: 3.5, 15: 5.6, 16: 8.8, 17: 13.4, 18: 23}),
    RoadRule("trunk", {6: 0.7, 12: 2.0, 13: 2.7, 14: 4.0, 15: 6.2, 16: 9.6, 17: 14.6, 18: 25}),
    RoadRule("motorway", {5: 0.7, 12: 2.3, 13: 3.0, 14: 4.4, 15: 6.8, 16: 10.4, 17: 16, 18: 27}),
)  # fmt: skip

# Up to here a road is one line, white with an edge would be neither; then, as long as it runs
# through open land rather than between houses, its edge is a stronger one.
FAR_ZOOM = 11
OPEN_LAND_ZOOM = 14

# On each side of a road.
CASING_PX: Stops = {5: 0.4, 12: 0.9, 13: 0.9, 14: 0.9, 15: 1.0, 18: 1.2}

# Lines of one colour, under the roads.
PATH_PX: Stops = {15: 0.8, 16: 1.1, 17: 1.6, 18: 2.4}
PATH_DASH: Mapping[str, tuple[float, ...]] = {"path": (), "steps": (2.0, 1.4)}
RIVER_PX: Stops = {8: 0.7, 12: 1.6, 14: 3.0, 16: 7.0, 18: 18.0}
STREAM_PX: Stops = {13: 0.6, 15: 1.0, 17: 2.2, 18: 3.0}
PIER_PX: Stops = {13: 1.0, 15: 1.8, 16: 3.0, 17: 5.0, 18: 9.0}
RAIL_PX: Stops = {8: 0.6, 12: 0.9, 14: 1.2, 16: 1.8, 18: 2.6}
RAIL_DASH: tuple[float, ...] = (5.0, 3.5)
TUNNEL_DASH: tuple[float, ...] = (4.0, 3.0)
RUNWAY_PX: Mapping[str, Stops] = {
    "taxiway": {13: 0.8, 15: 2.5, 18: 16.0},
    "runway": {10: 1.2, 12: 2.4, 14: 6.0, 16: 20.0, 18: 60.0},
}
CABLEWAY_PX: Stops = {12: 0.6, 15: 0.9, 18: 1.4}
CABLEWAY_DASH: tuple[float, ...] = (9.0, 2.0)
FERRY_PX: Stops = {9: 0.7, 14: 1.1, 18: 1.6}
FERRY_DASH: tuple[float, ...] = (7.0, 5.0)


class BorderRule(NamedTuple):
    width_px: Stops
    dash: tuple[float, ...]


BORDERS: Mapping[str, BorderRule] = {
    "border_commune": BorderRule({11: 0.6, 14: 0.9, 18: 1.4}, (4.0, 3.0)),
    "border_region": BorderRule({7: 0.7, 11: 1.0, 18: 1.8}, (7.0, 3.0, 1.5, 3.0)),
    "border_country": BorderRule({5: 0.9, 10: 1.3, 18: 2.4}, (9.0, 3.0, 1.5, 3.0)),
}

# --- names ------------------------------------------------------------------------------------


class NameRule(NamedTuple):
    """first_zoom, last_zoom: where it is written.  rank: small is placed first.

    colour, halo: names of palette colours.  room: for areas, how much wider than the area the
    name may be (0: as wide as it likes).
    """

    first_zoom: int
    last_zoom: int
    rank: int
    size_px: Stops
    weight: int
    colour: str
    halo: str
    spacing_px: float = 0.0
    room: float = 0.0


PLACE_NAMES: Mapping[str, NameRule] = {
    "city": NameRule(5, 14, 0, {5: 12, 10: 15, 14: 19}, 600, "place_name", "place_halo", 0.2),
    "town": NameRule(8, 15, 1, {8: 11, 12: 14, 15: 17}, 600, "place_name", "place_halo", 0.2),
    "village": NameRule(11, 16, 2, {11: 11, 14: 13, 16: 15}, 600, "place_name", "place_halo"),
    "suburb": NameRule(14, 17, 3, {14: 11.5, 16: 14, 17: 15}, 600, "place_name", "place_halo", 0.3),
    "quarter": NameRule(14, 17, 4, {14: 11, 17: 14}, 600, "place_name", "place_halo", 0.2),
    "neighbourhood": NameRule(15, 18, 5, {15: 11, 18: 13}, 600, "place_name", "place_halo"),
    "hamlet": NameRule(13, 18, 5, {13: 11, 18: 13}, 600, "place_name", "place_halo"),
    "island": NameRule(12, 18, 5, {12: 11, 18: 13}, 600, "place_name", "place_halo"),
    "islet": NameRule(15, 18, 6, {15: 11, 18: 12}, 500, "place_name", "place_halo"),
    "locality": NameRule(15, 18, 8, {15: 11, 18: 12}, 500, "street_name", "street_halo"),
    "bay": NameRule(14, 18, 6, {14: 11, 16: 12, 18: 14}, 500, "water_name", "water_halo", 0.3, 1.2),
    "beach": NameRule(16, 18, 30, {16: 11, 18: 12}, 500, "street_name", "street_halo", 0, 1.6),
    "park": NameRule(15, 18, 20, {15: 11, 18: 12}, 500, "green_name", "street_halo", 0, 1.3),
    "square": NameRule(16, 18, 18, {15: 11, 18: 12}, 500, "street_name", "street_halo", 0, 2.2),
    "station": NameRule(14, 22, 7, {14: 11, 18: 13}, 600, "street_name", "street_halo"),
    "peak": NameRule(13, 18, 9, {13: 10.5, 18: 12}, 500, "street_name", "street_halo"),
    "house_number": NameRule(18, 22, 60, {18: 10, 19: 11}, 400, "number", "street_halo"),
}
# Every house has its own, even if the next street's 12 is near.
UNIQUE_NAMES = frozenset({"house_number"})

STREET_SIZE_PX: Stops = {12: 11, 16: 11, 17: 12, 18: 13}
STREET_WEIGHT = 400
STREET_NAMES: Mapping[str, NameRule] = {
    kind: NameRule(first, 22, rank, STREET_SIZE_PX, STREET_WEIGHT, "street_name", "street_halo")
    for kind, first, rank in (
        ("motorway", 13, 10),
        ("trunk", 13, 10),
        ("primary", 14, 11),
        ("secondary", 15, 12),
        ("tertiary", 15, 13),
        ("street", 16, 14),
        ("pedestrian", 16, 15),
        ("service", 17, 40),
        ("track", 17, 41),
        ("path", 17, 42),
        ("steps", 17, 43),
    )
} | {
    "motorway_number": NameRule(9, 15, 16, {9: 10, 13: 11}, 600, "number", "street_halo"),
    "trunk_number": NameRule(10, 15, 16, {9: 10, 13: 11}, 600, "number", "street_halo"),
    "primary_number": NameRule(11, 15, 17, {9: 10, 13: 11}, 600, "number", "street_halo"),
    "secondary_number": NameRule(12, 15, 19, {9: 10, 13: 11}, 600, "number", "street_halo"),
    "river": NameRule(13, 22, 8, {13: 11, 18: 13}, 500, "water_name", "place_halo", 0.3),
    "stream": NameRule(15, 22, 30, {15: 10.5, 18: 12}, 400, "water_name", "place_halo", 0.2),
    # Last: an arrow gives way to every name.
    "one_way": NameRule(17, 22, 90, {17: 13, 18: 16}, 500, "arrow", "road"),
}
# A direction stands often enough to be met in every block.
ARROW_REPEAT_PX = 190.0


def at_zoom(stops: Stops, zoom: int) -> float:
    """Return a value at a zoom: 0 before the first stop, growing on as before after the last."""
    zooms = sorted(stops)
    if zoom < zooms[0]:
        return 0.0
    if zoom in stops:
        return float(stops[zoom])
    low = max((z for z in zooms if z < zoom), default=zooms[0])
    high = next((z for z in zooms if z > zoom), zooms[-1])
    if high == low:
        if len(zooms) == 1:
            return float(stops[low])
        low = zooms[-2]
    share = (zoom - low) / (high - low)
    return float(stops[low] * (stops[high] / stops[low]) ** share)


def text_style(rule: NameRule, palette: Palette, zoom: int) -> TextStyle:
    """Return how a name looks at a zoom."""
    size = round(at_zoom(rule.size_px, zoom) * 2) / 2
    return TextStyle(
        size,
        rule.weight,
        getattr(palette, rule.colour),
        getattr(palette, rule.halo),
        spacing_px=rule.spacing_px,
    )


def halfway(one: str, other: str) -> str:
    """Return the colour between two, all '#RRGGBB'."""
    pairs = (int(one[i : i + 2], 16) + int(other[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{(total + 1) // 2:02X}" for total in pairs)
