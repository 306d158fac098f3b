"""The errors of measurements."""

from collabmap.errors.tree import InputInvalid


class ReadingTimeImpossible(InputInvalid):
    code = "reading-time-impossible"
    message = "“{value}” is no time at which something was measured."
    hint = "Write a day that exists and the time, such as 12/03/2026 18:30."


class ReadingsUnreadable(InputInvalid):
    code = "readings-unreadable"
    message = "“{name}” cannot be read as a table of measurements."
    hint = "In a spreadsheet, save the table as CSV, then choose that file."


class ReadingsTooLarge(InputInvalid):
    code = "readings-too-large"
    message = "“{name}” is too large to be taken in at once."
    hint = "Cut the table into files of at most {limit} megabytes, by month for instance."


class NothingMeasured(InputInvalid):
    code = "nothing-measured"
    message = "Nothing is measured on this map yet."
    hint = "A coordinator adds a field of the kind “Measurement” under “Categories” first."


class ReadingsUnclear(InputInvalid):
    """missing: what no column of the file says, in words."""

    code = "readings-unclear"
    message = "No column of “{name}” says what is needed: {missing}."
    hint = "Name the place or the quantity yourself, or give the columns a first line with names."
