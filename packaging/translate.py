"""Keep the catalogues in resources/translations in line with the code.

translate.py            update each .po from the code, compile each .mo
translate.py --check    change nothing; say what is missing, stale or badly typeset
"""

import gettext
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from extract_words import catalogue_of
from typeset import Forms, faults_of, forms_of

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "collabmap"
TRANSLATIONS = ROOT / "resources" / "translations"
LANGUAGES = ("fr",)
# Two branches that both translate would collide on a date that says nothing.
DATE = datetime(2026, 1, 1, tzinfo=UTC)


def main(argv: list[str]) -> int:
    if argv not in ([], ["--check"]):
        print(__doc__)
        return 2
    code = catalogue_of(PACKAGE)
    if not argv:
        for language in LANGUAGES:
            report(language, update(language, code))
        return 0
    faults = [fault for language in LANGUAGES for fault in faults_in(language, code)]
    print("\n".join(faults) or "Complete.")
    return 1 if faults else 0


def update(language: str, code: Catalog) -> Catalog:
    """Merge the words of the code into a catalogue, drop what the code no longer says, compile."""
    path = po_path(language)
    catalogue = read(language)
    catalogue.update(code, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = f"# The words of CollabMap in {language}: see CONTRIBUTING.md."
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.creation_date = catalogue.revision_date = DATE
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, include_lineno=False, sort_output=True)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)
    return catalogue


def report(language: str, catalogue: Catalog) -> None:
    todo = sum(1 for message in words(catalogue) if not is_translated(message))
    print(f"{language}: {len(catalogue)} strings, {todo} to translate")


def faults_in(language: str, code: Catalog) -> Iterator[str]:
    """Yield what keeps a catalogue from being complete, in words for whoever must mend it."""
    path = po_path(language)
    if not path.is_file():
        yield f"{path.name}: there is none for {language}; run dev.py translate"
        return
    catalogue = read(language)
    known = {message.id for message in words(catalogue)}
    wanted = {message.id for message in words(code)}
    for text in sorted(map(shown, wanted - known)):
        yield f"{language}: missing: {text}"
    for text in sorted(map(shown, known - wanted)):
        yield f"{language}: no longer in the code: {text}"
    for message in catalogue.obsolete.values():
        yield f"{language}: obsolete: {shown(message.id)}"
    for message in words(catalogue):
        if message.fuzzy:
            yield f"{language}: guessed (fuzzy), check it: {shown(message.id)}"
        elif not is_translated(message):
            yield f"{language}: empty: {shown(message.id)}"
        else:
            for fault in faults_of(message):
                yield f"{language}: {fault}: {shown(message.id)}"
    if compiled(path.with_suffix(".mo")) != fresh(catalogue):
        yield f"{language}: the .mo is older than the .po; run dev.py translate"


def po_path(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / "collabmap.po"


def read(language: str) -> Catalog:
    path = po_path(language)
    if not path.is_file():
        return Catalog(
            locale=language,
            project="CollabMap",
            version="0",
            msgid_bugs_address="CONTRIBUTING.md",
            last_translator="CollabMap contributors",
            language_team="CollabMap contributors",
            fuzzy=False,
        )
    with path.open("rb") as file:
        return read_po(file, locale=language)


def words(catalogue: Catalog) -> Iterator[Message]:
    """Yield the messages, without the header that gettext keeps under the empty string."""
    return (message for message in catalogue if message.id)


def is_translated(message: Message) -> bool:
    return all(forms_of(message.string))


def shown(text: Forms) -> str:
    return " / ".join(forms_of(text))


def fresh(catalogue: Catalog) -> dict[object, str]:
    """Return what compiling gives now, as gettext reads it."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    buffer.seek(0)
    return contents(gettext.GNUTranslations(buffer))


def compiled(path: Path) -> dict[object, str] | None:
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return contents(gettext.GNUTranslations(file))


def contents(translations: gettext.GNUTranslations) -> dict[object, str]:
    """Return id -> text.  The header is left out: it names the version of Babel."""
    catalogue: dict[object, str] = dict(vars(translations)["_catalog"])
    catalogue.pop("", None)
    return catalogue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
