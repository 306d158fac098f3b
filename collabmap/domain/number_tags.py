"""Numbers that people put into keywords: « pm2.5 = 12 », « no2: 18,4 µg/m³ », « comptage=340 »."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

# A number this large was not measured in a town: a slip, or a telephone number.
MAX_VALUE = 1e12
# So many letters of a unit are read; what is longer is a sentence.
_MAX_UNIT = 20

_SPACES = " \u00a0\u202f\u2009"
_DIGITS = rf"\d+(?:[{_SPACES}]\d{{3}})+|\d[\d.,]*|[.,]\d+"
_VALUE = re.compile(
    rf"(?P<sign>[-+\u2212]?)[{_SPACES}]*(?P<digits>{_DIGITS})(?P<rest>.*)", re.DOTALL
)
_DECIMALS = re.compile(r"[.,]\d+")
_EXPONENT = re.compile(r"[eE][-+]?\d{1,3}")
# One word, or « vélos par jour »; never a second number.
_UNIT = re.compile(r"[^\W\d_]\S*(?: (?:par|per) \S+)?|[%‰°µ€$]\S*")


class NumberTag(NamedTuple):
    """A keyword that names a number.  value: None where none can be read.  unit: '' if none."""

    name: str
    value: float | None
    unit: str

    @property
    def key(self) -> str:
        """The name as it is compared: nobody means another thing by « PM2.5 »."""
        return self.name.casefold()


class Series(NamedTuple):
    """A name that people gave numbers.  unit: the one given most often.  size: how many have it."""

    name: str
    unit: str
    size: int

    @property
    def key(self) -> str:
        return self.name.casefold()


class Left(NamedTuple):
    """What a series leaves out: numbers that cannot be read or shown, and those in other units."""

    unreadable: int
    other_units: int


def parse(tag: str) -> NumberTag | None:
    """Return what a keyword says, None if it is not of the kind « name = something »."""
    parted = tag.partition("=" if "=" in tag else ":")
    name, said = " ".join(parted[0].split()), parted[2].strip()
    if not parted[1] or not name or not said or not any(c.isalpha() for c in name):
        return None
    value, unit = value_of(said)
    return NumberTag(name, value, unit)


def value_of(text: str) -> tuple[float | None, str]:
    """Return (number, unit), as written in French or in English; (None, '') if there is none.

    Spaces part thousands.  Of a comma and a point the last is the decimal one; either alone is.
    """
    found = _VALUE.fullmatch(text)
    if found is None:
        return None, ""
    digits, rest = found["digits"], found["rest"]
    whole = "".join(c for c in digits if c not in _SPACES)
    if len(whole) < len(digits) and (more := _DECIMALS.match(rest)):
        # After thousands that are parted by spaces come the decimals.
        whole, rest = whole + more[0], rest[more.end() :]
    if more := _EXPONENT.match(rest):
        whole, rest = whole + more[0], rest[more.end() :]
    unit = " ".join(rest.split())
    number = _number(whole)
    if number is None or (unit and (len(unit) > _MAX_UNIT or not _UNIT.fullmatch(unit))):
        return None, ""
    return (-number if found["sign"] in ("-", "\u2212") else number), unit


def series(tags: Iterable[NumberTag]) -> list[Series]:
    """Return the names that have at least one number to show, the most frequent first."""
    names: dict[str, Counter[str]] = {}
    units: dict[str, Counter[str]] = {}
    for tag in tags:
        if is_shown(tag.value):
            names.setdefault(tag.key, Counter())[tag.name] += 1
            units.setdefault(tag.key, Counter())[tag.unit] += 1
    found = []
    for key, spellings in names.items():
        unit = _usual(units[key])
        count = units[key][unit] + (units[key][""] if unit else 0)
        found.append(Series(_usual(spellings), unit, count))
    return sorted(found, key=lambda each: (-each.size, each.key))


def of_series(tags: Sequence[NumberTag], wanted: Series) -> tuple[list[int], Left]:
    """Return which tags are numbers of a series, and what of it is left out.

    A number without a unit is taken for one in the unit that the others have.
    """
    taken: list[int] = []
    unreadable = others = 0
    for index, tag in enumerate(tags):
        if tag.key != wanted.key:
            continue
        if not is_shown(tag.value):
            unreadable += 1
        elif tag.unit not in ("", wanted.unit):
            others += 1
        else:
            taken.append(index)
    return taken, Left(unreadable, others)


def is_shown(value: float | None) -> bool:
    """Whether an area can stand for a number: none is negative, and none without end."""
    return value is not None and 0 <= value <= MAX_VALUE


def _number(text: str) -> float | None:
    mantissa = re.split("[eE]", text)[0]
    commas, points = mantissa.count(","), mantissa.count(".")
    if commas and points:
        decimal = "," if mantissa.rfind(",") > mantissa.rfind(".") else "."
        thousands = "." if decimal == "," else ","
        if mantissa.count(decimal) > 1:
            return None
        text = text.replace(thousands, "").replace(decimal, ".")
    elif commas + points > 1:
        return None
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _usual(counted: Counter[str]) -> str:
    """Return the most frequent, of several the first by the alphabet; a unit rather than none."""
    return min(counted, key=lambda each: (not each, -counted[each], each))
