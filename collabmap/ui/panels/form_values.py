"""What a form holds, as it is kept on the device when somebody leaves it."""

from dataclasses import dataclass, field, fields
from typing import Any, Literal

from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Sketch

# What is drawn: a point, a line or a zone by clicks, or a line by hand.
Way = Literal["point", "line", "zone", "freehand"]


@dataclass(slots=True)
class FormValues:
    """What a form holds.  position: of a point.  sketch: what was drawn, perhaps not finished.

    is_drawn: the drawing is finished, and the rest of the form follows.  fields: of the theme, by
    id, as FieldForm.kept returns them.  photos: paths of files that go along.  wants_link: with
    what it is linked is asked once it is saved.
    """

    category: str = ""
    name: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    contact: str = ""
    position: LngLat | None = None
    way: Way = "point"
    sketch: Sketch | None = None
    is_drawn: bool = False
    fields: dict[str, Any] = field(default_factory=dict)
    photos: tuple[str, ...] = ()
    wants_link: bool = False

    def to_plain(self) -> dict[str, Any]:
        """Return plain values that the device can keep."""
        plain = {each.name: getattr(self, each.name) for each in fields(self)}
        plain["tags"], plain["photos"] = list(self.tags), list(self.photos)
        plain["position"] = list(self.position) if self.position else None
        plain["sketch"] = sketch_to_plain(self.sketch) if self.sketch else None
        return plain

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "FormValues":
        """Return what to_plain() wrote, also before there were drawings."""
        position, sketch = plain["position"], plain.get("sketch")
        return cls(
            **plain
            | {
                "tags": tuple(plain["tags"]),
                "photos": tuple(plain.get("photos", ())),
                "position": LngLat(*position) if position else None,
                "sketch": sketch_from_plain(sketch) if sketch else None,
            }
        )

    @property
    def is_empty(self) -> bool:
        return not (
            self.name
            or self.description
            or self.tags
            or self.contact
            or self.photos
            or (self.sketch and self.sketch.vertex_count)
            or any(value is not None for value in self.fields.values())
        )


def sketch_to_plain(sketch: Sketch) -> dict[str, Any]:
    """Return a sketch as plain values: kind, and the degrees of each ring of each part."""
    parts = [[[list(position) for position in ring] for ring in part] for part in sketch.parts]
    return {"kind": sketch.kind, "parts": parts}


def sketch_from_plain(plain: dict[str, Any]) -> Sketch:
    """Return what sketch_to_plain() wrote."""
    parts = (
        tuple(tuple(LngLat(*position) for position in ring) for ring in part)
        for part in plain["parts"]
    )
    return Sketch(plain["kind"], tuple(parts))
