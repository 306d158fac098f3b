"""The town that every benchmark maps, and what eight residents do to it: seeded, the same each run.

A map of n places, made by its founder.  Eight residents take a copy each and make 2,000 edits
without seeing one another's:

    35 %  a new place
    45 %  one field of a place, or two (30 % of these): name, description, category, position
    10 %  a tag
     5 %  a delete
     5 %  a comment

A quarter of the edits of places are of the resident's own new ones; of the others one in five falls
on the centre of the town (one place in fifty), where the residents meet one another's edits.

Nothing here knows of CollabMap or of its peers: town.py and peers.py write the same edits down for
each of them.
"""

import hashlib
import random
from collections.abc import Iterator
from typing import NamedTuple

RESIDENTS = 8
EDITS = 2000
# 2026-01-05, 08:00 UTC.  The founder imports the map then; the residents edit a week later.
BEGUN_MS = 1_767_600_000_000
WEEK_MS = 7 * 24 * 3600 * 1000
CENTRE = (-0.4594, 46.3237)

CATEGORIES = (
    "nature", "commerces", "entraide", "deplacer", "culture", "sport", "sante", "apprendre",
    "eau", "patrimoine", "savoir-faire", "dechets",
)  # fmt: skip
KINDS = (
    "Boulangerie", "École", "Fontaine", "Jardin partagé", "Bibliothèque", "Lavoir", "Marché",
    "Épicerie", "Pharmacie", "Gymnase", "Salle des fêtes", "Verger", "Aire de jeux", "Ferme",
    "Arrêt de bus", "Composteur", "Cabinet médical", "Chapelle", "Moulin", "Maison de quartier",
    "Ressourcerie", "Café associatif", "Abri à vélos", "Mare", "Crèche", "Atelier", "Halle",
    "Point d’eau", "Boîte à livres", "Terrain de boules", "Cimetière", "Passerelle", "Pigeonnier",
)  # fmt: skip
OWNERS = (
    "Saint-Michel", "Jules-Ferry", "des Trois Ponts", "du Vieux Puits", "de la Gare",
    "Marie-Curie", "des Tilleuls", "de l’Église", "Victor-Hugo", "du Bas Bourg", "Bellevue",
    "Jean-Moulin", "des Acacias", "de la Sèvre", "du Champ Clos", "Sainte-Pezenne", "du Port",
    "Louise-Michel", "des Remparts", "de Souché", "du Clou Bouchet", "Saint-Liguaire", "d’Antes",
    "Georges-Sand", "du Moulin à vent", "des Brizeaux", "de la Tour Chabot", "du Pontreau",
    "Aimé-Césaire", "des Halles", "Saint-Florent", "de Goise", "du Grand Feu", "Simone-Veil",
)  # fmt: skip
WORDS = (
    "ouvert", "fermé", "le", "mardi", "matin", "derrière", "la", "mairie", "accès", "par", "ruelle",
    "ombre", "bancs", "sous", "les", "platanes", "entrée", "libre", "demander", "clé", "voisine",
    "très", "calme", "avec", "des", "enfants", "eau", "potable", "en", "été", "seulement",
    "rénové", "2019", "par", "association", "du", "quartier", "attention", "marche", "haute",
    "fauteuil", "possible", "côté", "cour", "parking", "gratuit", "samedi", "après-midi", "vente",
    "directe", "légumes", "bio", "réparation", "de", "vélos", "prix", "libre", "ancien", "four",
    "communal", "pierre", "taillée", "vue", "sur", "vallée", "sentier", "balisé", "jusqu’au",
    "pont", "à", "refaire", "horaires", "changent", "pendant", "vacances", "scolaires", "tilleul",
    "centenaire", "inscription", "auprès", "accueil", "toilettes", "publiques", "lumière", "soir",
    "bruyant", "vendredi", "abri", "pluie", "pique-nique", "autorisé", "chiens", "tenus",
)  # fmt: skip
TAGS = (
    "accessible", "gratuit", "familles", "bio", "associatif", "ombragé", "fermé l’hiver",
    "à vérifier", "patrimoine", "bénévoles", "wifi", "toilettes", "parking vélo", "eau potable",
)  # fmt: skip
# Of these, words that are in no list: names of people, streets and fields.  Without them the texts
# would compress better than what people write.
ONSETS = (
    "b", "br", "c", "ch", "d", "f", "fl", "g", "gr", "j", "l", "m", "n", "p", "pl", "qu", "r", "s",
    "t", "tr", "v", "",
)  # fmt: skip
RHYMES = (
    "a", "é", "i", "o", "ou", "an", "on", "in", "eau", "ier", "elle", "ard", "ette", "ois", "ac",
    "ine", "ur", "eu",
)  # fmt: skip
FIELDS = ("name", "description", "category", "position")

Position = tuple[float, float]
Value = str | Position


class Place(NamedTuple):
    """A place as somebody first enters it.  position: longitude and latitude, WGS84 degrees."""

    id: bytes
    name: str
    category: str
    description: str
    position: Position


class Create(NamedTuple):
    at_ms: int
    place: Place


class Set(NamedTuple):
    """index: the place's number in the map that was handed out, None for an own new one."""

    at_ms: int
    id: bytes
    index: int | None
    values: dict[str, Value]


class Tag(NamedTuple):
    at_ms: int
    id: bytes
    index: int | None
    element: bytes
    text: str


class Comment(NamedTuple):
    at_ms: int
    id: bytes
    index: int | None
    element: bytes
    text: str


class Delete(NamedTuple):
    at_ms: int
    id: bytes
    index: int | None


Edit = Create | Set | Tag | Comment | Delete


def places(count: int) -> Iterator[Place]:
    """Yield the places of a map; a larger map begins with those of a smaller one."""
    dice = random.Random("the town")
    for index in range(count):
        yield _place(dice, place_id(index))


def place_id(index: int) -> bytes:
    """Return the UUIDv7 of a place of the map that is handed out."""
    return _uuid7(BEGUN_MS + index // 4, f"place {index}")


def edits(resident: int, count: int, map_size: int) -> Iterator[Edit]:
    """Yield what a resident does, in order, on a map of so many places.

    On a larger map the same edits spread over all of it, and so fall on other places.
    """
    dice = random.Random(f"resident {resident}")
    at_ms = BEGUN_MS + WEEK_MS + resident * 977
    own: list[bytes] = []
    gone: set[bytes] = set()
    for number in range(count):
        at_ms += dice.randint(3_000, 60_000)
        label = f"edit {resident} {number}"
        throw, subject, index = dice.random(), *_target(dice, own, gone, map_size)
        if throw < 0.35 or subject in gone:
            place = _place(dice, _uuid7(at_ms, label))
            own.append(place.id)
            yield Create(at_ms, place)
        elif throw < 0.80:
            fields = dice.sample(FIELDS, 2 if dice.random() < 0.3 else 1)
            new = _place(dice, subject)
            yield Set(at_ms, subject, index, {name: getattr(new, name) for name in sorted(fields)})
        elif throw < 0.90:
            yield Tag(at_ms, subject, index, _uuid7(at_ms, label), dice.choice(TAGS))
        elif throw < 0.95:
            gone.add(subject)
            yield Delete(at_ms, subject, index)
        else:
            yield Comment(at_ms, subject, index, _uuid7(at_ms, label), _sentence(dice))


def _target(
    dice: random.Random, own: list[bytes], gone: set[bytes], map_size: int
) -> tuple[bytes, int | None]:
    is_own, is_central, spread = dice.random() < 0.25, dice.random() < 0.2, dice.random()
    if is_own and own:
        return own[int(spread * len(own))], None
    index = int(spread * map_size)
    if is_central:
        index -= index % 50
    return place_id(index), index


def _place(dice: random.Random, uuid: bytes) -> Place:
    owner = dice.choice(OWNERS) if dice.random() < 0.5 else _made_up(dice).capitalize()
    name = f"{dice.choice(KINDS)} {owner}"
    lng = round(dice.gauss(CENTRE[0], 0.03), 7)
    lat = round(dice.gauss(CENTRE[1], 0.02), 7)
    description = _sentence(dice) if dice.random() < 0.6 else ""
    return Place(uuid, name, dice.choice(CATEGORIES), description, (lng, lat))


def _sentence(dice: random.Random) -> str:
    """Return words without sense: a third of them made up."""
    count = dice.randint(3, 12)
    words = (dice.choice(WORDS) if dice.random() < 0.67 else _made_up(dice) for _ in range(count))
    return " ".join(words).capitalize()


def _made_up(dice: random.Random) -> str:
    syllables = range(dice.randint(2, 3))
    return "".join(dice.choice(ONSETS) + dice.choice(RHYMES) for _ in syllables)


def _uuid7(ms: int, label: str) -> bytes:
    """Return a UUIDv7 whose random part comes from a label."""
    random_part = hashlib.blake2b(label.encode(), digest_size=10).digest()
    bits = bytes([0x70 | random_part[0] & 0x0F, random_part[1], 0x80 | random_part[2] & 0x3F])
    return ms.to_bytes(6, "big") + bits + random_part[3:]
