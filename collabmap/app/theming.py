"""Changing the theme of a map: what a coordinator defines, as signed changes."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from collabmap.app import editing
from collabmap.app.deeds import Overtaken
from collabmap.app.desk import Desk, WriteRow
from collabmap.app.themes import ready_theme
from collabmap.app.words import language
from collabmap.domain import consent
from collabmap.domain.change import Change, Kind, encode
from collabmap.domain.definitions import PROJECT, SELF, Definitions, find_definitions, subject_of
from collabmap.domain.effect import Effect
from collabmap.domain.structure import define_structure
from collabmap.domain.territory import TERRITORY
from collabmap.domain.theme import Theme
from collabmap.domain.theme_changes import Said, differences
from collabmap.domain.theme_file import write_theme
from collabmap.domain.theme_parts import KINDS, OF_THEME, parts_of, properties, read_part
from collabmap.domain.theme_sharing import shareable
from collabmap.errors import NotAllowed
from collabmap.formats.whole_file import whole_file
from collabmap.store.ledger import OF_DEFINITIONS

# Of the deeds on the undo stack.
DEFINED, APPLIED = "define", "apply_theme"
DEEDS = frozenset({DEFINED, APPLIED})


def define(desk: Desk, said: Said, kind: str = DEFINED) -> Effect:
    """Say something new of parts of the theme, over what is in force now: one deed.

    Raises NotAllowed.
    """
    if not desk.is_coordinator:
        raise NotAllowed
    rows = list(_rows(desk, said))
    if not rows:
        return Effect()
    effect, names = desk.write(rows)
    desk.remember(kind, rows[0][1], names=names, thing=list(next(iter(said))))
    return effect


def apply_theme(desk: Desk, theme: Theme) -> Effect:
    """Give the map another theme, in one deed; see `differences`.  Raises NotAllowed."""
    return define(desk, differences(desk.theme, theme), APPLIED)


def export_theme(desk: Desk, path: Path) -> None:
    """Write the theme of the map as a file, without what is hidden."""
    # Hundreds of kilobytes of names, which no other writing of a map needs.
    from collabmap.app.icon_words import icon_names

    text = write_theme(shareable(desk.theme, desk.name, icon_names()))
    with whole_file(path) as file:
        file.write(text.encode())


def name_of(desk: Desk, entry: Mapping[str, Any]) -> str:
    """Return what a deed on the undo stack was about: the part that it defined, or the theme."""
    theme = desk.theme
    what, key = entry.get("thing", (PROJECT, SELF))
    parts = {part.id: part for part in parts_of(theme).get(what, ())}
    if entry["kind"] == DEFINED and key in parts:
        return str(parts[key].label(language()))
    return theme.label(language())


def _rows(desk: Desk, said: Said) -> Iterable[WriteRow]:
    with desk.project.reading():
        known = desk.project.model.ledger.definitions
    for (what, key), values in said.items():
        if not values:
            continue
        heads = known[what, key].heads if (what, key) in known else {}
        over = {name: editing.current(desk, heads.get(name, ())) for name in values}
        structure = define_structure(what, key, over)
        yield (Kind.DEFINE, subject_of(what, key), structure, encode(dict(values)))


# --- undo and redo --------------------------------------------------------------------------------


def rows_back(desk: Desk, words: Iterable[Change]) -> list[WriteRow]:
    """Return what says again what was in force before own definitions; inside `reading`.

    What came new with them is hidden.  Raises Overtaken where somebody else has said something
    since.
    """
    ledger = desk.project.model.ledger
    said: dict[tuple[str, str], dict[str, Any]] = {}
    every = ledger.changes(OF_DEFINITIONS)
    base = ready_theme(desk.project.genesis.theme)
    for word in words:
        thing = word.element, word.keys[0].decode()
        _require_in_force(desk, ledger.definitions, thing, word)
        earlier = {name for over in word.over.values() for name in over or ()}
        before = find_definitions(
            (c for c in every if c.id in earlier), ledger.standing, ledger.redactions
        )
        told = before[thing].values if thing in before else {}
        usual = _usual(base, thing)
        if usual is None and "label_fr" in word.payload and "label_fr" not in told:
            if any(not _is_own(desk, c) for c in every if c.subject == word.subject):
                raise Overtaken
            said[thing] = {"is_hidden": True}
            continue
        values = {**(usual or _plain(thing)), **told}
        said[thing] = {n: values[n] for n in word.payload if n in values and n != "type"}
    return list(_rows(desk, said))


def _require_in_force(
    desk: Desk, definitions: Definitions, thing: tuple[str, str], word: Change
) -> None:
    """Raise Overtaken unless all that a change says is in force, and nobody else's word beside."""
    found = definitions.get(thing)
    for name, value in word.payload.items():
        writes = found.writes.get(name, ()) if found is not None else ()
        is_own = bool(writes) and all(_is_own(desk, write) for write in writes)
        if name != "type" and not (is_own and writes[0].payload[name] == value):
            raise Overtaken


def _is_own(desk: Desk, change: Change) -> bool:
    own = (desk.rid, desk.person.id if desk.person else b"")
    return (change.stamp.rid, change.person) == own


def _usual(base: Theme, thing: tuple[str, str]) -> dict[str, Any] | None:
    """Return what the ready theme says of a part, None where it does not have it."""
    what, key = thing
    if what == PROJECT:
        named = {name: getattr(base, name) for name in OF_THEME}
        return {**named, TERRITORY: [], **consent.said(consent.Consent(version=""))}
    parts = (part for part in parts_of(base)[what] if part.id == key)
    return next((properties(part, is_whole=True) for part in parts), None)


def _plain(thing: tuple[str, str]) -> dict[str, Any]:
    """Return what is so of a part of which nothing was said."""
    what, key = thing
    return properties(read_part(KINDS[what], key, {}).part, is_whole=True)
