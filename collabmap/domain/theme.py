"""A theme: what a map offers to add, what is asked about it, and how things are linked.

A theme is a set of categories, fields and kinds of link, each under a key of its own.  A field says
which categories it belongs to, not the other way round: so two coordinators can each add one to the
same category without knowing of each other (definitions.py).

Values of fields, by type:

    text, long_text, url, hours   str; hours as OpenStreetMap writes opening_hours
    email, phone                  str, private unless the theme says otherwise
    number                        int or float, in the unit of the field
    choice / choices              id of an option / list of them, in the order of the options
    yes_no                        bool
    date / date_time              'YYYY-MM-DD' / 'YYYY-MM-DDTHH:MM', local time
    rating                        int from 1 to 5
    reference                     id of a feature, in hexadecimal
    photo, measure                no value: photos of the place and readings, each naming the field
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

Shape = Literal["disc", "square", "hexagon", "diamond"]
Nature = Literal["place", "actor", "skill", "idea", "event"]
# What a category may be drawn as.
Drawn = Literal["point", "line", "zone"]
FieldType = Literal[
    "text", "long_text", "number", "choice", "choices", "yes_no", "date", "date_time", "hours",
    "url", "email", "phone", "photo", "rating", "reference", "measure",
]  # fmt: skip

FIELD_TYPES: tuple[FieldType, ...] = get_args(FieldType)
NATURES: tuple[Nature, ...] = get_args(Nature)
SHAPES: tuple[Shape, ...] = get_args(Shape)
DRAWN: tuple[Drawn, ...] = get_args(Drawn)
# Types whose values nobody but coordinators reads, unless the theme says otherwise.
PRIVATE_TYPES: frozenset[FieldType] = frozenset({"email", "phone"})
# What is said of these is no value, so nothing of it can be sealed: they are never private.
OPEN_TYPES: frozenset[FieldType] = frozenset({"photo", "measure"})
MAX_RATING = 5
GREY = "#767D87"


def _said(language: str, french: str, english: str) -> str:
    """Return words in 'fr' or 'en'; in the other language where there are none."""
    first, second = (french, english) if language == "fr" else (english, french)
    return first or second


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of thing to map.  icon: Material Design Icons name; hue: '#RRGGBB'.

    drawn: what it may be drawn as.  order: where it stands in the palette, the smallest first.
    is_hidden: no longer offered; what is of it stays.
    """

    id: str
    label_fr: str
    label_en: str
    icon: str = "map-marker"
    hue: str = GREY
    shape: Shape = "disc"
    nature: Nature = "place"
    drawn: tuple[Drawn, ...] = DRAWN
    order: float = 0.0
    is_hidden: bool = False

    def label(self, language: str) -> str:
        """Return the label in 'fr' or 'en'."""
        return _said(language, self.label_fr, self.label_en)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice."""

    id: str
    label_fr: str
    label_en: str

    def __str__(self) -> str:
        return self.label("en")

    def label(self, language: str) -> str:
        """Return the label in 'fr' or 'en'."""
        return _said(language, self.label_fr, self.label_en)


@dataclass(frozen=True, slots=True)
class Condition:
    """When a field is asked: another one (id) has one of these values.

    Of yes_no True or False, of a choice the ids of options; of `choices` one of them is enough.
    """

    field: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is asked about what is mapped.  The type never changes.

    categories: ids, () for all.  default: a value, None for none.  unit: of a number or measure, as
    it is shown.  minimum, maximum: of a number or measure, in that unit.  only_if: None for always.
    is_private: only coordinators and the author's own computer read it.  order: the smallest first.
    is_hidden: no longer asked; its values stay.  lower_is_worse: of a measure, whose worst reading
    is the smallest: a download speed, not a pollutant.
    """

    id: str
    type: FieldType
    label_fr: str
    label_en: str
    categories: tuple[str, ...] = ()
    help_fr: str = ""
    help_en: str = ""
    is_required: bool = False
    is_private: bool = False
    default: Any = None
    options: tuple[Option, ...] = ()
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    only_if: Condition | None = None
    order: float = 0.0
    is_hidden: bool = False
    lower_is_worse: bool = False

    def __str__(self) -> str:
        return self.label("en")

    def label(self, language: str) -> str:
        """Return the label in 'fr' or 'en'."""
        return _said(language, self.label_fr, self.label_en)

    def help(self, language: str) -> str:
        """Return what is said below it in 'fr' or 'en', '' for nothing."""
        return _said(language, self.help_fr, self.help_en)

    def option(self, option_id: str) -> Option:
        """Return an option, or a stand-in for one that this laptop doesn't know yet."""
        found = (option for option in self.options if option.id == option_id)
        return next(found, Option(option_id, option_id, option_id))

    def belongs_to(self, category: str) -> bool:
        """Whether it is asked about what is of a category."""
        return not self.categories or category in self.categories


@dataclass(frozen=True, slots=True)
class LinkType:
    """What one thing does for another: 'runs', and read from the other end 'is run by'.

    sources, targets: natures that it goes from and to, () for any.  is_hidden: no longer offered.
    """

    id: str
    label_fr: str
    label_en: str
    inverse_fr: str = ""
    inverse_en: str = ""
    sources: tuple[Nature, ...] = ()
    targets: tuple[Nature, ...] = ()
    order: float = 0.0
    is_hidden: bool = False

    def label(self, language: str) -> str:
        """Return what the first does for the other, in 'fr' or 'en'."""
        return _said(language, self.label_fr, self.label_en)

    def inverse(self, language: str) -> str:
        """Return it as the other end says it, in 'fr' or 'en'; '' where the theme has no word."""
        return _said(language, self.inverse_fr, self.inverse_en)

    def joins(self, source: Nature, target: Nature) -> bool:
        """Whether it may go from one nature to another."""
        return (not self.sources or source in self.sources) and (
            not self.targets or target in self.targets
        )


@dataclass(frozen=True, slots=True)
class Theme:
    """categories, fields, link_types: in the order in which they are offered, hidden ones too."""

    id: str
    categories: tuple[Category, ...] = ()
    fields: tuple[Field, ...] = ()
    link_types: tuple[LinkType, ...] = ()
    label_fr: str = ""
    label_en: str = ""
    about_fr: str = ""
    about_en: str = ""

    def label(self, language: str) -> str:
        """Return the name of the theme in 'fr' or 'en'."""
        return _said(language, self.label_fr, self.label_en) or self.id

    def about(self, language: str) -> str:
        """Return what it is for, in 'fr' or 'en'."""
        return _said(language, self.about_fr, self.about_en)

    @property
    def offered(self) -> tuple[Category, ...]:
        """Return the categories that are offered."""
        return tuple(category for category in self.categories if not category.is_hidden)

    def category(self, category_id: str) -> Category:
        """Return the category, or a grey stand-in for one that this laptop doesn't know yet."""
        for category in self.categories:
            if category.id == category_id:
                return category
        return Category(category_id, category_id, category_id, "help-circle-outline")

    def knows(self, category_id: str) -> bool:
        return any(category.id == category_id for category in self.categories)

    def fields_of(self, category_id: str) -> tuple[Field, ...]:
        """Return the fields that are asked about a category, in order."""
        return tuple(f for f in self.fields if not f.is_hidden and f.belongs_to(category_id))

    def field(self, field_id: str) -> Field | None:
        """Return a field, hidden ones too; None for one that this laptop doesn't know yet."""
        return next((field for field in self.fields if field.id == field_id), None)

    def link_type(self, type_id: str) -> LinkType:
        """Return a kind of link, or a stand-in for one that this laptop doesn't know yet."""
        found = (kind for kind in self.link_types if kind.id == type_id)
        return next(found, LinkType(type_id, type_id, type_id))


def asked(fields: Iterable[Field], values: dict[str, Any]) -> tuple[Field, ...]:
    """Return the fields whose `only_if` holds with these values, directly and all the way up."""
    by_id = {field.id: field for field in fields}
    found: dict[str, bool] = {}

    def holds(condition: Condition) -> bool:
        value = values.get(condition.field)
        given = value if isinstance(value, list) else [value]
        return any(one in condition.values for one in given)

    for field in by_id.values():
        way: list[Field] = []
        at: Field | None = field
        # Step by step up to what is known: a stranger's theme may hang thousands on one another.
        while at is not None and at.id not in found:
            # Until it is known: what hangs on itself is never asked.
            found[at.id] = at.only_if is None
            way.append(at)
            at = by_id.get(at.only_if.field) if at.only_if is not None else None
        for each in reversed(way):
            if each.only_if is not None:
                found[each.id] = found.get(each.only_if.field, False) and holds(each.only_if)
    return tuple(field for field in by_id.values() if found[field.id])
