"""A deed in words, for what undo and redo would do: “move ‘Fontaine’”."""

from collections.abc import Callable, Mapping

from collabmap.app.words import _, format_number, ngettext

_LONGEST = 40


def deed_words(kind: str, name: str) -> str:
    """Return a deed in the infinitive.

    kind: as in UndoResult.  name: of the place, may be ''; of many places how many they are.
    """
    if kind in _MANY:
        count = int(name)
        return _MANY[kind](count).format(count=format_number(count))
    words = {
        "add": _("add “{name}”"),
        "edit": _("change “{name}”"),
        "move": _("move “{name}”"),
        "reshape": _("change the outline of “{name}”"),
        "split": _("cut up “{name}”"),
        "delete": _("delete “{name}”"),
        "comment": _("comment on “{name}”"),
        "answer": _("answer about “{name}”"),
        "photo": _("add a photo of “{name}”"),
        "photos": _("add photos of “{name}” and others"),
        "remove_photo": _("take away a photo of “{name}”"),
        "reading": _("add a measurement of “{name}”"),
        "readings": _("add measurements of “{name}”"),
        "remove_reading": _("take away measurements of “{name}”"),
        "link": _("link “{name}”"),
        "remove_link": _("take away a link of “{name}”"),
        "accept": _("accept “{name}”"),
        "reject": _("reject “{name}”"),
        "ask": _("ask about “{name}”"),
        "unite": _("unite “{name}” with its duplicates"),
        "apart": _("say that “{name}” has no duplicate"),
        "same": _("say that “{name}” is the same as another place"),
        "different": _("say that “{name}” is another place"),
        "claim": _("take “{name}” to review"),
        "release_claim": _("give “{name}” back"),
        "withdraw": _("take back your contribution to “{name}”"),
        "restore": _("bring back “{name}”"),
        "propose": _("propose “{name}” again"),
        "define": _("change “{name}” in the theme"),
        "apply_theme": _("give the map the theme “{name}”"),
        "open": _("take back whether “{name}” is the same place"),
    }
    short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"
    return words[kind].format(name=short or _("Without a name"))


def left_words(count: int) -> str:
    """Return what undo did not touch of many, '' for nothing."""
    if not count:
        return ""
    words = ngettext(
        "{count} was decided again since, and stays as it is.",
        "{count} were decided again since, and stay as they are.",
        count,
    )
    return words.format(count=format_number(count))


_MANY: Mapping[str, Callable[[int], str]] = {
    "accept_many": lambda n: ngettext(
        "accept {count} contribution", "accept {count} contributions", n
    ),
    "reject_many": lambda n: ngettext(
        "refuse {count} contribution", "refuse {count} contributions", n
    ),
    "ask_many": lambda n: ngettext(
        "ask about {count} contribution", "ask about {count} contributions", n
    ),
}
