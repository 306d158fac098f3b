"""Themes as files: JSON, whole, to be handed from town to town and read by people.

    {"format": "collabmap-theme", "version": 1, "id": "air", "label_fr": …, "label_en": …,
     "categories": [{"id": "trees", …}], "fields": [{"id": "capacity", "type": "number", …}],
     "link_types": [{"id": "runs", …}]}

What stands in the lists: theme.py; what is as usual may be left out, and their order is the one in
which things are offered.  A file is taken whole or not at all, and all that is wrong with it is
said at once (docs/decisions/0033-theme-files.md).
"""

import json
import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from collabmap.domain.theme import (
    DRAWN,
    FIELD_TYPES,
    NATURES,
    SHAPES,
    Category,
    Condition,
    Field,
    LinkType,
    Option,
    Theme,
)
from collabmap.domain.theme_checks import HUES, UNWRITABLE, Where, longest, theme_problems
from collabmap.domain.theme_parts import KEY, Part, properties, property_names, read_part
from collabmap.errors import Problem, Problems, ThemeInvalid, ThemeTooNew, ThemeUnreadable

FORMAT, VERSION = "collabmap-theme", 1
MAX_BYTES = 1_000_000
# So many of a kind in one theme, and options in one field: more is no list to choose from.
MAX_PARTS, MAX_OPTIONS = 300, 200
P = TypeVar("P", bound=Part)
_WORDS = ("label_fr", "label_en", "about_fr", "about_en")
_LISTS: Mapping[str, tuple[str, type[Part]]] = {
    "categories": ("category", Category),
    "fields": ("field", Field),
    "link_types": ("link-type", LinkType),
}
_OF_FILE = ("format", "version", "id", *_WORDS, *_LISTS)
_KNOWN: Mapping[str, tuple[str, ...]] = {
    "hue": HUES,
    "type": FIELD_TYPES,
    "shape": SHAPES,
    "nature": NATURES,
    "drawn": DRAWN,
    "sources": NATURES,
    "targets": NATURES,
}
_UNREAD = frozenset({"property-wrong", "not-one-of", "type-unknown", "type-missing"})


def write_theme(theme: Theme) -> str:
    """Return a theme as the text of a file."""

    def rows(parts: Iterable[Part]) -> list[dict[str, Any]]:
        every = ({"id": part.id, **properties(part)} for part in parts)
        return [{k: v for k, v in row.items() if k != "order"} for row in every]

    data = {
        "format": FORMAT,
        "version": VERSION,
        "id": theme.id,
        **{name: getattr(theme, name) for name in _WORDS},
        "categories": rows(theme.categories),
        "fields": rows(theme.fields),
        "link_types": rows(theme.link_types),
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def parse_theme(text: str, name: str = "", icons: Collection[str] | None = None) -> Theme:
    """Return the theme that a file's text holds, its parts numbered in their order.

    name: of the file, for its errors.  icons: names that an icon may have, None for not looking.
    Raises ThemeUnreadable, ThemeTooNew, ThemeInvalid with all that is wrong.
    """
    reading = _Reading()
    data = _json(text, name, reading)
    if data.get("format") != FORMAT:
        raise ThemeUnreadable(name=name)
    version = data.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        reading.found.append(_wrong((), "version", version))
    elif version > VERSION:
        raise ThemeTooNew(name=name, version=version, ours=VERSION)
    theme = reading.theme(data)
    # Of what could not be read nothing more can be said without saying it twice.
    told = {problem.where[:1] for problem in reading.found if problem.code in _UNREAD}
    more = (p for p in theme_problems(theme, icons) if p.where[:1] not in told or not p.where)
    if problems := Problems((*reading.found, *more)):
        raise ThemeInvalid(name=name, problems=problems)
    return theme


def _json(text: str, name: str, reading: "_Reading") -> dict[str, Any]:
    # A byte each at least: what is longer than this needs no counting.
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise ThemeUnreadable(name=name)
    try:
        data = json.loads(text.lstrip("\ufeff"), object_pairs_hook=_Twice)
    except json.JSONDecodeError as error:
        if not text.lstrip("\ufeff \t\r\n").startswith("{"):
            raise ThemeUnreadable(name=name) from error
        broken = Problem("broken-json", (), {"line": error.lineno, "column": error.colno})
        raise ThemeInvalid(name=name, problems=Problems([broken])) from error
    except (RecursionError, ValueError) as error:
        raise ThemeUnreadable(name=name) from error
    if not isinstance(data, dict):
        raise ThemeUnreadable(name=name)
    reading.found += _twice((), data)
    return data


class _Twice(dict[str, Any]):
    """A JSON object that knows which of its properties stood there more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.twice = [name for name, count in Counter(n for n, _ in pairs).items() if count > 1]


def _twice(where: Where, row: object) -> list[Problem]:
    names = row.twice if isinstance(row, _Twice) else ()
    return [Problem("property-twice", where, {"name": name}) for name in names]


class _Reading:
    """One file as it is read.  found: what is wrong so far."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def theme(self, data: Mapping[str, Any]) -> Theme:
        self._look_for_unknown((), data, _OF_FILE)
        key = data.get("id")
        if not _is_key(key):
            self.found.append(Problem("key-wrong", (), {"value": _shown(key)}))
            key = "theme"
        words = {name: self._text((), name, data.get(name, "")) for name in _WORDS}
        return Theme(
            str(key),
            tuple(self._parts(Category, data, "categories")),
            tuple(self._parts(Field, data, "fields")),
            tuple(self._parts(LinkType, data, "link_types")),
            **words,
        )

    def _parts(self, kind: type[P], data: Mapping[str, Any], name: str) -> Iterator[P]:
        rows, (what, _kind) = data.get(name, []), _LISTS[name]
        if not isinstance(rows, list):
            self.found.append(Problem("not-a-list", (), {"name": name}))
            return
        if len(rows) > MAX_PARTS:
            self.found.append(Problem("too-many", (), {"name": name, "most": MAX_PARTS}))
            return
        known: set[str] = set()
        for number, row in enumerate(rows, 1):
            key = self._key((), what, number, row, known)
            if key is not None:
                part = self._part(kind, ((what, key),), row)
                yield replace(part, order=float(number))

    def _key(
        self, where: Where, what: str, number: int, row: object, known: set[str]
    ) -> str | None:
        """Return the key of a part, None for what has none that can be used."""
        at = (*where, (what, f"n° {number}"))
        if not isinstance(row, dict):
            self.found.append(Problem("not-an-object", at))
            return None
        key = row.get("id")
        if key is None:
            self.found.append(Problem("key-missing", at))
        elif not _is_key(key):
            self.found.append(Problem("key-wrong", at, {"value": _shown(key)}))
        elif key in known:
            self.found.append(Problem("key-twice", (*where, (what, key))))
        else:
            known.add(key)
            return str(key)
        return None

    def _part(self, kind: type[P], where: Where, row: Mapping[str, Any]) -> P:
        self.found += _twice(where, row)
        names = property_names(kind)
        self._look_for_unknown(where, row, ("id", *names - {"order"}))
        values = {name: value for name, value in row.items() if name in names}
        if kind is Field and "type" not in row:
            self.found.append(Problem("type-missing", where))
        before = len(self.found)
        for name, value in values.items():
            self._look_into(where, name, value)
        if isinstance(values.get("options"), list):
            values["options"] = self._options(where, values["options"])
        is_told = len(self.found) > before
        read = read_part(kind, where[-1][1], {"label_fr": "", "label_en": "", **values})
        for name, value in read.wrong:
            # What is wrong inside of it was said already, and says more.
            if not (is_told and isinstance(value, (list, dict))):
                self.found += _wrongs(where, name, value)
        return read.part

    def _look_into(self, where: Where, name: str, value: object) -> None:
        """Look at what a property holds beyond its type."""
        if isinstance(value, str):
            self._text(where, name, value)
        elif name == "only_if" and isinstance(value, dict):
            self.found += _twice(where, value)
            self._look_for_unknown(where, value, tuple(Condition.__dataclass_fields__))
        elif isinstance(value, float) and not math.isfinite(value):
            self.found.append(_wrong(where, name, value))

    def _options(self, where: Where, rows: list[Any]) -> list[dict[str, str]]:
        """Return the options that can be read."""
        if len(rows) > MAX_OPTIONS:
            self.found.append(Problem("too-many", where, {"name": "options", "most": MAX_OPTIONS}))
        known: set[str] = set()
        options = []
        for number, row in enumerate(rows[:MAX_OPTIONS], 1):
            key = self._key(where, "option", number, row, known)
            if key is not None:
                at = (*where, ("option", key))
                self.found += _twice(at, row)
                self._look_for_unknown(at, row, tuple(Option.__dataclass_fields__))
                labels = ("label_fr", "label_en")
                words = {name: self._text(at, name, row.get(name, "")) for name in labels}
                options.append({"id": key, **words})
        return options

    def _text(self, where: Where, name: str, value: object) -> str:
        """Return words as they can be kept; '' for what are none."""
        most = longest(name)
        if not isinstance(value, str):
            self.found.append(_wrong(where, name, value))
            return ""
        if UNWRITABLE.search(value):
            self.found.append(Problem("characters-wrong", where, {"name": name}))
        if len(value) > most:
            self.found.append(Problem("too-long", where, {"name": name, "most": most}))
        return value.strip()

    def _look_for_unknown(self, where: Where, row: Iterable[str], known: Collection[str]) -> None:
        for name in row:
            if name not in known:
                near = _nearest(name, known)
                code = "property-near" if near else "property-unknown"
                details = {"name": _shown(name), "near": near}
                self.found.append(Problem(code, where, details))


def _wrongs(where: Where, name: str, value: object) -> Iterator[Problem]:
    """Yield what is wrong with a property that could not be read: what of it no one knows."""
    known = _KNOWN.get(name)
    if known is None:
        yield _wrong(where, name, value)
        return
    code = "type-unknown" if name == "type" else "not-one-of"
    for one in value if isinstance(value, list) else [value]:
        if one not in known:
            details = {"name": name, "value": _shown(one), "known": ", ".join(known)}
            yield Problem(code, where, details)


def _wrong(where: Where, name: str, value: object) -> Problem:
    text = json.dumps(value, ensure_ascii=False)
    return Problem("property-wrong", where, {"name": name, "value": _shown(text)})


def _is_key(value: object) -> bool:
    return isinstance(value, str) and KEY.fullmatch(value) is not None


def _shown(value: object) -> str:
    """Return what stood in the file, short enough for a sentence."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = UNWRITABLE.sub("\ufffd", text)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _nearest(name: str, known: Collection[str]) -> str:
    """Return what was probably meant, '' where nothing is near."""
    import difflib

    return next(iter(difflib.get_close_matches(name, sorted(known), 1, 0.75)), "")
