"""Decisions in words, for the window, the command line and the table that is written."""

from collections.abc import Mapping

from collabmap.app.words import N_, _, format_duration, format_number, ngettext
from collabmap.review.decisions import Decision, Fate, Word
from collabmap.review.evening_figures import Figures

_WORDS: Mapping[Word, str] = {
    "accept": N_("Accepted"),
    "reject": N_("Refused"),
    "ask": N_("Asked"),
    "not-chosen": N_("Not chosen"),
    "open": N_("Taken back"),
    "same": N_("United"),
    "different": N_("Kept apart"),
    "undecided": N_("Left open"),
}
# As a filter: what was decided so, all of them.
_ALL: Mapping[Word, str] = {
    "accept": N_("Accepted ones"),
    "reject": N_("Refused ones"),
    "ask": N_("Questions"),
    "not-chosen": N_("Not chosen ones"),
    "open": N_("Taken back ones"),
    "same": N_("United ones"),
    "different": N_("Kept apart ones"),
    "undecided": N_("Left open ones"),
}
_FATES: Mapping[Fate, str] = {
    "taken_back": N_("another decision since"),
    "overruled": N_("overruled by another coordinator"),
    "contested": N_("contested"),
    "void": N_("no longer counts: the right to decide was taken away"),
}


def decision_word(word: Word) -> str:
    """Return what was decided, e.g. 'Accepted'."""
    return _(_WORDS[word])


def decisions_word(word: Word) -> str:
    """Return the name of all decisions of a kind, e.g. 'Accepted ones'."""
    return _(_ALL[word])


def fate_words(fate: Fate) -> str:
    """Return what became of a decision, '' where it counts as it was made."""
    return _(_FATES[fate]) if fate else ""


def place_words(decision: Decision) -> str:
    """Return the name of the place that a decision is about; of a pair both."""
    name = decision.subject.name or _("Without a name")
    if not decision.other:
        return name
    other = decision.other_name or _("Without a name")
    return _("{one} / {other}").format(one=name, other=other)


def bulk_words(count: int) -> str:
    """Return '43 places at once'."""
    words = ngettext("{count} place at once", "{count} places at once", count)
    return words.format(count=format_number(count))


def wait_words(figures: Figures) -> str:
    """Return the median wait, '12 min'; a dash while nothing is decided."""
    wait_ms = figures.median_wait_ms
    return "–" if wait_ms is None else format_duration(wait_ms / 1000)


def figure_words(figures: Figures) -> list[tuple[str, str]]:
    """Return the figures of an evening as (number, what it counts), in words."""
    counted = (
        (figures.contributed, ngettext("contribution", "contributions", figures.contributed)),
        (figures.accepted, ngettext("was accepted", "were accepted", figures.accepted)),
        (figures.rejected, ngettext("was refused", "were refused", figures.rejected)),
        (figures.open, ngettext("waits", "wait", figures.open)),
    )
    return [(format_number(number), words) for number, words in counted]


def own_words(figures: Figures) -> str:
    """Return what coordinators wrote themselves, '' for nothing."""
    if not figures.own:
        return ""
    words = ngettext(
        "and {count} by coordinators themselves",
        "and {count} by coordinators themselves",
        figures.own,
    )
    return words.format(count=format_number(figures.own))
