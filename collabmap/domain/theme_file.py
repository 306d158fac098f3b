"""Themes as files: JSON, whole, to be handed from town to town and read by people."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from collabmap.domain.theme import Category, Field, LinkType, Theme
from collabmap.domain.theme_parts import Part, properties, read_part

FORMAT, VERSION = "collabmap-theme", 1


def write_theme(theme: Theme) -> str:
    """Return a theme as the text of a file."""

    def rows(parts: Iterable[Part]) -> list[dict[str, Any]]:
        return [{"id": part.id, **properties(part)} for part in parts]

    data = {
        "format": FORMAT,
        "version": VERSION,
        "id": theme.id,
        "label_fr": theme.label_fr,
        "label_en": theme.label_en,
        "about_fr": theme.about_fr,
        "about_en": theme.about_en,
        "categories": rows(theme.categories),
        "fields": rows(theme.fields),
        "link_types": rows(theme.link_types),
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def parse_theme(text: str) -> Theme:
    """Return the theme that a file's text holds."""
    data: Mapping[str, Any] = json.loads(text)
    words = {name: str(data.get(name, "")) for name in _WORDS}
    return Theme(
        str(data["id"]),
        tuple(read_part(Category, row["id"], row).part for row in data.get("categories", ())),
        tuple(read_part(Field, row["id"], row).part for row in data.get("fields", ())),
        tuple(read_part(LinkType, row["id"], row).part for row in data.get("link_types", ())),
        **words,
    )


_WORDS = ("label_fr", "label_en", "about_fr", "about_en")
