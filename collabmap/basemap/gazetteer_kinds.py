"""What the things of an extract are to somebody who searches: data.

kind -> how much of a landmark it is (0 to 100), and the words by which people ask for one when
they don't know its name, in French and English.  Source of the tags:
wiki.openstreetmap.org/wiki/Map_features.
"""

from collections.abc import Mapping
from typing import NamedTuple


class KindFacts(NamedTuple):
    """rank: 0 to 100, larger is more of a landmark.  words: to ask for one."""

    rank: int
    words: str = ""


KINDS: Mapping[str, KindFacts] = {
    "city": KindFacts(95, "ville"),
    "town": KindFacts(88, "ville"),
    "village": KindFacts(80, "village"),
    "suburb": KindFacts(72, "quartier"),
    "quarter": KindFacts(70, "quartier"),
    "island": KindFacts(70, "ile island"),
    "hamlet": KindFacts(62, "hameau"),
    "locality": KindFacts(46),
    "main_street": KindFacts(58),
    "street": KindFacts(54),
    "square": KindFacts(56),
    "path": KindFacts(42),
    "stairs": KindFacts(42, "escalier"),
    "road": KindFacts(50),
    "airport": KindFacts(60, "aeroport airport heliport"),
    "station": KindFacts(60, "gare station"),
    "town_hall": KindFacts(57, "mairie hotel de ville town hall"),
    "hospital": KindFacts(56, "hopital clinique hospital"),
    "stop": KindFacts(26, "arret bus stop"),
    "parking": KindFacts(30, "parking"),
    "school": KindFacts(44, "ecole college lycee school"),
    "nursery": KindFacts(40, "creche nursery"),
    "university": KindFacts(46, "universite university"),
    "library": KindFacts(45, "bibliotheque mediatheque library"),
    "police": KindFacts(44, "police gendarmerie"),
    "fire_station": KindFacts(43, "pompiers caserne fire station"),
    "post_office": KindFacts(43, "poste bureau post office"),
    "church": KindFacts(44, "eglise lieu culte church"),
    "cemetery": KindFacts(40, "cimetiere cemetery"),
    "museum": KindFacts(45, "musee museum"),
    "theatre": KindFacts(44, "theatre cinema salle spectacle"),
    "monument": KindFacts(38, "monument chateau memorial"),
    "sight": KindFacts(38, "tourisme sight"),
    "hall": KindFacts(42, "salle centre social association community hall"),
    "market": KindFacts(42, "marche market"),
    "park": KindFacts(44, "parc jardin park garden"),
    "playground": KindFacts(32, "aire jeux playground"),
    "sports": KindFacts(42, "stade gymnase piscine terrain sport"),
    "beach": KindFacts(44, "plage beach"),
    "harbour": KindFacts(44, "port marina harbour"),
    "water": KindFacts(42, "lac etang plan eau lake"),
    "river": KindFacts(44, "riviere fleuve ruisseau river"),
    "peak": KindFacts(44, "sommet mont pic peak"),
    "pass": KindFacts(44, "col pass"),
    "nature": KindFacts(34),
    "pharmacy": KindFacts(36, "pharmacie pharmacy"),
    "doctor": KindFacts(34, "medecin docteur dentiste sante doctor"),
    "bakery": KindFacts(33, "boulangerie patisserie bakery"),
    "supermarket": KindFacts(36, "supermarche epicerie alimentation supermarket"),
    "shop": KindFacts(28, "magasin boutique commerce shop"),
    "bank": KindFacts(30, "banque distributeur bank"),
    "restaurant": KindFacts(31, "restaurant"),
    "cafe": KindFacts(30, "cafe bar pub"),
    "hotel": KindFacts(33, "hotel hebergement camping"),
    "fuel": KindFacts(30, "station service essence carburant fuel"),
    "toilets": KindFacts(28, "toilettes wc toilets"),
    "water_point": KindFacts(28, "fontaine eau potable fountain"),
    "office": KindFacts(28, "bureau office"),
    "craft": KindFacts(28, "artisan atelier"),
    "estate": KindFacts(36, "zone lotissement residence"),
    "building": KindFacts(30, "immeuble batiment building"),
    "structure": KindFacts(28),
    "place": KindFacts(28),
}

# Key -> value -> kind, '*' for the values not named, '' for what nobody looks up.  The first key
# that decides wins.
Tables = tuple[tuple[str, Mapping[str, str]], ...]

STREETS: Mapping[str, str] = {
    "motorway": "main_street",
    "trunk": "main_street",
    "primary": "main_street",
    "secondary": "main_street",
    "tertiary": "street",
    "residential": "street",
    "unclassified": "street",
    "living_street": "street",
    "road": "street",
    "busway": "street",
    "service": "street",
    "pedestrian": "street",
    "track": "path",
    "footway": "path",
    "path": "path",
    "cycleway": "path",
    "bridleway": "path",
    "corridor": "path",
    "steps": "stairs",
}

PLACES: Mapping[str, str] = {
    "city": "city",
    "town": "town",
    "village": "village",
    "borough": "suburb",
    "suburb": "suburb",
    "quarter": "quarter",
    "neighbourhood": "quarter",
    "city_block": "quarter",
    "hamlet": "hamlet",
    "isolated_dwelling": "hamlet",
    "farm": "hamlet",
    "allotments": "hamlet",
    "locality": "locality",
    "island": "island",
    "islet": "island",
    "square": "square",
}

THINGS: Tables = (
    (
        "railway",
        {"station": "station", "halt": "station", "tram_stop": "stop", "subway_entrance": "stop"},
    ),
    ("aeroway", {"aerodrome": "airport", "heliport": "airport", "terminal": "airport"}),
    (
        "amenity",
        {
            "townhall": "town_hall",
            "courthouse": "town_hall",
            "hospital": "hospital",
            "clinic": "hospital",
            "parking": "parking",
            "parking_entrance": "",
            "parking_space": "",
            "school": "school",
            "music_school": "school",
            "language_school": "school",
            "college": "school",
            "kindergarten": "nursery",
            "childcare": "nursery",
            "university": "university",
            "library": "library",
            "police": "police",
            "fire_station": "fire_station",
            "post_office": "post_office",
            "place_of_worship": "church",
            "monastery": "church",
            "grave_yard": "cemetery",
            "theatre": "theatre",
            "cinema": "theatre",
            "arts_centre": "theatre",
            "casino": "theatre",
            "community_centre": "hall",
            "social_centre": "hall",
            "social_facility": "hall",
            "events_venue": "hall",
            "conference_centre": "hall",
            "marketplace": "market",
            "ferry_terminal": "station",
            "bus_station": "station",
            "pharmacy": "pharmacy",
            "doctors": "doctor",
            "dentist": "doctor",
            "veterinary": "doctor",
            "nursing_home": "hospital",
            "bank": "bank",
            "atm": "bank",
            "bureau_de_change": "bank",
            "restaurant": "restaurant",
            "fast_food": "restaurant",
            "food_court": "restaurant",
            "cafe": "cafe",
            "bar": "cafe",
            "pub": "cafe",
            "nightclub": "cafe",
            "fuel": "fuel",
            "charging_station": "fuel",
            "toilets": "toilets",
            "drinking_water": "water_point",
            "fountain": "water_point",
            "*": "place",
        },
    ),
    (
        "shop",
        {
            "bakery": "bakery",
            "pastry": "bakery",
            "supermarket": "supermarket",
            "convenience": "supermarket",
            "greengrocer": "supermarket",
            "mall": "market",
            "*": "shop",
        },
    ),
    (
        "tourism",
        {
            "museum": "museum",
            "gallery": "museum",
            "hotel": "hotel",
            "motel": "hotel",
            "hostel": "hotel",
            "guest_house": "hotel",
            "apartment": "hotel",
            "chalet": "hotel",
            "camp_site": "hotel",
            "alpine_hut": "hotel",
            "wilderness_hut": "hotel",
            "*": "sight",
        },
    ),
    (
        "leisure",
        {
            "park": "park",
            "garden": "park",
            "nature_reserve": "nature",
            "dog_park": "park",
            "playground": "playground",
            "marina": "harbour",
            "slipway": "harbour",
            "*": "sports",
        },
    ),
    ("historic", {"*": "monument"}),
    ("public_transport", {"station": "station", "stop_area": "", "*": "stop"}),
    ("highway", {"bus_stop": "stop", "platform": "stop"}),
    ("healthcare", {"*": "doctor"}),
    ("office", {"*": "office"}),
    ("craft", {"*": "craft"}),
    ("club", {"*": "hall"}),
    ("emergency", {"*": "place"}),
    ("harbour", {"*": "harbour"}),
    (
        "natural",
        {
            "peak": "peak",
            "volcano": "peak",
            "hill": "peak",
            "saddle": "pass",
            "beach": "beach",
            "water": "water",
            "bay": "water",
            "strait": "water",
            "spring": "water",
            "coastline": "",
            "tree": "nature",
            "*": "nature",
        },
    ),
    ("waterway", {"river": "river", "canal": "river", "stream": "river", "*": "river"}),
    (
        "landuse",
        {
            "cemetery": "cemetery",
            "forest": "nature",
            "meadow": "nature",
            "farmland": "nature",
            "basin": "water",
            "reservoir": "water",
            "harbour": "harbour",
            "*": "estate",
        },
    ),
    ("building", {"no": "", "church": "church", "school": "school", "*": "building"}),
    ("man_made", {"*": "structure"}),
    ("bridge", {"yes": "structure"}),
)


def kind_of_thing(tags: Mapping[str, str]) -> str:
    """Return the kind of a named thing, '' for what nobody would search."""
    for key, kinds in THINGS:
        value = tags.get(key)
        if value is None or value == "no":
            continue
        kind = kinds.get(value, kinds.get("*"))
        if kind is not None:
            return kind
    return ""
