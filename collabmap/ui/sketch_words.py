"""What is said of a sketch while it is drawn."""

from collabmap.app.shape_words import format_area, format_length
from collabmap.app.words import ngettext
from collabmap.domain.sketch import Sketch


def sketch_words(sketch: Sketch, *, is_sound: bool = True) -> str:
    """Return '124 m', or '850 m² · 124 m' of a zone; '' while there is nothing to measure.

    is_sound: an outline that crosses itself has no area that anybody means.
    """
    if sketch.kind == "point" or sketch.vertex_count < 2:
        return ""
    length = format_length(sketch.length_m())
    if sketch.kind == "line" or sketch.vertex_count < 3 or not is_sound:
        return length
    return f"{format_area(sketch.area_m2())} · {length}"


def told_words(sketch: Sketch, *, is_sound: bool = True) -> str:
    """Return '3 points · 124 m': for who cannot see the map.  is_sound: see sketch_words."""
    count = sketch.vertex_count
    points = ngettext("{count} point", "{count} points", count).format(count=count)
    measured = sketch_words(sketch, is_sound=is_sound)
    return f"{points} · {measured}" if measured else points
