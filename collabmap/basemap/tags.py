"""Which OpenStreetMap tags make what on the map: data.

In each table the first key that decides wins; "" means "not drawn".
Source of the tags: wiki.openstreetmap.org/wiki/Map_features.
"""

from collections.abc import Mapping

Table = tuple[tuple[str, Mapping[str, str]], ...]

AREAS: Table = (
    ("building", {"no": "", "*": "building"}),
    ("highway", {"pedestrian": "plaza", "footway": "plaza", "living_street": "plaza"}),
    ("man_made", {"pier": "pier", "breakwater": "pier", "groyne": "pier", "quay": "pier"}),
    ("waterway", {"riverbank": "water", "dock": "water"}),
    (
        "natural",
        {
            "water": "water",
            "wood": "wood",
            "scrub": "green",
            "heath": "green",
            "grassland": "green",
            "wetland": "green",
            "beach": "sand",
            "sand": "sand",
            "bare_rock": "rock",
            "scree": "rock",
            "glacier": "rock",
        },
    ),
    (
        "leisure",
        {
            "park": "green",
            "garden": "green",
            "dog_park": "green",
            "playground": "green",
            "golf_course": "green",
            "pitch": "pitch",
            "miniature_golf": "pitch",
            "swimming_pool": "water",
        },
    ),
    (
        "landuse",
        {
            "forest": "wood",
            "grass": "green",
            "meadow": "green",
            "village_green": "green",
            "recreation_ground": "green",
            "flowerbed": "green",
            "orchard": "green",
            "vineyard": "green",
            "allotments": "green",
            "cemetery": "green",
            "basin": "water",
            "reservoir": "water",
        },
    ),
    ("amenity", {"grave_yard": "green", "fountain": "water"}),
    ("place", {"square": "plaza"}),
)

LINES: Table = (
    (
        "highway",
        {
            "motorway": "motorway",
            "motorway_link": "motorway_link",
            "trunk": "trunk",
            "trunk_link": "trunk_link",
            "primary": "primary",
            "primary_link": "primary_link",
            "secondary": "secondary",
            "secondary_link": "secondary_link",
            "tertiary": "tertiary",
            "tertiary_link": "tertiary_link",
            "residential": "street",
            "unclassified": "street",
            "living_street": "street",
            "road": "street",
            "busway": "street",
            "service": "service",
            "pedestrian": "pedestrian",
            "track": "track",
            "footway": "path",
            "path": "path",
            "cycleway": "path",
            "bridleway": "path",
            "steps": "steps",
        },
    ),
    (
        "railway",
        {
            "rail": "rail",
            "light_rail": "rail",
            "narrow_gauge": "rail",
            "funicular": "rail",
            "tram": "tram",
            "subway": "tram",
        },
    ),
    ("man_made", {"pier": "pier", "breakwater": "pier", "groyne": "pier"}),
    ("waterway", {"river": "river", "canal": "river", "stream": "stream", "ditch": "stream"}),
)

# Footways that only repeat a street beside them, or lie inside a house.
UNSEEN_WAYS: Mapping[str, frozenset[str]] = {
    "footway": frozenset({"sidewalk", "crossing", "traffic_island", "link"}),
    "indoor": frozenset({"yes", "corridor", "room"}),
    "service": frozenset({"parking_aisle"}),
}

# Lines that lie dry, as far as the coast is concerned: no quays, no paths along the water.
DRY_LINES = frozenset({"rail", "motorway", "trunk", "primary", "secondary", "tertiary", "street"})

PLACES = frozenset(
    {
        "city",
        "town",
        "village",
        "suburb",
        "quarter",
        "neighbourhood",
        "hamlet",
        "island",
        "islet",
        "locality",
    }
)

# Areas whose name is worth ink on quiet paper: the rest is for people to map.
NAMED_AREAS: Table = (
    ("place", {"square": "square", "island": "island", "islet": "island"}),
    ("leisure", {"park": "park", "garden": "park", "golf_course": "park", "marina": "bay"}),
    ("landuse", {"cemetery": "park", "forest": "park"}),
    ("natural", {"beach": "beach", "wood": "park", "water": "bay", "bay": "bay", "strait": "bay"}),
    ("highway", {"pedestrian": "square"}),
)

# The keys that any of the tables above looks at: all else never leaves the reader.
KEYS = ("building", "highway", "railway", "man_made", "waterway", "natural", "leisure", "landuse",
        "amenity", "place")  # fmt: skip


def kind_of(tags: Mapping[str, str], table: Table) -> str:
    """Return what a table makes of some tags, '' for nothing."""
    for key, kinds in table:
        value = tags.get(key)
        if value is None:
            continue
        kind = kinds.get(value, kinds.get("*"))
        if kind is not None:
            return kind
    return ""


def structure_of(tags: Mapping[str, str]) -> str:
    """Return 'tunnel', 'bridge' or 'ground'."""
    if tags.get("tunnel", "no") != "no" or tags.get("location") == "underground":
        return "tunnel"
    if tags.get("covered", "no") not in ("no", "arcade", "colonnade"):
        return "tunnel"
    return "bridge" if tags.get("bridge", "no") != "no" else "ground"


def is_unseen(tags: Mapping[str, str]) -> bool:
    """Whether a way is left out to keep the map quiet."""
    return any(tags.get(key) in values for key, values in UNSEEN_WAYS.items())


def is_underground(tags: Mapping[str, str]) -> bool:
    return (
        tags.get("location") == "underground"
        or tags.get("covered") == "yes"
        or tags.get("layer", "0").startswith("-")
    )


def name_of(tags: Mapping[str, str], language: str = "fr") -> str:
    """Return the name in a language, else the one on the signs, '' for none."""
    return (tags.get(f"name:{language}") or tags.get("name") or "").strip()
