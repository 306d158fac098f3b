"""Answers about the territory in words, and the links of one place counted in words."""

from collections.abc import Iterable, Sequence

from collabmap.app.words import _, format_distance, format_number, ngettext
from collabmap.domain.ecosystem import Answer, Question
from collabmap.domain.links import LinkEnd
from collabmap.domain.theme import Nature, Theme


def question_words(question: Question) -> str:
    """Return the question as a heading."""
    return {
        Question.ALONE: _("Ideas without anybody"),
        Question.MEETING: _("Skills offered and needed that could meet"),
        Question.ROOM: _("Places with room, near a need"),
    }[question]


def nothing_words(question: Question) -> str:
    """Return what is said where there is no answer, and how one comes to be."""
    return {
        Question.ALONE: _("Every idea on the map has somebody."),
        Question.MEETING: _(
            "No skill that is needed is offered by somebody else yet. Link people to the skills"
            " that they offer, and to those that they need."
        ),
        Question.ROOM: _(
            "No place with room lies near a need yet. Say how many people a place can still hold,"
            " and link what needs a place."
        ),
    }[question]


def answer_words(answer: Answer) -> str:
    """Return an answer in one sentence."""
    one, other = name_of(answer.one), name_of(answer.other) if answer.other else ""
    if answer.question is Question.ALONE:
        return _("Nobody runs or proposes “{name}” yet.").format(name=one)
    if answer.question is Question.MEETING:
        return _meeting_words(answer, one, other)
    return _room_words(answer, one, other)


def _meeting_words(answer: Answer, one: str, other: str) -> str:
    offered, wanted = (name_of(skill) for skill in answer.skills)
    # A skill speaks for itself where nobody said who has it.
    has_giver, has_seeker = (
        end is not None and end.id != skill.id
        for end, skill in zip((answer.one, answer.other), answer.skills, strict=True)
    )
    if not has_giver and not has_seeker:
        return _("“{offered}” is offered, “{wanted}” is looked for.").format(
            offered=offered, wanted=wanted
        )
    if not has_giver:
        return _("{other} needs “{wanted}”, and “{offered}” is offered.").format(
            other=other, wanted=wanted, offered=offered
        )
    if not has_seeker:
        return _("{one} offers “{offered}”, and “{wanted}” is looked for.").format(
            one=one, offered=offered, wanted=wanted
        )
    if answer.skills[0].id == answer.skills[1].id:
        words = _("{one} offers “{skill}”, {other} needs it.")
        return words.format(one=one, skill=offered, other=other)
    return _("{one} offers “{offered}”, {other} needs “{wanted}”.").format(
        one=one, offered=offered, other=other, wanted=wanted
    )


def _room_words(answer: Answer, one: str, other: str) -> str:
    if answer.wanted is not None:
        count = round(answer.wanted)
        words = ngettext(
            "{one} needs a place for {count} person, {other} has room.",
            "{one} needs a place for {count} people, {other} has room.",
            count,
        )
        return words.format(one=one, other=other, count=format_number(count))
    return _("{one} needs a place, {other} has room.").format(one=one, other=other)


def detail_words(answer: Answer) -> str:
    """Return how far apart the two are and how much room there is, '' where that is not known."""
    parts = []
    if answer.distance_m is not None:
        parts.append(_("{distance} apart").format(distance=format_distance(answer.distance_m)))
    if answer.room is not None:
        count = round(answer.room)
        words = ngettext("room for {count} person", "room for {count} people", count)
        parts.append(words.format(count=format_number(count)))
    return ", ".join(parts)


def name_of(end: LinkEnd) -> str:
    """Return the name of what is at an end of a link."""
    return end.name or _("(removed)")


def links_words(theme: Theme, others: Sequence[LinkEnd]) -> str:
    """Return the links of a place, counted by what is at their other end."""
    count = len(others)
    words = ngettext("{count} link", "{count} links", count)
    whole = words.format(count=format_number(count))
    natures = [theme.category(end.category).nature for end in others]
    order: tuple[Nature, ...] = ("actor", "skill", "idea", "place", "event")
    parts = [nature_count(nature, natures.count(nature)) for nature in order if nature in natures]
    return _("{links}: {parts}").format(links=whole, parts=", ".join(parts)) if parts else whole


def nature_count(nature: Nature, count: int) -> str:
    """Return so many of a nature, in words."""
    words = {
        "actor": ngettext("{count} actor", "{count} actors", count),
        "skill": ngettext("{count} skill", "{count} skills", count),
        "idea": ngettext("{count} idea", "{count} ideas", count),
        "place": ngettext("{count} place", "{count} places", count),
        "event": ngettext("{count} event", "{count} events", count),
    }[nature]
    return words.format(count=format_number(count))


def nature_words(nature: Nature) -> str:
    """Return what a shape of the graph stands for."""
    return {
        "place": _("Place"),
        "actor": _("Actor"),
        "skill": _("Skill, means"),
        "idea": _("Idea"),
        "event": _("Event"),
    }[nature]


def by_question(answers: Iterable[Answer]) -> dict[Question, list[Answer]]:
    """Return the answers to each question, also to those that have none."""
    found: dict[Question, list[Answer]] = {question: [] for question in Question}
    for answer in answers:
        found[answer.question].append(answer)
    return found
