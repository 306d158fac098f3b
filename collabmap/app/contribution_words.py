"""What became of a contribution, in plain words: for the window and the command line alike."""

from collabmap.app.words import _
from collabmap.domain.change import NOT_CHOSEN
from collabmap.review.contributions import Contribution
from collabmap.review.deleted import DeletedPlace


def state_words(state: str) -> str:
    """Return how far a contribution has come, in a word or two."""
    return {
        "asked": _("Question"),
        "waiting": _("Pending"),
        "accepted": _("Accepted"),
        "refused": _("Refused"),
        "replaced": _("Replaced"),
        "withdrawn": _("Withdrawn"),
        "gone": _("No longer there"),
    }[state]


def what_words(one: Contribution, fields: str) -> str:
    """Return what a person did: 'place added, photo'.  fields: those changed, in words."""
    words = {
        "place": _("place added"),
        "change": _("change: {fields}").format(fields=fields) if fields else _("change"),
        "delete": _("deletion suggested"),
        "restore": _("return suggested"),
        "comment": _("comment"),
        "answer": _("answer"),
        "photo": _("photo"),
        "link": _("link"),
        "remove_photo": _("photo taken away"),
        "remove_link": _("link taken away"),
        "reading": _("measurements"),
        "remove_reading": _("measurements taken away"),
    }
    return ", ".join(words[what] for what in one.what)


def outcome_words(one: Contribution, fields: str) -> str:
    """Return what became of it and what follows, in a sentence or two.

    fields: those that read otherwise by now (Contribution.edited), in words.
    """
    name = one.by_name or _("a coordinator")
    if one.state == "asked":
        return _("{name} asks before deciding.").format(name=name)
    if one.state == "waiting":
        if one.question is not None and one.question.answers:
            return _("Your answer is kept. A coordinator will look again.")
        return _("A coordinator will look at it.")
    if one.state == "accepted":
        said = _("Accepted by {name}.").format(name=name) if one.key else _("It is on the map.")
        if fields:
            changed = _("{name} has written since: {fields}.")
            said = f"{said} {changed.format(name=one.edited_by or name, fields=fields)}"
        return said
    if one.state == "refused":
        if one.word == NOT_CHOSEN:
            return _("{name} has chosen another value.").format(name=name)
        plain = _("{name} has refused it.")
        said = plain if one.reason else _("{name} has refused it, and gave no reason.")
        return said.format(name=name)
    return {
        "replaced": _("Somebody has written something else since. Yours is kept in the history."),
        "withdrawn": _("You took it back. Nobody else sees it."),
        "gone": _("It is no longer on the map. It is kept in the history."),
    }[one.state]


def deleted_words(row: DeletedPlace) -> str:
    """Return who took a place off the map: 'deleted by Paul, agreed by Camille'."""
    name = row.by_name or _("somebody")
    if row.is_withdrawn:
        return _("taken back by {name}").format(name=name)
    if row.agreed_name:
        words = _("deletion suggested by {name}, accepted by {other}")
        return words.format(name=name, other=row.agreed_name)
    return _("deleted by {name}").format(name=name)
