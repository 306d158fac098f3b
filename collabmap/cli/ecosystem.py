"""What the links of a map answer: ideas without anybody, skills that could meet, room for needs."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collabmap.app.words import N_, _, format_number, ngettext
from collabmap.cli.desk import Desk, pass_desk, project_argument, say, say_json, short, uuid_text
from collabmap.cli.verbs import Verb, as_json

if TYPE_CHECKING:
    from collabmap.domain.ecosystem import Answer
    from collabmap.domain.links import LinkEnd


@click.command(
    "ecosystem",
    cls=Verb,
    help=N_(
        "Tell what the links of the map answer.\n\n"
        "Ideas without anybody, skills offered and needed that could meet, and places with room"
        " near a need.  Make a link with `link add`."
    ),
    examples=(
        "collabmap ecosystem condamine.collabmap",
        "collabmap ecosystem condamine.collabmap --json",
    ),
)
@project_argument
@as_json
@pass_desk
def ecosystem(desk: Desk, project: Path, as_json: bool) -> None:
    from collabmap.app.ecosystem_words import (
        answer_words,
        by_question,
        detail_words,
        question_words,
    )

    with desk.opened(project) as session:
        found = session.reader.ecosystem()
    if as_json:
        say_json([_json(answer) for answer in found])
        return
    for question, answers in by_question(found).items():
        say(_("{title} ({count})").format(
            title=question_words(question), count=format_number(len(answers))
        ))  # fmt: skip
        for answer in answers:
            ends = " ".join(short(end.id) for end in (answer.one, answer.other) if end is not None)
            detail = detail_words(answer)
            say(f"  {ends}  {answer_words(answer)}{f'  ({detail})' if detail else ''}")
    count = ngettext("{count} answer", "{count} answers", len(found))
    say(count.format(count=format_number(len(found))))


def _json(answer: "Answer") -> dict[str, Any]:
    return {
        "question": answer.question.value,
        "one": _end(answer.one),
        "other": _end(answer.other) if answer.other is not None else None,
        "skills": [_end(skill) for skill in answer.skills],
        "distance_m": None if answer.distance_m is None else round(answer.distance_m, 1),
        "room": answer.room,
        "wanted": answer.wanted,
    }


def _end(end: "LinkEnd") -> dict[str, str]:
    return {"id": uuid_text(end.id), "name": end.name}


COMMANDS: tuple[click.Command, ...] = (ecosystem,)
