"""What a person agrees to by starting: words of the map itself, with a version."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from collabmap.domain.definitions import PROJECT, SELF, Definitions

# The properties of the map in which its own words are defined.
VERSION, FRENCH, ENGLISH = "consent_version", "consent_fr", "consent_en"
# The version of the words that every map begins with.
USUAL = "2026-1"
MAX_LINES, MAX_WORDS = 8, 300


class Promise(NamedTuple):
    """One thing that is said: a few words, and what they mean."""

    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Consent:
    """version: of these words.  fr, en: the lines; () for the usual ones, or the other language."""

    version: str = USUAL
    fr: tuple[Promise, ...] = ()
    en: tuple[Promise, ...] = ()

    def lines(self, language: str) -> tuple[Promise, ...]:
        """Return the lines in 'fr' or 'en', () for the usual ones."""
        first, second = (self.fr, self.en) if language == "fr" else (self.en, self.fr)
        return first or second


def consent_in(definitions: Definitions) -> Consent:
    """Return what the coordinators of a map have written, or the usual."""
    own = definitions.get((PROJECT, SELF))
    if own is None:
        return Consent()
    version = own.values.get(VERSION)
    fr, en = (_read(own.values.get(name)) for name in (FRENCH, ENGLISH))
    if not isinstance(version, str) or not version or not (fr or en):
        return Consent()
    return Consent(version[:60], fr, en)


def said(consent: Consent) -> dict[str, Any]:
    """Return a consent as the properties that define it."""
    return {
        VERSION: consent.version,
        FRENCH: [list(line) for line in consent.fr],
        ENGLISH: [list(line) for line in consent.en],
    }


def _read(lines: object) -> tuple[Promise, ...]:
    """Return lines that anybody may have written; what makes no sense is left out."""
    if not isinstance(lines, Sequence) or isinstance(lines, str):
        return ()
    found = [
        Promise(*(str(part).strip()[:MAX_WORDS] for part in line))
        for line in lines[:MAX_LINES]
        if isinstance(line, Sequence) and not isinstance(line, str) and len(line) == 2
    ]
    return tuple(line for line in found if line.title)
