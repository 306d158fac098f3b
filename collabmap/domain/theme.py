"""A theme: the categories that a map offers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Shape = Literal["disc", "square", "hexagon", "diamond"]
Nature = Literal["place", "actor", "skill", "idea", "event"]


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of thing to map.  icon: Material Design Icons name; hue: '#RRGGBB'."""

    id: str
    label_fr: str
    label_en: str
    icon: str
    hue: str
    shape: Shape
    nature: Nature

    def label(self, language: str) -> str:
        """Return the label in 'fr' or 'en'."""
        return self.label_fr if language == "fr" else self.label_en


@dataclass(frozen=True, slots=True)
class Theme:
    id: str
    categories: tuple[Category, ...]

    def category(self, category_id: str) -> Category:
        """Return the category, or a grey stand-in for one that this laptop doesn't know yet."""
        for category in self.categories:
            if category.id == category_id:
                return category
        return Category(
            category_id, category_id, category_id, "help-circle-outline", GREY, "disc", "place"
        )

    def knows(self, category_id: str) -> bool:
        return any(category.id == category_id for category in self.categories)


GREY = "#767D87"


def parse_theme(text: str) -> Theme:
    """Return the theme written as JSON (resources/themes/*.json)."""
    data: Mapping[str, object] = json.loads(text)
    rows = data["categories"]
    assert isinstance(rows, list)
    return Theme(str(data["id"]), tuple(Category(**row) for row in rows))
