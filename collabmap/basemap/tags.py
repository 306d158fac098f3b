"""Which OpenStreetMap tags make what on the map: data.

In each table the first key that decides wins; "" means "not drawn".
Source of the tags: wiki.openstreetmap.org/wiki/Map_features.
"""

from collections.abc import Iterator, Mapping

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
            "track": "pitch",
            "stadium": "pitch",
            "nature_reserve": "",
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
            "residential": "built_up",
            "commercial": "built_up",
            "retail": "built_up",
            "industrial": "built_up",
        },
    ),
    ("amenity", {"grave_yard": "green", "fountain": "water", "parking": "parking"}),
    ("aeroway", {"apron": "parking", "helipad": "parking"}),
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
    ("aeroway", {"runway": "runway", "taxiway": "taxiway"}),
    (
        "aerialway",
        {
            "cable_car": "cableway",
            "gondola": "cableway",
            "mixed_lift": "cableway",
            "chair_lift": "cableway",
        },
    ),
    ("route", {"ferry": "ferry"}),
)

# By admin_level.  Source: wiki.openstreetmap.org/wiki/Tag:boundary=administrative: 2 is a country,
# 4 and 6 a French region and département, 8 a commune (7 an Andorran parish).
BORDERS: Mapping[str, str] = {
    "2": "border_country",
    "3": "border_region",
    "4": "border_region",
    "5": "border_region",
    "6": "border_region",
    "7": "border_commune",
    "8": "border_commune",
}

# Classes of road whose number helps to find the way from afar, and those whose direction does
# from near (on a motorway it goes without saying).
NUMBERED = frozenset({"motorway", "trunk", "primary", "secondary"})
DIRECTED = frozenset(
    {
        "street",
        "pedestrian",
        "service",
        "tertiary",
        "tertiary_link",
        "secondary",
        "secondary_link",
        "primary",
        "primary_link",
        "trunk",
        "trunk_link",
    }
)
# Along the way as it was drawn, or against it.  Source: wiki.openstreetmap.org/wiki/Key:oneway.
ONE_WAY: Mapping[str, str] = {"yes": "→", "true": "→", "1": "→", "-1": "←", "reverse": "←"}
NAMED_WATER = frozenset({"river", "stream"})

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

# Points whose name tells where one is, without being what people would map themselves.
NAMED_NODES: Table = (
    ("natural", {"bay": "bay", "strait": "bay", "peak": "peak", "saddle": "peak"}),
    ("railway", {"station": "station", "halt": "station"}),
    ("aeroway", {"aerodrome": "station"}),
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
        "amenity", "place", "aeroway", "aerialway", "route", "boundary")  # fmt: skip
# What only the nearest zooms show: most objects of some extracts, so read only when wanted.
NEAR_KEYS = ("addr:housenumber",)


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


def border_of(tags: Mapping[str, str]) -> str:
    """Return which border runs along a way, '' for none (a border at sea is drawn by nobody)."""
    if tags.get("boundary") != "administrative" or tags.get("maritime") == "yes":
        return ""
    return BORDERS.get(tags.get("admin_level", ""), "")


def texts_of(
    tags: Mapping[str, str], kind: str, structure: str, language: str = "fr"
) -> Iterator[tuple[str, str]]:
    """Return what is written along a line, as (text, kind of name)."""
    if kind in NAMED_WATER and structure == "tunnel":
        return
    if "highway" in tags or kind in NAMED_WATER:
        name = name_of(tags, language)
        if name and structure != "tunnel":
            yield name, kind
        number = tags.get("ref", "")
        # What has no digit is a note among mappers, not a road's number.
        if kind in NUMBERED and any(char.isdigit() for char in number):
            yield number.replace(";", " · "), f"{kind}_number"
        arrow = ONE_WAY.get(tags.get("oneway", ""), "")
        if arrow and kind in DIRECTED and structure != "tunnel":
            yield arrow, "one_way"


def house_number_of(tags: Mapping[str, str]) -> str:
    """Return a house's number as it is written on the map: '12', '12bis', '' for none."""
    number = tags.get("addr:housenumber", "").strip()
    # A list of ten numbers on one house says where it begins and ends.
    parts = [part.strip() for part in number.replace(",", ";").split(";") if part.strip()]
    return f"{parts[0]}–{parts[-1]}" if len(parts) > 2 else ", ".join(parts)
