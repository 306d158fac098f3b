"""What a French typesetter would send back, and what would break a translated template.

Source: Lexique des règles typographiques en usage à l'Imprimerie nationale.
"""

import re
import string
from collections.abc import Iterator

from babel.messages.catalog import Message

NARROW = "\u202f"  # narrow no-break space: before ; ! ? : and inside « »
NO_BREAK = "\u00a0"  # between a number and its unit

RULES = (
    (re.compile(r"'"), "write ’ for an apostrophe"),
    (re.compile(r"\.\.\."), "write … for three dots"),
    (re.compile(r"[\"“”]"), "write « » for quotation marks"),
    (re.compile(rf"[^{NARROW}][;!?](?!\w)"), "a U+202F goes before ; ! ?"),
    (re.compile(rf"[^{NARROW}\d]:(?![/\w])"), "a U+202F goes before :"),
    (re.compile(rf"«(?!{NARROW})|(?<!{NARROW})»"), "a U+202F goes inside « »"),
    (
        re.compile(r"[\d}][ \u202f](?:octets?|[kKMG]?o|[kc]?m|px|h|min|%|€)(?!\w)"),
        "a U+00A0 goes between a number and its unit",
    ),
    (
        re.compile(r"\b(?:synchronis|entité|feature|conflit|écras|bundle|token|polygone)", re.I),
        "a word that residents never see",
    ),
)
# What keeps its own punctuation: addresses, and what one types (`--bbox`, `fichier.cmkit`).
VERBATIM = re.compile(r"https?://\S+|`[^`]*`|--[a-z-]+")


Forms = str | tuple[str, ...] | list[str] | None


def forms_of(text: Forms) -> tuple[str, ...]:
    """Return the one form of a plain message, or the singular and the plurals."""
    forms = text if isinstance(text, tuple | list) else (text,)
    return tuple(form or "" for form in forms)


def faults_of(message: Message) -> Iterator[str]:
    """Yield what is wrong with the French of one message."""
    forms, ids = forms_of(message.string), forms_of(message.id)
    for number, form in enumerate(forms):
        wanted = placeholders(ids[min(number, len(ids) - 1)])
        # A singular may say « un lieu » for {count}; nothing else may be lost or invented.
        if (placeholders(form) ^ wanted) - ({"count"} if len(ids) > 1 else set()):
            yield f"placeholders differ from {sorted(wanted)}"
        text = VERBATIM.sub("", form)
        plain = re.sub(r"\{[^{}]*\}", "{}", text)
        yield from (fault for rule, fault in RULES if rule.search(plain))


def placeholders(text: str) -> set[str]:
    """Return the names that str.format would fill."""
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}
