"""What people agree to on a map, who agreed to which version of it, and changing the words."""

import datetime
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from collabmap.app.words import N_, language, said_in
from collabmap.domain.change import Kind, encode
from collabmap.domain.consent import USUAL, Consent, Promise, consent_in, said
from collabmap.domain.definitions import PROJECT, SELF
from collabmap.domain.effect import Effect
from collabmap.errors import NobodyHere
from collabmap.store import features
from collabmap.store.ledger import OF_PERSONS
from collabmap.store.project import Project

if TYPE_CHECKING:
    from collabmap.app.desk import Desk

_AGREED = "agreed"


class Agreed(NamedTuple):
    """Who agreed to which words, and when.  is_current: those of now."""

    name: str
    version: str
    at_ms: int
    is_current: bool


class Agreement(NamedTuple):
    """When a person agreed to which version.  at_ms: as shown; 0 where nothing was written yet."""

    version: str
    at_ms: int


_USUAL_LINES = (
    (N_("They stay on this computer"), N_("until you send them.")),
    (N_("A person reads them"), N_("A coordinator of this map.")),
    (N_("The final map is public"), N_("Open licence: anyone may reuse it.")),
    (N_("You can take everything back"), N_("Change or remove a place, even later.")),
    (
        N_("Your name is not published"),
        N_("Coordinators see it; the map shows it only if you choose so."),
    ),
)


def usual_lines(chosen: str) -> tuple[Promise, ...]:
    """Return what every map says until its coordinators say it in their own words.

    chosen: the language, 'fr' or 'en'.
    """
    return tuple(Promise(*(said_in(chosen, part) for part in line)) for line in _USUAL_LINES)


def lines_of(consent: Consent) -> tuple[Promise, ...]:
    """Return what is said, in the language of the reader."""
    return consent.lines(language()) or usual_lines(language())


def consent_of(project: Project) -> Consent:
    """Return what people agree to on a map now; inside `reading`."""
    return consent_in(project.model.ledger.definitions)


# --- agreeing ---------------------------------------------------------------------------------


def note_agreed(desk: "Desk", person: bytes, version: str) -> None:
    """Remember to which words somebody here agreed: they go into the log with what is written."""
    agreed = desk.device.note(desk.project.id, _AGREED, {})
    desk.device.set_note(desk.project.id, _AGREED, {**agreed, person.hex(): version})


def agreed_version(desk: "Desk", person: bytes) -> str:
    """Return to which words somebody here agreed."""
    agreed = desk.device.note(desk.project.id, _AGREED, {})
    return str(agreed.get(person.hex(), USUAL))


def has_to_agree(desk: "Desk") -> bool:
    """Whether the words have changed since the person in force agreed."""
    person = desk.person
    if person is None or desk.read_only:
        return False
    with desk.project.reading():
        consent = consent_of(desk.project)
    return agreed_version(desk, person.id) != consent.version


def agree(desk: "Desk", *, shows_name: bool) -> Effect:
    """Write that the person in force agrees to the words of now.

    shows_name: lets the published map show the name.  Raises NobodyHere.
    """
    person = desk.person
    if person is None:
        raise NobodyHere
    with desk.project.reading():
        version = consent_of(desk.project).version
    desk.change_person(person.id, consent=shows_name)
    note_agreed(desk, person.id, version)
    payload = {"name": person.name, "consent": shows_name, "text": version}
    effect, _names = desk.write([(Kind.PERSON, person.id, encode([]), encode(payload))])
    return effect


def agreements(project: Project) -> dict[tuple[bytes, bytes], Agreement]:
    """Return who agreed last to what, by person and replica; inside `reading`."""
    ledger = project.model.ledger
    found: dict[tuple[bytes, bytes], Agreement] = {}
    for change in sorted(ledger.changes(OF_PERSONS), key=lambda change: change.rank):
        if isinstance(change.payload, dict) and not ledger.redactions.hides(
            change.id, change.stamp.rid
        ):
            version = str(change.payload.get("text", ""))
            at_ms = ledger.shown_ms(*change.stamp)
            found[change.subject, change.stamp.rid] = Agreement(version, at_ms)
    return found


def agreed(desk: "Desk") -> tuple[Agreed, ...]:
    """Return who agreed to what, as far as it is written here, the latest first."""
    with desk.project.reading():
        now = consent_of(desk.project).version
        found = [
            Agreed(
                features.person_name(desk.project, rid, person),
                said.version,
                said.at_ms,
                said.version == now,
            )
            for (person, rid), said in agreements(desk.project).items()
        ]
    named = [one for one in found if one.name]
    return tuple(sorted(named, key=lambda one: one.at_ms, reverse=True))


# --- the words --------------------------------------------------------------------------------


def set_consent(desk: "Desk", fr: Sequence[Promise], en: Sequence[Promise]) -> Effect:
    """Let the map say this from now on, as a new version; everybody else is asked again once.

    Raises NotAllowed.
    """
    from collabmap.app.theming import define

    with desk.project.reading():
        before = consent_of(desk.project)
    words = Consent(before.version, tuple(fr), tuple(en))
    if words == before:
        return Effect()
    new = Consent(_version(words, datetime.date.today()), words.fr, words.en)
    effect = define(desk, {(PROJECT, SELF): said(new)})
    # Whoever wrote them has read them.
    person = desk.person
    assert person is not None
    return effect.joined(agree(desk, shows_name=person.consent))


def _version(words: Consent, today: datetime.date) -> str:
    """Return '2026-11-28-3fa2': the day, and a mark of the words.

    Two coordinators may write on one day, neither knowing of the other, and one may take words
    back and write others: nobody has then agreed to what they were never shown.
    """
    mark = hashlib.blake2b(encode([words.fr, words.en]), digest_size=2).hexdigest()
    return f"{today.isoformat()}-{mark}"
