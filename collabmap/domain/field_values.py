"""Values of a theme's fields: checked when they are entered, never when they are merged.

domain/theme.py says in which form each type is kept.
"""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from collabmap.domain.opening_hours import read_hours, write_hours
from collabmap.domain.theme import MAX_RATING, Field
from collabmap.domain.written_numbers import MAX_DIGITS, converted, read_number
from collabmap.domain.written_times import plain, read_day, read_moment
from collabmap.errors import (
    DayUnreadable,
    EmailUnreadable,
    HoursUnreadable,
    LinkUnreadable,
    MomentUnreadable,
    NumberOutside,
    NumberTooLarge,
    NumberTooSmall,
    NumberUnreadable,
    OptionUnknown,
    PhoneUnreadable,
    RatingOutside,
    ReferenceUnknown,
    UnitUncalledFor,
    UnitUnknown,
    ValueInvalid,
    YesNoUnreadable,
)

_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"]+@(?:[\w-]+\.)+[^\W\d_]{2,}")
_LINK = re.compile(
    r"https?://(?:(?:[\w-]+\.)+[^\W\d_]{2,}|localhost|(?:\d{1,3}\.){3}\d{1,3})(?::\d{1,5})?"
    r"(?:[/?#]\S*)?",
    re.IGNORECASE,
)
_FEATURE = re.compile(r"[0-9a-f]{32}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_YES = frozenset({"oui", "o", "yes", "y", "vrai", "true", "1", "x"})
_NO = frozenset({"non", "n", "no", "faux", "false", "0"})
_SHOWN_LENGTH = 60


def checked_value(field: Field, value: object) -> Any:
    """Return a value as it is kept.  Raises ValueInvalid or what stands under it."""
    check = _CHECKS.get(field.type)
    if check is None:
        raise ValueInvalid(**_about(field, value))
    return check(field, value)


def read_text(
    field: Field, text: str, language: str = "fr", places: Mapping[str, str] | None = None
) -> Any:
    """Return the value that somebody wrote, in a field or a cell of a table, as it is kept.

    '' is None, no value.  language: 'fr' or 'en': which number '1,234' is.  places: ids of
    features by name, for references.  Raises ValueInvalid or what stands under it.
    """
    text = text.strip()
    if not text:
        return None
    if field.type in ("number", "measure"):
        return read_amount(field, text, language)
    if field.type in ("choice", "choices"):
        return _read_options(field, text)
    if field.type == "yes_no":
        word = plain(text).rstrip(".!")
        if word not in _YES | _NO:
            raise YesNoUnreadable(**_about(field, text))
        return word in _YES
    if field.type == "date":
        day = read_day(text)
        if day is None:
            raise DayUnreadable(**_about(field, text))
        return day.isoformat()
    if field.type == "date_time":
        at = read_moment(text)
        if at is None:
            raise MomentUnreadable(**_about(field, text))
        return at.isoformat(timespec="minutes")
    if field.type == "rating":
        return _read_rating(field, text)
    if field.type == "reference" and places:
        by_name = {plain(name): feature for name, feature in places.items()}
        text = by_name.get(plain(text), text)
    return checked_value(field, text)


def read_amount(field: Field, text: str, language: str = "fr") -> int | float:
    """Return the number of a field or of a reading, in the field's unit and range.

    Raises NumberUnreadable, UnitUnknown, UnitUncalledFor or what says that it is out of range.
    """
    read = read_number(text, language)
    if read is None:
        raise NumberUnreadable(**_about(field, text), example=12.5)
    number, written = read
    if written and not field.unit:
        raise UnitUncalledFor(**_about(field, text))
    amount = converted(number, written, field.unit)
    if amount is None:
        raise UnitUnknown(**_about(field, text), unit=field.unit)
    return checked_amount(field, amount)


def checked_amount(field: Field, value: object) -> int | float:
    """Return a number in the field's range.  Raises NumberUnreadable or that it is outside."""
    about = _about(field, value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise NumberUnreadable(**about, example=12.5)
    if abs(value) >= 10**MAX_DIGITS:
        raise NumberUnreadable(**about, example=12.5)
    least, most = field.minimum, field.maximum
    is_small, is_large = least is not None and value < least, most is not None and value > most
    if is_small or is_large:
        if least is not None and most is not None:
            raise NumberOutside(**about, least=least, most=most)
        if least is not None:
            raise NumberTooSmall(**about, least=least)
        assert most is not None
        raise NumberTooLarge(**about, most=most)
    return int(value) if value == int(value) else value


# --- each type ----------------------------------------------------------------------------------


def _text(field: Field, value: object) -> str:
    if not isinstance(value, str):
        raise ValueInvalid(**_about(field, value))
    text = value.strip()
    return text if field.type == "long_text" else " ".join(text.split())


def _option(field: Field, value: object) -> str:
    if not isinstance(value, str) or all(option.id != value for option in field.options):
        raise OptionUnknown(**_about(field, value), options=field.options)
    return value


def _options(field: Field, value: object) -> list[str]:
    if not isinstance(value, list | tuple):
        raise OptionUnknown(**_about(field, value), options=field.options)
    chosen = {_option(field, one) for one in value}
    return [option.id for option in field.options if option.id in chosen]


def _read_options(field: Field, text: str) -> Any:
    by_words = {
        plain(words): option.id
        for option in reversed(field.options)
        for words in (option.label_en, option.label_fr, option.id)
        if words
    }
    if field.type == "choice":
        return _option(field, by_words.get(plain(text), text))
    # A label may have a comma of its own.
    longest = "|".join(re.escape(words) for words in sorted(by_words, key=len, reverse=True))
    chosen, rest = [], plain(text)
    while rest:
        found = re.match(rf"({longest})\s*(?:[,;|/·]\s*|$)", rest) if longest else None
        if found is None:
            wrong = re.split(r"[,;|·]", rest)[0].strip()
            raise OptionUnknown(**_about(field, wrong), options=field.options)
        chosen.append(by_words[found[1]])
        rest = rest[found.end() :]
    return _options(field, chosen)


def _yes_no(field: Field, value: object) -> bool:
    if not isinstance(value, bool):
        raise YesNoUnreadable(**_about(field, value))
    return value


def _day(field: Field, value: object) -> str:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    raise DayUnreadable(**_about(field, value))


def _moment(field: Field, value: object) -> str:
    try:
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            return datetime.fromisoformat(value).isoformat(timespec="minutes")
    except ValueError:
        pass
    raise MomentUnreadable(**_about(field, value))


def _hours(field: Field, value: object) -> str:
    week = read_hours(value) if isinstance(value, str) else None
    if week is None:
        raise HoursUnreadable(**_about(field, value))
    return write_hours(week)


def _url(field: Field, value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not re.match(r"[a-z][a-z0-9+.-]*://", text, re.IGNORECASE):
        text = f"https://{text}"
    if not _LINK.fullmatch(text):
        raise LinkUnreadable(**_about(field, value))
    return text


def _email(field: Field, value: object) -> str:
    text = value.strip().removeprefix("mailto:") if isinstance(value, str) else ""
    if not _EMAIL.fullmatch(text) or ".." in text:
        raise EmailUnreadable(**_about(field, value))
    return text


def _phone(field: Field, value: object) -> str:
    """Return a number in pairs as the French write theirs, another one as it was written."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    text = re.sub(r"\(0\)\s*", "", text.removeprefix("tel:"))
    digits = re.sub(r"\D", "", text)
    if not re.fullmatch(r"\+?[\d\s.\-/()]+", text) or not 2 < len(digits) < 16:
        raise PhoneUnreadable(**_about(field, value))
    if text.startswith("00"):
        text, digits = f"+{digits[2:]}", digits[2:]
    if not text.startswith("+") and len(digits) == 10 and digits[0] == "0":
        return " ".join(digits[at : at + 2] for at in range(0, 10, 2))
    if text.startswith("+33") and len(digits) == 11:
        return " ".join(("+33", digits[2], *(digits[at : at + 2] for at in range(3, 11, 2))))
    return text


def _rating(field: Field, value: object) -> int:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or value not in range(1, MAX_RATING + 1):
        raise RatingOutside(**_about(field, value))
    assert isinstance(value, int | float)
    return int(value)


def _read_rating(field: Field, text: str) -> int:
    found = re.fullmatch(rf"([1-{MAX_RATING}])(?:\s*(?:/|sur|out of)\s*{MAX_RATING})?", plain(text))
    stars = re.fullmatch(r"(\u2605{1,5})\u2606*", text)
    return _rating(field, int(found[1]) if found else len(stars[1]) if stars else text)


def _reference(field: Field, value: object) -> str:
    if not isinstance(value, str) or not _FEATURE.fullmatch(value):
        raise ReferenceUnknown(**_about(field, value))
    return value


_CHECKS = {
    "text": _text,
    "long_text": _text,
    "number": checked_amount,
    "choice": _option,
    "choices": _options,
    "yes_no": _yes_no,
    "date": _day,
    "date_time": _moment,
    "hours": _hours,
    "url": _url,
    "email": _email,
    "phone": _phone,
    "rating": _rating,
    "reference": _reference,
}


def _about(field: Field, value: object) -> dict[str, Any]:
    """Return what an error says of a value."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    shown = value if is_number else str(value)
    if isinstance(shown, str) and len(shown) > _SHOWN_LENGTH:
        shown = shown[: _SHOWN_LENGTH - 1] + "\u2026"
    return {"field": field.id, "label": field, "value": shown}
