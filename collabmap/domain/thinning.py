"""A long series thinned out to what a chart can show, without losing a peak.  Imported late."""

import numpy as np

from collabmap.domain.reading_columns import Floats, Ints

# A pause so many times as long as usual is a gap: nobody knows what was in it.
_GAP = 3.5


def gap_s(times: Ints) -> float:
    """Return from how many seconds between two readings on the line between them is left out."""
    if len(times) < 3:
        return float("inf")
    steps = np.diff(times)
    steps = steps[steps > 0]
    return float(np.median(steps)) * _GAP if len(steps) else float("inf")


def thinned(
    times: Ints, values: Floats, since: float, until: float, most: int, gap: float
) -> tuple[Floats, Floats]:
    """Return the x and y of a line for what is seen of a series, NaN where it is broken off.

    times: ascending.  most: about how many points the line may have.  Of what falls together the
    least and the greatest value are kept, in the order of time, so that no peak is lost.
    """
    start = max(0, int(np.searchsorted(times, since)) - 1)
    stop = min(len(times), int(np.searchsorted(times, until, side="right")) + 1)
    x, y = times[start:stop].astype(np.float64), values[start:stop]
    if len(x) > most:
        x, y = _extremes(x, y, most // 2)
    broken = np.flatnonzero(np.diff(x) > max(gap, 2.0 * (until - since) / max(1, most)))
    if len(broken):
        y = np.insert(y, broken + 1, np.nan)
        x = np.insert(x, broken + 1, (x[broken] + x[broken + 1]) / 2)
    return x, y


def _extremes(x: Floats, y: Floats, pieces: int) -> tuple[Floats, Floats]:
    """Return the least and the greatest of as many pieces of equal width."""
    width = (x[-1] - x[0]) / pieces or 1.0
    piece = np.minimum(((x - x[0]) / width).astype(np.int64), pieces - 1)
    order = np.lexsort((y, piece))
    ends = np.flatnonzero(np.diff(piece[order], append=-1))
    starts = np.append(0, ends[:-1] + 1)
    kept = np.unique(np.concatenate((order[starts], order[ends])))
    return x[kept], y[kept]
