"""Numbers as people write them, with their units."""

import re
from decimal import Decimal

# Decimals that a value may have: more is noise of a calculation.
MAX_DIGITS = 15
_SPACES = "\u0020\u00a0\u2009\u202f'\u2019"
_NUMBER = re.compile(rf"([+\-\u2212]?)\s*((?:\d[\d.,{_SPACES}]*)?\d)\s*(.*)", re.DOTALL)
_GROUPED = re.compile(rf"\d{{1,3}}(?:[{_SPACES}]\d{{3}})+")
# Ways to write a unit that are one, once ² and ³ are digits and blanks and case are gone.
_SAME = {
    "mbps": "mbit/s", "mb/s": "mbit/s", "mbits/s": "mbit/s", "kbps": "kbit/s", "kb/s": "kbit/s",
    "gbps": "gbit/s", "gb/s": "gbit/s", "kmh": "km/h", "kph": "km/h", "euro": "€", "euros": "€",
    "eur": "€", "metre": "m", "metres": "m", "mètre": "m", "mètres": "m", "hectare": "ha",
    "hectares": "ha", "heure": "h", "heures": "h", "minute": "min", "minutes": "min", "sec": "s",
    "seconde": "s", "secondes": "s", "personne": "pers", "personnes": "pers", "people": "pers",
    "c": "°c", "db(a)": "db", "dba": "db", "litre": "l", "litres": "l", "pourcent": "%",
    "ug-m3": "ug/m3", "mg-m3": "mg/m3", "ug.m-3": "ug/m3", "mg.m-3": "mg/m3",
}  # fmt: skip
# How much of the first unit of its line each is.
_SCALES: tuple[dict[str, str], ...] = (
    {"mm": "0.001", "cm": "0.01", "m": "1", "km": "1000"},
    {"m2": "1", "ha": "10000", "km2": "1000000"},
    {"ml": "0.001", "cl": "0.01", "l": "1", "m3": "1000"},
    {"g": "1", "kg": "1000", "t": "1000000"},
    {"s": "1", "min": "60", "h": "3600"},
    {"ug/m3": "1", "mg/m3": "1000"},
    {"kbit/s": "1", "mbit/s": "1000", "gbit/s": "1000000"},
    {"w": "1", "kw": "1000"},
)


def read_number(text: str, language: str) -> tuple[int | float, str] | None:
    """Return the number that a text begins with and what follows it, None if it is none.

    '1 234,5', '1.234,5' and '1,234.5' are one number.  language: 'fr' or 'en': which of 1.234 and
    1234 '1,234' is.
    """
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    sign, written, rest = found.groups()
    plain = _plain(written, language)
    if plain is None or len(plain.replace(".", "").lstrip("0")) > MAX_DIGITS:
        return None
    number = -Decimal(plain) if sign in ("-", "\u2212") else Decimal(plain)
    return as_number(number), rest.strip()


def _plain(written: str, language: str) -> str | None:
    """Return '1234.5' for the digits of a number, None where they are parted in no known way."""
    comma, point = written.count(","), written.count(".")
    mark = ""
    if comma and point:
        mark = "," if written.rindex(",") > written.rindex(".") else "."
    elif comma == 1 or point == 1:
        mark = "," if comma else "."
        whole, _mark, decimals = written.partition(mark)
        is_english = language == "en" and mark == "," and len(decimals) == 3
        if is_english and 0 < len(whole) <= 3 and whole != "0" and decimals.isdigit():
            return whole + decimals
    whole, _mark, decimals = written.rpartition(mark) if mark else (written, "", "")
    if decimals and not decimals.isdigit():
        return None
    other = {"": ",.", ",": ".", ".": ","}[mark]
    spaced = whole if whole.isdigit() else re.sub(f"[{re.escape(other)}]", " ", whole)
    if not spaced.isdigit() and not _GROUPED.fullmatch(spaced):
        return None
    digits = re.sub(rf"[{_SPACES}]", "", spaced)
    return f"{digits}.{decimals}" if decimals else digits


def as_number(number: Decimal) -> int | float:
    """Return a whole number as an int, another as a float."""
    return int(number) if number == number.to_integral_value() else float(number)


def converted(number: int | float, written: str, unit: str) -> int | float | None:
    """Return a number in a unit, None where that is not known.

    written: the unit that stood after it, '' for none.
    """
    source, target = _unit(written), _unit(unit)
    if not source or source == target:
        return number
    for scale in _SCALES:
        if source in scale and target in scale:
            exact = Decimal(repr(number)) * Decimal(scale[source]) / Decimal(scale[target])
            return as_number(exact)
    return None


def _unit(written: str) -> str:
    """Return a unit in the one way that it is compared."""
    plain = written.casefold().replace("²", "2").replace("³", "3").replace("^", "")
    # The sign for micro is two characters that look alike.
    plain = re.sub(r"[\u00b5\u03bc]g", "ug", re.sub(r"\s", "", plain)).rstrip(".")
    return _SAME.get(plain, plain)
