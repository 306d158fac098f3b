"""A deed in words, for what undo and redo would do: “move ‘Fontaine’”."""

from collabmap.app.words import _

_LONGEST = 40


def deed_words(kind: str, name: str) -> str:
    """Return a deed in the infinitive.  kind: as in UndoResult.  name: of the place, may be ''."""
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
        "remove_photo": _("take away a photo of “{name}”"),
        "link": _("link “{name}”"),
        "remove_link": _("take away a link of “{name}”"),
        "accept": _("accept “{name}”"),
        "reject": _("reject “{name}”"),
        "ask": _("ask about “{name}”"),
        "same": _("say that “{name}” is the same as another place"),
        "different": _("say that “{name}” is another place"),
        "claim": _("take “{name}” to review"),
        "release_claim": _("give “{name}” back"),
        "open": _("take back whether “{name}” is the same place"),
    }
    short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"
    return words[kind].format(name=short or _("Without a name"))
