"""Words and signs of the parts of a theme, for whoever edits it."""

from collections.abc import Mapping

from collabmap.app.words import N_, _, format_number, language, ngettext
from collabmap.domain.theme import Drawn, Field, FieldType, LinkType, Nature, Theme
from collabmap.errors import Problem

TYPES: Mapping[FieldType, tuple[str, str, str]] = {
    "text": ("form-textbox", N_("Text"), N_("A few words on one line")),
    "long_text": ("text-long", N_("Long text"), N_("Several lines")),
    "number": ("numeric", N_("A number"), N_("With its unit: 12.5 m")),
    "choice": ("radiobox-marked", N_("Choice"), N_("One answer of several")),
    "choices": ("checkbox-marked-outline", N_("Several choices"), N_("As many as are true")),
    "yes_no": ("help-circle-outline", N_("Yes or no"), N_("Two buttons")),
    "date": ("calendar", N_("Date"), N_("A day")),
    "date_time": ("calendar-clock", N_("Date and time"), N_("A day and an hour")),
    "hours": ("clock-outline", N_("Opening hours"), N_("By day of the week")),
    "url": ("link-variant", N_("Link"), N_("The address of a web page")),
    "email": ("email-outline", N_("E-mail"), N_("Private by default")),
    "phone": ("phone", N_("Telephone"), N_("Private by default")),
    "photo": ("camera", N_("Photo"), N_("One or more")),
    "rating": ("star-outline", N_("Rating"), N_("From one star to five")),
    "reference": ("map-marker-path", N_("Another place"), N_("A place of this map")),
    "measure": ("chart-line", N_("Measurements"), N_("Values in time, by many people")),
}
NATURES: Mapping[Nature, str] = {
    "place": N_("Place"),
    "actor": N_("Actor"),
    "skill": N_("Skill, means"),
    "idea": N_("Idea"),
    "event": N_("Event"),
}
DRAWN_AS: Mapping[Drawn, tuple[str, str]] = {
    "point": ("vector-point", N_("Point")),
    "line": ("vector-polyline", N_("Path")),
    "zone": ("vector-polygon", N_("Zone")),
}
HUES: Mapping[str, str] = {
    "#025D42": N_("Green"),
    "#859B44": N_("Lime"),
    "#0C8296": N_("Teal"),
    "#1394FE": N_("Azure"),
    "#191389": N_("Navy"),
    "#7421BC": N_("Violet"),
    "#471842": N_("Plum"),
    "#CD4DD0": N_("Pink"),
    "#A6114C": N_("Red"),
    "#D43E06": N_("Orange"),
    "#87703B": N_("Bronze"),
    "#703501": N_("Brown"),
    "#767D87": N_("Grey"),
}

# Beside which part of the page a problem is said, and in which words.
_PROBLEMS: Mapping[str, tuple[str, str]] = {
    "label-missing": ("label", N_("Give it a name, in one language at least.")),
    "label-twice": ("label", N_("Another one has this name already.")),
    "range-crossed": ("range", N_("The smallest value is above the largest.")),
    "options-missing": ("options", N_("Add at least one answer.")),
    "option": ("options", N_("Each answer needs words.")),
    "default": ("default", N_("This is no answer to it.")),
    "condition-cycle": ("only_if", N_("It would never be asked: each waits for the other.")),
    "condition-self": ("only_if", N_("It would never be asked: it waits for itself.")),
    "condition-empty": ("only_if", N_("Choose the answers with which it is asked.")),
    "condition-value": ("only_if", N_("One of these answers is no longer offered.")),
    "condition-apart": ("only_if", N_("The other field is not asked for all of its categories.")),
    "condition": ("only_if", N_("It waits for a field that is not there.")),
    "drawn-missing": ("drawn", N_("Choose at least one.")),
}


def type_icon(field: Field) -> str:
    return TYPES[field.type][0]


def type_words(type_: FieldType) -> str:
    """Return the name of a type of field."""
    return _(TYPES[type_][1])


def field_line(field: Field, theme: Theme) -> str:
    """Return 'Number, in m · required · private · only if “Free?”'."""
    parts = [type_words(field.type)]
    if field.unit:
        parts[0] = _("{type}, in {unit}").format(type=parts[0], unit=field.unit)
    if field.is_required:
        parts.append(_("required"))
    if field.is_private:
        parts.append(_("private"))
    if field.only_if is not None:
        other = theme.field(field.only_if.field)
        name = other.label(language()) if other is not None else field.only_if.field
        parts.append(_("only if “{field}”").format(field=name))
    if not field.categories:
        parts.append(_("in all categories"))
    return " · ".join(parts)


def fields_words(count: int) -> str:
    """Return '3 fields'."""
    if not count:
        return _("no field")
    return ngettext("{count} field", "{count} fields", count).format(count=format_number(count))


def theme_counts(theme: Theme) -> str:
    """Return '12 categories · 31 fields · 9 kinds of link'."""
    count = len(theme.offered)
    categories = ngettext("{count} category", "{count} categories", count)
    kinds = sum(not kind.is_hidden for kind in theme.link_types)
    fields = sum(not field.is_hidden for field in theme.fields)
    parts = [categories.format(count=format_number(count)), fields_words(fields)]
    if kinds:
        words = ngettext("{count} kind of link", "{count} kinds of link", kinds)
        parts.append(words.format(count=format_number(kinds)))
    return " · ".join(parts)


def link_line(kind: LinkType) -> str:
    """Return 'Actor → Place · Idea': what a kind of link goes from and to."""

    def words(natures: tuple[Nature, ...]) -> str:
        # "Skill, means" holds a comma itself.
        return " · ".join(_(NATURES[n]) for n in natures) or _("anything")

    return f"{words(kind.sources)} → {words(kind.targets)}"


def place_of(problem: Problem) -> tuple[str, str]:
    """Return beside what a problem is said, '' for nowhere, and its sentence."""
    if len(problem.where) > 1:
        where, words = _PROBLEMS["option"]
        return where, _(words)
    # The longest that fits says most: "condition-cycle" before "condition".
    for code in sorted(_PROBLEMS, key=len, reverse=True):
        if problem.code.startswith(code):
            where, words = _PROBLEMS[code]
            return where, _(words)
    return "", ""
