"""A change of a shape that somebody left unfinished, as this device keeps it.

With it goes what that person saw when it began (Basis): saved days later, it replaces that and
nothing that arrived since.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from collabmap.domain.feature import Basis, ChangeId, PlaceView, TailName
from collabmap.domain.sketch import Sketch
from collabmap.ui.panels.form_values import sketch_from_plain, sketch_to_plain


@dataclass(frozen=True, slots=True)
class KeptOutline:
    """place: id.  name, category: as they were.  geometry_wkb: the shape it began with.

    basis: what was seen of that shape, and of nothing else.
    """

    place: bytes
    name: str
    category: str
    geometry_wkb: bytes
    basis: Basis
    sketch: Sketch

    @classmethod
    def of(cls, place: PlaceView, sketch: Sketch) -> "KeptOutline":
        """Return what is kept of a place whose shape is being changed."""
        seen = place.basis
        basis = Basis(
            heads={"geometry": seen.heads.get("geometry", {})},
            births=seen.births,
            tail=seen.tail,
        )
        return cls(place.id, place.name, place.category, place.geometry_wkb, basis, sketch)

    def view_of(self, now: PlaceView) -> PlaceView:
        """Return a place with the shape that was seen when the change began."""
        return replace(now, geometry_wkb=self.geometry_wkb, basis=self.basis)

    def to_plain(self) -> dict[str, Any]:
        """Return plain values that the device can keep."""
        basis = self.basis
        heads = basis.heads["geometry"]
        return {
            "place": self.place,
            "name": self.name,
            "category": self.category,
            "geometry": self.geometry_wkb,
            "heads": [[list(head), _plain(over)] for head, over in heads.items()],
            "births": [[subject, _plain(names)] for subject, names in basis.births.items()],
            "tail": list(basis.tail) if basis.tail is not None else None,
            "sketch": sketch_to_plain(self.sketch),
        }

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "KeptOutline":
        """Return what to_plain() wrote."""
        heads = {ChangeId(*head): _names(over) for head, over in plain["heads"]}
        tail = plain["tail"]
        basis = Basis(
            heads={"geometry": heads},
            births={subject: _names(names) for subject, names in plain["births"]},
            tail=TailName(*tail) if tail is not None else None,
        )
        return cls(
            plain["place"],
            plain["name"],
            plain["category"],
            plain["geometry"],
            basis,
            sketch_from_plain(plain["sketch"]),
        )


def _plain(names: Iterable[ChangeId]) -> list[list[Any]]:
    return sorted(list(name) for name in names)


def _names(plain: Iterable[list[Any]]) -> frozenset[ChangeId]:
    return frozenset(ChangeId(*name) for name in plain)
