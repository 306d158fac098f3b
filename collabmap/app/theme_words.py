"""What is wrong with a theme in words: where, and what."""

from collections.abc import Mapping

from collabmap.app.words import N_, _, format_number, ngettext, spoken
from collabmap.errors import Problem, Problems

# So many are said; the others are counted.
_SHOWN = 6


def problem_lines(problems: Problems) -> str:
    """Return the first problems, a line each, and how many more there are."""
    lines = [problem_words(problem) for problem in problems[:_SHOWN]]
    more = len(problems) - _SHOWN
    if more > 0:
        words = ngettext("… and {count} more.", "… and {count} more.", more)
        lines.append(words.format(count=format_number(more)))
    return "\n".join(lines)


def problem_words(problem: Problem) -> str:
    """Return one problem: “field “capacity”: its type is missing.”."""
    details = {name: spoken(value) for name, value in problem.details.items()}
    what = _(_WHAT[problem.code]).format(**details)
    where = ", ".join(_(_WHERE[kind]).format(key=key) for kind, key in problem.where)
    return _("{where}: {what}").format(where=where or _("the file"), what=what)


_WHERE: Mapping[str, str] = {
    "category": N_("category “{key}”"),
    "field": N_("field “{key}”"),
    "option": N_("option “{key}”"),
    "link-type": N_("kind of link “{key}”"),
}

_WHAT: Mapping[str, str] = {
    # How the file is written.
    "broken-json": N_("it stops making sense at line {line}, column {column}."),
    "property-twice": N_("“{name}” is there twice."),
    "property-unknown": N_("“{name}” means nothing here."),
    "property-near": N_("“{name}” means nothing here; is it “{near}”?"),
    "property-wrong": N_("“{name}” cannot be {value}."),
    "not-one-of": N_("“{name}” cannot be “{value}”, only one of: {known}."),
    "not-a-list": N_("“{name}” has to be a list."),
    "not-an-object": N_("it has to be an object with properties."),
    "key-missing": N_("it has no “id”."),
    "key-wrong": N_("“id” cannot be “{value}”: small letters without accents, digits, hyphens."),
    "key-twice": N_("the same “id” is there twice."),
    "type-missing": N_("it has no “type”."),
    "type-unknown": N_("there is no type “{value}”, only: {known}."),
    "too-many": N_("“{name}” holds more than {most}."),
    "too-long": N_("“{name}” is longer than {most} characters."),
    "characters-wrong": N_("“{name}” holds characters that cannot be written."),
    # What it says.
    "label-missing-fr": N_("its name in French is missing (label_fr)."),
    "label-missing-en": N_("its name in English is missing (label_en)."),
    "about-missing-fr": N_("what it is about is not said in French (about_fr)."),
    "about-missing-en": N_("what it is about is not said in English (about_en)."),
    "help-missing-fr": N_("its help is not said in French (help_fr)."),
    "help-missing-en": N_("its help is not said in English (help_en)."),
    "inverse-missing-fr": N_("read from the other end it has no French words (inverse_fr)."),
    "inverse-missing-en": N_("read from the other end it has no English words (inverse_en)."),
    "label-twice": N_("it is called “{label}”, as “{other}” is already."),
    "nothing-offered": N_("it has no category to choose."),
    "hue-unknown": N_("{value} is none of the colours that can be told apart: {known}."),
    "icon-unknown": N_("there is no icon “{value}”."),
    "drawn-missing": N_("it may be drawn neither as a point nor as a line nor as a zone."),
    "category-unknown": N_("it belongs to the category “{value}”, which is not there."),
    "options-missing": N_("there is nothing to choose from (options)."),
    "options-unused": N_("only choices have options."),
    "unit-unused": N_("only numbers and measurements have a unit."),
    "range-unused": N_("only numbers and measurements have a smallest and a largest value."),
    "range-crossed": N_("its smallest value, {minimum}, is above its largest, {maximum}."),
    "default-wrong": N_("it cannot begin with {value}: that is no value of it."),
    "default-unused": N_("nothing can stand there from the beginning (default)."),
    "condition-unknown": N_("it is asked only if “{value}”, a field that is not there."),
    "condition-self": N_("it is asked only if its own value says so."),
    "condition-cycle": N_("it would never be asked: {path}."),
    "condition-type": N_("it hangs on “{value}”, which is neither a choice nor yes or no."),
    "condition-empty": N_("it hangs on “{value}”, but no value is named."),
    "condition-value": N_("it hangs on the value {value} of “{other}”, which has no such value."),
    "condition-apart": N_("it hangs on “{value}”, which is not asked for: {categories}."),
}
