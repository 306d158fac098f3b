"""Names as they are compared: without accents, articles or case, abbreviations written out.

Both what an extract holds and what a person types go through here, so that « Bd. Ste-Dévote »,
« boulevard sainte devote » and « BOULEVARD DE SAINTE DÉVOTE » are the same three words.
"""

import re
import unicodedata
from collections.abc import Mapping

# Letters that Unicode does not take apart into a letter and its accent.
_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_WORD = re.compile(r"[^\W_]+")
# « l·l » of Catalan is two letters of one word, not the end of a word.
_INSIDE = re.compile(r"(?<=l)[·.](?=l)")

# Words that people leave out or add without meaning another street.
_ARTICLES = (
    "a al als au aux d da das de del della dels den der des di do dos du el els en et i l la las le"
    " les los of sur the un une van von y"
)
ARTICLES = frozenset(_ARTICLES.split())

# What is written out -> how it is shortened.  One short form may stand for several.
_SHORT_FORMS: Mapping[str, str] = {
    "abbe": "ab abb",
    "adjudant": "adj",
    "allee": "al all",
    "ancien": "anc",
    "appartement": "appt",
    "arrondissement": "arr arrdt",
    "avenue": "av ave aven avn",
    "avinguda": "avda avgda",
    "batiment": "bat",
    "boulevard": "b bd bld blv blvd boul bvd",
    "capitaine": "cap cne cpt",
    "carrefour": "car carr crf",
    "carrer": "c cr",
    "carretera": "ctra",
    "centre": "ctre ctr",
    "chateau": "chat cht",
    "chaussee": "chs chsee",
    "chemin": "ch che chem chm",
    "cite": "cit",
    "colonel": "col",
    "commandant": "cdt cmdt cdnt ct",
    "commercial": "cial",
    "commune": "com",
    "compagnie": "cie",
    "cours": "crs",
    "docteur": "doct dr",
    "domaine": "dom",
    "eglise": "egl",
    "escalier": "esc escal",
    "esplanade": "esp espl",
    "etablissement": "ets",
    "etage": "et",
    "faubourg": "faub fbg fg",
    "francais": "fr fcs",
    "general": "gal gen gl",
    "gare": "gre",
    "grand": "gd",
    "grande": "gde",
    "groupe": "grp",
    "hameau": "ham hm",
    "hopital": "hop",
    "hotel": "htl",
    "immeuble": "imm",
    "impasse": "imp",
    "industriel industrielle": "ind",
    "ingenieur": "ing",
    "jardin": "jard jdn",
    "lieutenant": "lt ltn",
    "lotissement": "lot",
    "madame": "mme",
    "maison": "mais",
    "marechal": "mal mar mchal",
    "marquis": "mis",
    "mademoiselle": "mlle",
    "monseigneur": "mgr",
    "monsieur": "mr m",
    "montee": "mte",
    "notre dame": "nd",
    "parking": "pkg",
    "passage": "pas pass psg",
    "passeig": "pg",
    "petit": "pt",
    "petite": "pte",
    "place": "pl plc",
    "placa": "pl pca",
    "plateau": "plt",
    "pont": "pt",
    "porte": "pte",
    "president": "pdt pres prt",
    "prince": "pce",
    "princesse": "pcesse psse",
    "professeur": "pr prof",
    "promenade": "prom",
    "quai": "q qu",
    "quartier": "qrt qtier quart",
    "reverend": "rev",
    "residence": "res resid",
    "rond point": "rpt",
    "route": "rte rt",
    "rue": "r",
    "ruelle": "rlle",
    "saint": "s st snt sant",
    "sainte": "ste snte",
    "saints": "sts",
    "saintes": "stes",
    "sant": "st",
    "santa": "sta",
    "sentier": "sen sent stier",
    "sergent": "sgt",
    "square": "sq sqr",
    "station": "sta stn",
    "supermarche": "super",
    "terrasse": "tsse",
    "traverse": "tra trav",
    "universite": "univ",
    "vallee": "val vall",
    "venelle": "ven",
    "vieille": "vlle",
    "vieux": "vx",
    "villa": "vla",
    "village": "vge vlge",
    "zone artisanale": "za",
    "zone industrielle": "zi",
}


def _abbreviations() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for full, shorts in _SHORT_FORMS.items():
        for short in shorts.split():
            found[short] = (*found.get(short, ()), *full.split())
    return found


# A short form -> the words that it may stand for.
ABBREVIATIONS: Mapping[str, tuple[str, ...]] = _abbreviations()

# A short form -> the likeliest of the words that it stands for, `nd` -> `notre dame`.
_WRITTEN_OUT: Mapping[str, str] = {
    short: full.split(" industrielle")[0] if full.startswith("industriel ") else full
    for full, shorts in reversed(list(_SHORT_FORMS.items()))
    for short in shorts.split()
}

# What a name begins with that says little about which one is meant.
_GENERIC = (
    "abri allee arret autobus avenue avinguda boulevard bus cami carrefour carrer carretera chemin"
    " cite cours escalier escaliers esplanade faubourg impasse lotissement montee parking passage"
    " passeig place placa placette pont promenade quai quartier residence rond route rue ruelle"
    " sentier square station street road traverse tunnel villa zone"
)
GENERIC = frozenset(_GENERIC.split())


def fold(text: str) -> str:
    """Return a text in small letters without accents, its words parted by single spaces.

    Folding what is folded changes nothing.
    """
    # Few letters need a second round: those that come apart into capitals or further marks.
    while not text.isascii():
        plain = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
        plain = _parted("".join(c for c in plain if not unicodedata.combining(c)))
        if plain == text:
            return plain
        text = plain
    return _parted(text.lower())


def _parted(text: str) -> str:
    return " ".join(_WORD.findall(_INSIDE.sub("", text)))


def words_of(text: str) -> list[str]:
    """Return the words of a name that count: folded, without articles unless it has no others."""
    words = fold(text).split()
    return [word for word in words if word not in ARTICLES] or words


def expansions(word: str) -> tuple[str, ...]:
    """Return the words that a short form may stand for, () where it is none."""
    return ABBREVIATIONS.get(word, ())


def written_out(word: str) -> str:
    """Return the likeliest words that a short form stands for, the word itself where it is none."""
    return _WRITTEN_OUT.get(word, word)


def weight(word: str) -> float:
    """Return how much a word says about which name is meant: `rue` little, `grimaldi` all."""
    if word in ARTICLES:
        return 0.1
    if word in GENERIC or any(full in GENERIC for full in expansions(word)):
        return 0.35
    return 1.0
