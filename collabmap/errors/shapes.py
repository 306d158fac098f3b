"""The errors of shapes that are drawn, cut, and read from where somebody walked."""

from collabmap.errors.tree import InputInvalid


class CutMissesLine(InputInvalid):
    code = "cut-misses-line"
    message = "This cut does not meet the line."
    hint = "Click on the line where it shall be cut, away from its ends, or draw across it."


class CutMissesZone(InputInvalid):
    code = "cut-misses-zone"
    message = "This cut does not part the zone."
    hint = "The cut must go right across the zone, from one side to the other."


class PointNotSplit(InputInvalid):
    code = "point-not-split"
    message = "A single point cannot be cut in two."
    hint = "Lines and zones can. Add a second place beside it."


class TracksUnreadable(InputInvalid):
    code = "tracks-unreadable"
    message = "“{name}” is not a GPX file that CollabMap can read, or it is damaged."
    hint = "Export the walk from your phone or watch once more, as GPX."


class TracksEmpty(InputInvalid):
    code = "tracks-empty"
    message = "“{name}” holds no walk: it has no line of two points or more."
    hint = "Choose another file, or check that the recording had a signal."


class TracksTooLarge(InputInvalid):
    code = "tracks-too-large"
    message = "“{name}” is too large: {megabytes} MB, {limit} at most."
    hint = "Export one walk at a time from your phone or watch."


class WalkTooShort(InputInvalid):
    code = "walk-too-short"
    message = "This walk never went {metres} m away from where it began or ended."
    hint = "Hidden, nothing of it would be left. Show it whole, or hide less."
