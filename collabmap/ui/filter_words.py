"""What a filter says, in words: one chip for each of its choices, and the filter without it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple, TypeVar

from collabmap.app.words import MONTHS, _, format_date, language, ngettext
from collabmap.domain.feature import FeatureState
from collabmap.domain.map_filter import MapFilter, Period, born_from_s
from collabmap.domain.mark_order import Order
from collabmap.domain.theme import Theme
from collabmap.ui.filtering import usual_periods

T = TypeVar("T", str, bytes)

# What residents see as one: nobody has decided yet.
AWAITING = frozenset(
    {FeatureState.PENDING, FeatureState.CHANGE_PROPOSED, FeatureState.DELETE_PROPOSED}
)
# More choices than these of one group are counted, not named.
_NAMED = 3
# Of categories nobody here knows the most frequent are offered: a merge may bring ten thousand.
_STRANGE = 20


class FilterChip(NamedTuple):
    """state: a sign of tokens.states, '' for none.  without: the filter when the chip is gone."""

    words: str
    state: str
    without: MapFilter


def strange_categories(
    theme: Theme, counts: Mapping[str, int], chosen: Collection[str] = ()
) -> list[str]:
    """Return the most frequent categories that a theme does not know, and those that are chosen.

    They are of a newer version, or of another town.
    """
    strange = [category for category in counts if counts[category] and not theme.knows(category)]
    strange.sort(key=lambda category: (category not in chosen, -counts[category], category))
    return sorted(strange[: max(_STRANGE, len(chosen))])


def state_label(state: FeatureState) -> str:
    return {
        FeatureState.PENDING: _("Awaiting review"),
        FeatureState.ACCEPTED: _("Reviewed"),
        FeatureState.CHANGE_PROPOSED: _("Change proposed"),
        FeatureState.DELETE_PROPOSED: _("Deletion proposed"),
        FeatureState.REJECTED: _("Refused"),
    }[state]


def order_label(order: Order) -> str:
    return {
        Order.NEAREST: _("Nearest first"),
        Order.NAME: _("By name"),
        Order.NEWEST: _("Newest first"),
    }[order]


def period_words(period: Period, today: date) -> str:
    """Return 'Today', 'November 2026' or 'From 3 to 9 ...' for the days of a period."""
    usual = {days: name for name, days in reversed(usual_periods(today).items())}
    if period in usual:
        return {
            "today": _("Today"),
            "week": _("These 7 days"),
            "month": _("This month"),
        }[usual[period]]
    first, last = (_day(day) for day in period)
    if period[0] is not None and period[0] == period[1]:
        return first
    if _is_month(period) and period[0] is not None:
        month = _(MONTHS[period[0].month - 1])
        return _("{month} {year}").format(month=month, year=period[0].year)
    if first and last:
        return _("From {first} to {last}").format(first=first, last=last)
    return _("Since {day}").format(day=first) if first else _("Until {day}").format(day=last)


def chips(
    wanted: MapFilter, theme: Theme, names: dict[bytes, str], today: date
) -> Iterator[FilterChip]:
    """Yield what a filter asks for, a chip each."""
    if wanted.text.strip():
        words = _("“{text}”").format(text=wanted.text.strip())
        yield FilterChip(words, "", replace(wanted, text=""))
    labels = {c: theme.category(c).label(language()) for c in wanted.categories}
    for words, left in _each(wanted.categories, labels):
        many = ngettext("{count} category", "{count} categories", len(labels))
        words = words or many.format(count=len(labels))
        yield FilterChip(words, "", replace(wanted, categories=left))
    yield from _state_chips(wanted)
    if wanted.yours:
        yield FilterChip(_("Yours"), "yours", replace(wanted, yours=False))
    people = {person: names.get(person) or _("Without a name") for person in wanted.authors}
    for words, others in _each(wanted.authors, people):
        many = ngettext("{count} person", "{count} people", len(people))
        words = words or many.format(count=len(people))
        yield FilterChip(words, "", replace(wanted, authors=others))
    if wanted.period != (None, None):
        words = period_words(wanted.period, today)
        yield FilterChip(words, "", replace(wanted, first_day=None, last_day=None))
    if wanted.care:
        yield FilterChip(_("Needs a look"), "", replace(wanted, care=False))
    if len(wanted.kinds) == 1:
        words = _("Lines and zones") if "shape" in wanted.kinds else _("Single places")
        yield FilterChip(words, "", replace(wanted, kinds=frozenset()))


def _state_chips(wanted: MapFilter) -> Iterator[FilterChip]:
    states = wanted.states
    if states >= AWAITING:
        yield FilterChip(_("Awaiting review"), "pending", replace(wanted, states=states - AWAITING))
        states -= AWAITING
    for state in sorted(states):
        without = replace(wanted, states=wanted.states - {state})
        yield FilterChip(state_label(state), state.value, without)
    if wanted.disagreement:
        yield FilterChip(_("Disagreement"), "disagreement", replace(wanted, disagreement=False))


def _each(chosen: frozenset[T], labels: dict[T, str]) -> Iterator[tuple[str, frozenset[T]]]:
    """Yield the label of each choice and the others; of many only one '', without any left."""
    if len(chosen) > _NAMED:
        yield "", frozenset()
        return
    for choice in sorted(chosen, key=lambda c: labels[c]):
        yield labels[choice], chosen - {choice}


def _day(day: date | None) -> str:
    return format_date(born_from_s(day) * 1000) if day is not None else ""


def _is_month(period: Period) -> bool:
    first, last = period
    if first is None or last is None or first.day != 1:
        return False
    is_same = (first.year, first.month) == (last.year, last.month)
    after = last.toordinal() + 1
    return is_same and date.fromordinal(after).day == 1
