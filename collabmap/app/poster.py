"""The sheet for the wall that tells of an evening: its numbers, its map, its charts.  No names."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from collabmap.app.base_maps import BaseMapView
from collabmap.app.picture import painted
from collabmap.app.results import (
    ICONS,
    OTHERS,
    Results,
    few_bars,
    four_numbers,
    short_time,
    time_ticks,
)
from collabmap.app.words import _, format_date, format_number, language
from collabmap.domain.feature import FeatureState, Mark
from collabmap.domain.geo import Bbox
from collabmap.domain.replay import Replay
from collabmap.domain.theme import GREY, Theme
from collabmap.formats.whole_file import whole_file
from collabmap.review.evening_story import EveningStory

# Of the map on the sheet, in logical pixels: a mark is 6 mm wide, a street name 2 mm high.
_MAP_PX, _SCALE = (1335, 995), 2.0
# More marks than these would hide one another.
_MOST_SINGLE = 400
# Hours on the axis that find room.
_MOST_TICKS = 5


class Told(NamedTuple):
    """An evening that is told outside.  name: of the map.  when: the evening and where it was.

    span: milliseconds since 1970, as the chart through the evening shows.
    """

    name: str
    when: str
    results: Results
    story: EveningStory
    span: tuple[int, int]
    theme: Theme
    base_maps: Sequence[BaseMapView]


def write_poster(path: Path, told: Told) -> None:
    """Write the sheet as a PDF, A3; any thread may, while a QGuiApplication runs.

    The map shows the places that were added and are there at the end.  Raises what `whole_file`
    raises, and TilesUnreadable.
    """
    # Qt, which the command line must not wait for.
    from collabmap.render.poster import Bar, Number, Poster, poster_pdf
    from collabmap.render.symbology import SIZE, MarkKey, Symbology

    results, story, theme = told.results, told.story, told.theme
    picture = evening_picture(told, _MAP_PX, _SCALE)
    first_ms, last_ms = told.span
    numbers = zip(ICONS, four_numbers(results), strict=True)
    poster = Poster(
        told.name,
        _("What we did"),
        told.when,
        [Number(icon, *said) for icon, said in numbers],
        _("By category"),
        [
            Bar(None, GREY, _("Others"), count, format_number(count))
            if name == OTHERS
            else Bar(
                MarkKey(name, FeatureState.ACCEPTED, False, SIZE, None),
                theme.category(name).hue,
                theme.category(name).label(language()),
                count,
                format_number(count),
            )
            for name, count in few_bars(results.by_category)
        ],
        _("Through the evening: places by 5 minutes"),
        story.replay.bars(first_ms, last_ms).tolist(),
        [
            ((at - first_ms) / max(1, last_ms - first_ms), short_time(at))
            for at in time_ticks(first_ms, last_ms, _MOST_TICKS)
        ],
        " · ".join((_("Made with CollabMap"), format_date(last_ms))),
    )
    data = poster_pdf(poster, picture, Symbology(theme))
    with whole_file(path) as file:
        file.write(data)


def evening_picture(told: Told, size: tuple[int, int], scale: float) -> Any:
    """Return the map of what was added, as a QImage; any thread may ask.

    size: logical pixels.  scale: device pixels for each.  A base map that is not there just now
    leaves the world in its place.  Raises TilesUnreadable.
    """
    marks = _marks(told.story.replay)
    here = [view for view in told.base_maps if view.path.is_file()]
    groups = len(marks) > _MOST_SINGLE
    return painted(here, marks, told.theme, _around(marks), size, scale=scale, groups=groups)[0]


def _marks(replay: Replay) -> list[Mark]:
    """Return the places of the evening as marks, whatever is still to be reviewed of them."""
    rows = replay.last_rows()
    columns = (replay.place[rows], replay.lng[rows], replay.lat[rows], replay.category[rows])
    return [
        Mark(
            int(place).to_bytes(8, "big"), lng, lat, replay.categories[category],
            FeatureState.ACCEPTED, b"", False, "",
        )
        for place, lng, lat, category in zip(*(c.tolist() for c in columns), strict=True)
    ]  # fmt: skip


def _around(marks: Sequence[Mark]) -> Bbox | None:
    if not marks:
        return None
    lng, lat = [mark.lng for mark in marks], [mark.lat for mark in marks]
    return Bbox(min(lng), min(lat), max(lng), max(lat))
