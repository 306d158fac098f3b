"""Why a value does not fit its field; `hint` alone says it where the value is in sight."""

from collabmap.errors.themes import ValueInvalid


class NumberUnreadable(ValueInvalid):
    code = "number-unreadable"
    message = "“{value}” cannot be read as a number for “{label}”."
    hint = "Write a number, such as {example}."


class NumberTooSmall(ValueInvalid):
    code = "number-too-small"
    message = "{value} is too little for “{label}”."
    hint = "Give a number from {least} upwards."


class NumberTooLarge(ValueInvalid):
    code = "number-too-large"
    message = "{value} is too much for “{label}”."
    hint = "Give a number up to {most}."


class NumberOutside(ValueInvalid):
    code = "number-outside"
    message = "{value} cannot be for “{label}”."
    hint = "Give a number from {least} to {most}."


class UnitUnknown(ValueInvalid):
    code = "unit-unknown"
    message = "The unit of “{value}” is not the one of “{label}”."
    hint = "Write the number in {unit}."


class UnitUncalledFor(ValueInvalid):
    code = "unit-uncalled-for"
    message = "“{value}” has words after the number, and “{label}” has no unit."
    hint = "Write the number alone."


class OptionUnknown(ValueInvalid):
    code = "option-unknown"
    message = "“{value}” is no answer to “{label}”."
    hint = "Choose among these: {options}."


class YesNoUnreadable(ValueInvalid):
    code = "yes-no-unreadable"
    message = "“{value}” is neither yes nor no for “{label}”."
    hint = "Answer yes or no."


class DayUnreadable(ValueInvalid):
    code = "day-unreadable"
    message = "“{value}” is no day of the calendar for “{label}”."
    hint = "Write a day that exists as day/month/year, such as 12/03/2026."


class MomentUnreadable(ValueInvalid):
    code = "moment-unreadable"
    message = "“{value}” is no day and time for “{label}”."
    hint = "Write the day and the time, such as 12/03/2026 18:30."


class HoursUnreadable(ValueInvalid):
    code = "hours-unreadable"
    message = "“{value}” cannot be read as opening hours for “{label}”."
    hint = "Write days and times, such as Mon-Fri 9:00-18:00; Sat 10:00-12:00."


class LinkUnreadable(ValueInvalid):
    code = "link-unreadable"
    message = "“{value}” is no web address for “{label}”."
    hint = "Write it as the browser shows it, such as www.example.org."


class EmailUnreadable(ValueInvalid):
    code = "email-unreadable"
    message = "“{value}” is no e-mail address for “{label}”."
    hint = "Write it with its @, such as name@example.org."


class PhoneUnreadable(ValueInvalid):
    code = "phone-unreadable"
    message = "“{value}” is no telephone number for “{label}”."
    hint = "Write its digits, such as 06 12 34 56 78."


class RatingOutside(ValueInvalid):
    code = "rating-outside"
    message = "“{value}” is no rating for “{label}”."
    hint = "Give one to five stars."


class ReferenceUnknown(ValueInvalid):
    code = "reference-unknown"
    message = "“{value}” is no place of this map for “{label}”."
    hint = "Choose a place that is on the map."
