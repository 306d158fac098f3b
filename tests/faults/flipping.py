"""Bundles with one bit wrong: how many bring in what nobody signed."""

import random
from collections.abc import Iterator
from pathlib import Path

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.errors import BundleOfAnotherProject, BundleTooNew, NotABundle
from collabmap.sync.bundle import Bundle, read_bundle


def fill(session: Session, segments: int = 12) -> None:
    """Write places of several kinds of words, a few to a segment."""
    for number in range(segments):
        place = session.add(
            PlaceDraft(f"Lieu {number}", "eau", 7.4, 43.7, "fraîche " * 9, ("eau",), "06 00")
        )
        view = session.reader.place(place)
        assert view is not None
        session.edit(view, {"name": f"Fontaine {number}", "tags": ("ombre",)})
        session.comment(view, "Elle est revenue.")
        session.seal()


def flipped(bundle: Path, chance: random.Random, count: int) -> Iterator[Path]:
    """Yield the same file again and again, each time with another bit of the bundle flipped."""
    whole = bundle.read_bytes()
    path = bundle.with_name("flipped.cmbundle")
    for bit in chance.sample(range(8 * len(whole)), count):
        data = bytearray(whole)
        data[bit // 8] ^= 1 << bit % 8
        path.write_bytes(data)
        yield path


def read(path: Path, project: bytes) -> Bundle | None:
    """Read a bundle; None if it is refused as a whole."""
    try:
        return read_bundle(path, project)
    except (NotABundle, BundleTooNew, BundleOfAnotherProject):
        return None


def is_accepted(found: Bundle | None, whole: Bundle) -> bool:
    """Whether a flipped bundle brings what nobody signed, or passes for its sender's own words."""
    if found is None:
        return False
    signed = {segment.data for segment in whole.segments}
    if any(segment.data not in signed for segment in found.segments):
        return True
    return found.sender != b"" and _said(found) != _said(whole)


def _said(bundle: Bundle) -> tuple[object, ...]:
    names = [segment.name for segment in bundle.segments]
    return bundle.sender, bundle.vector, bundle.made_at_ms, names
