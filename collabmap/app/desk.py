"""What every verb needs of an open project: the files, this device, who is in force, writing.

session.py is the desk with its verbs on it; the verbs themselves (editing, undoing, reviewing,
sending, merging, kits, exporting) take a Desk.
"""

import contextlib
import functools
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from collabmap.app import consenting, event_standing, trust
from collabmap.app.effects import Subscriptions
from collabmap.app.entry import MAX_NAME, checked_line
from collabmap.app.progress import Progress
from collabmap.app.reader import Reader
from collabmap.app.themes import theme_of
from collabmap.domain import ids
from collabmap.domain.change import Kind, encode
from collabmap.domain.effect import Effect
from collabmap.domain.feature import ChangeId, PersonView
from collabmap.domain.roles import Role, enrolment_words
from collabmap.domain.segment import HINT_CLAIM, HINT_DEFINE
from collabmap.domain.signing import INVITATION, SigningKey, key_of_secret
from collabmap.domain.structure import keys_structure
from collabmap.domain.theme import Theme
from collabmap.errors import (
    CollabMapError,
    NameMissing,
    NobodyHere,
    NotAllowed,
    NotInvited,
    RoleTakenAway,
)
from collabmap.store import base_maps, features, succession
from collabmap.store.database import translated
from collabmap.store.device import Device, PersonHere
from collabmap.store.ingest import Ingest, now_ms
from collabmap.store.ledger import OF_ROLES
from collabmap.store.project import Project

D = TypeVar("D", bound="Desk")
P = ParamSpec("P")
R = TypeVar("R")
Report = Callable[[Progress], None]
WriteRow = tuple[int, bytes, bytes, bytes | None]


def in_words(verb: Callable[Concatenate[D, P], R]) -> Callable[Concatenate[D, P], R]:
    """Let what goes wrong with the project file reach people in words, wherever a verb meets it."""

    @functools.wraps(verb)
    def told(desk: D, /, *values: P.args, **named: P.kwargs) -> R:
        with translated(desk.path):
            return verb(desk, *values, **named)

    return told


class Desk:
    """An open project, this device and the person in force.

    is_unsure: the file came from elsewhere and is too large to be drawn anew at once: its
    signatures hold, its rows are believed until `rebuild`.
    """

    is_unsure = False

    def __init__(self, project: Project, device: Device, now: Callable[[], int]) -> None:
        self.project = project
        self.device = device
        self.now = now
        self.effects = Subscriptions()
        self.reader = Reader(project, device, owns_project=False)
        self._take_up_key()
        self._person: PersonView | None = None
        self._ingest: Ingest | None = None
        if not project.read_only:
            self._start_writing()
        device.note_opened(project.path.resolve(), self.name, self.role, now())

    def _take_up_key(self) -> None:
        """Hold the key that signs here: this project's own one where it got one, or the device's.

        former: the rids under which this device wrote here before.
        """
        self.key: SigningKey = self.device.signing_key(self.project.id)
        self.rid = ids.replica_id(self.key.public)
        self.former: frozenset[bytes] = self.device.former(self.project.id)

    def _start_writing(self) -> None:
        with self.project.writing():
            # A copied file may hold what its first owner had not sealed: never signed as ours.
            if self.project.log.set_aside_foreign_tail(self.rid):
                self.project.model.rebuild()
            self._ingest = Ingest(self.project, self.key, self.rid, self.now)
            _take_up(self.project)
        self._settle_keys()

    def _settle_keys(self) -> None:
        """Sign with another key if somebody else signs with this one; let the old one say so."""
        owed = self.device.owed(self.project.id)
        with self.project.reading():
            is_shared = succession.is_signed_elsewhere(self.project, self.rid)
        # Also where a power cut came between giving a key up and having another.
        if is_shared or any(old.public == self.key.public for old in owed):
            self.device.rekey(self.project.id)
            self._take_up_key()
            self._start_writing()
            return
        for old in owed:
            with self.project.writing():
                succession.name_successor(self.project, self.ingest, old, self.key.public)
            self.device.settle(self.project.id, old.public)

    def after_receiving(self) -> None:
        """See to one's own log, once what was received is kept: after `project.writing`.

        A backup that was put back, and written on, meets what was written before: from then on
        this device signs here with another key, or both ends would go on under one name.
        """
        before = self.rid
        self._settle_keys()
        with self.project.reading():
            aside = succession.last_unsigned(self.project, self.rid)
        if aside > self.device.note(self.project.id, "aside", 0):
            # What can be undone goes by numbers that others of one's own changes have now.
            self.device.forget_deeds(self.project.id)
            self.device.set_note(self.project.id, "aside", aside)
        if self.rid != before:
            self.effects.tell(Effect(features=None, people=True, meta=True))

    @classmethod
    def open(
        cls,
        path: Path,
        device: Device,
        *,
        read_only: bool = False,
        now: Callable[[], int] = now_ms,
    ) -> Self:
        """Open a map.  Raises FileMissing, NotAProject, ProjectTooNew, ProjectLocked.

        After ProjectLocked the same call with read_only=True looks at it without writing.
        """
        before = trust.print_of(path)
        project = Project.open(path, read_only=read_only)
        try:
            is_sure = read_only or trust.is_as_left(device, project.id, path, before)
            if not is_sure:
                with translated(path):
                    is_sure = trust.make_sure(project)
            desk = cls(project, device, now)
            desk.is_unsure = not is_sure
            if not read_only and is_sure:
                trust.note_open(device, project.id, path)
            return desk
        except BaseException:
            # An error is kept and shown: it must not keep the lock with it.
            project.close()
            raise

    def close(self) -> None:
        """Sign what is unsealed, so that a copy of the file is whole, and close it."""
        if self.project.is_closed:
            return
        try:
            if not self.project.read_only:
                self.seal()
        finally:
            self.project.close()
        if not (self.read_only or self.is_unsure):
            trust.note_left(self.device, self.project.id, self.path)

    # --- what it is ---------------------------------------------------------------------------

    @property
    def path(self) -> Path:
        return self.project.path

    @property
    def name(self) -> str:
        return self.project.genesis.name

    @property
    def read_only(self) -> bool:
        return self.project.read_only

    @property
    def theme(self) -> Theme:
        """Return the theme as it is defined now."""
        with self.project.reading():
            return theme_of(self.project)

    @property
    def basemap(self) -> Path | None:
        """Return the lowest base map that is shown, None if there is none."""
        with self.project.reading():
            rows = base_maps.listed(self.project.connection, self.path)
        paths = (base_maps.path_of(self.path, row) for row in rows if row.is_visible)
        return next((path for path in paths if path.is_file()), None)

    @property
    def is_coordinator(self) -> bool:
        """Whether who sits here coordinates; nobody does while event mode is on."""
        with self.project.reading():
            is_one = self.project.model.roles.get(self.rid) == Role.COORDINATOR
        return is_one and not event_standing.is_on(self.device, self.project.id)

    @property
    def role(self) -> str:
        """Return 'coordinator', 'resident' or 'guest'; an invitation in hand makes a resident.

        Whose laptop it may be: in event mode there are residents at it.
        """
        with self.project.reading():
            role = self.project.model.roles.get(self.rid, Role.GUEST)
            if role == Role.GUEST and self._invitation() is not None:
                role = Role.RESIDENT
        if role == Role.COORDINATOR and event_standing.is_on(self.device, self.project.id):
            role = Role.RESIDENT
        return role.name.lower()

    def _invitation(self) -> SigningKey | None:
        """Return the invitation in hand, None if there is none that still lets this device in."""
        secret = self.device.note(self.project.id, "invitation")
        standing = self.project.model.ledger.standing
        if secret is None or self.rid in standing.spoken:
            return None
        key = key_of_secret(secret, INVITATION)
        is_open, _ = standing.invitations.get(key.public, (True, None))
        return key if is_open else None

    # --- people -------------------------------------------------------------------------------

    @property
    def person(self) -> PersonView | None:
        """Return who is adding things on this device now, None before a name was said."""
        if self._person is None:
            current = self.device.note(self.project.id, "person")
            self._person = next((p for p in self.people_here() if p.id == current), None)
        return self._person

    def people_here(self) -> tuple[PersonView, ...]:
        """Return who has used this map on this device, the latest first."""
        people = self.device.people(self.project.id)
        return tuple(PersonView(p.id, p.name, p.consent, True) for p in people)

    def begin_person(self, name: str, consent: bool = False) -> PersonView:
        """Begin a new person's turn on this device, who agrees to the words of the map.

        consent: lets the published map show the name.  Raises NameMissing.
        """
        name = checked_line(name, MAX_NAME)
        if not name:
            raise NameMissing
        person = PersonHere(ids.new_id(self.now()), name, consent)
        with self.project.reading():
            version = consenting.consent_of(self.project).version
        consenting.note_agreed(self, person.id, version)
        return self._put_in_force(person)

    def change_person(self, person_id: bytes, *, consent: bool) -> None:
        """Let the published map show a name, or not, of somebody who is here."""
        for person in self.device.people(self.project.id):
            if person.id == person_id:
                self.device.keep_person(
                    self.project.id, person._replace(consent=consent), self.now()
                )
                self._person = None

    def switch_person(self, person_id: bytes) -> PersonView:
        """Give the turn to somebody who was here before.  Raises NobodyHere."""
        for person in self.device.people(self.project.id):
            if person.id == person_id:
                return self._put_in_force(person)
        raise NobodyHere

    def leave(self, person_id: bytes) -> None:
        """End the turn of a person who is gone from this device."""
        if self.person is not None and self.person.id == person_id:
            self.device.set_note(self.project.id, "person", None)
            self._person = None

    def _put_in_force(self, person: PersonHere) -> PersonView:
        # A window that only looks must not change in whose name the other one writes.
        if not self.read_only:
            self.device.keep_person(self.project.id, person, self.now())
            self.device.set_note(self.project.id, "person", person.id)
        self._person = PersonView(person.id, person.name, person.consent, True)
        return self._person

    # --- writing ------------------------------------------------------------------------------

    def write(self, rows: Sequence[WriteRow]) -> tuple[Effect, list[ChangeId]]:
        """Write changes as the person in force, in one transaction; tell who listens.

        Raises NobodyHere, NotInvited, ProjectReadOnly, ProjectGone, DiskFull.
        """
        person = self.writer()
        with self.project.writing():
            before = self.preface(person)
            effect, names = self.ingest.write([*before, *rows])
        self.effects.tell(effect)
        return effect, names[len(before) :]

    def writer(self) -> PersonView:
        """Return who may write here now.  Raises NobodyHere, NotInvited, RoleTakenAway."""
        person = self.person
        if person is None:
            raise NobodyHere
        if self.role == "guest":
            if self.rid in self.project.model.ledger.standing.spoken:
                raise RoleTakenAway(name=self.name)
            # Kept and passed on, but shown to nobody, not even here: better not written at all.
            raise NotInvited(name=self.name)
        return person

    def preface(self, person: PersonView) -> list[WriteRow]:
        """Return what goes before changes of a person, if the log doesn't say so already."""
        return [*self._enrolment(), *self._turn(person)]

    def remember(
        self, kind: str, subject: bytes, *, names: Sequence[ChangeId], **undo: Any
    ) -> None:
        """Note how to undo what the person in force just did.

        subject: the place that the deed goes by, also where it wrote to several.  names: of all
        changes it wrote.
        """
        person = self.person
        assert person is not None
        # The deed itself is saved: told of a failure here, people would do it a second time.
        with contextlib.suppress(CollabMapError):
            deeds, subjects = self.as_deeds(names)
            entry = {"kind": kind, "subject": subject, "subjects": subjects, "deeds": deeds, **undo}
            self.device.push_undo(self.project.id, person.id, entry)

    def as_deeds(self, names: Iterable[ChangeId]) -> tuple[list[tuple[int, bytes]], list[bytes]]:
        """Return changes just written as a stack keeps them, and the subjects that they are about.

        Their numbers in one's own log, each with its leaf: a copy of this laptop gives the same
        numbers to other changes.
        """
        log = self.project.log
        deeds, subjects = [], set()
        with self.project.reading():
            for name in names:
                now = log.current_name(name, self.rid)
                row = log.row_of(now) if now is not None else None
                if now is not None and row is not None:
                    deeds.append((name.ordinal, log.leaf_of(now)))
                    subjects.add(row.subject)
        return deeds, sorted(subjects)

    @property
    def ingest(self) -> Ingest:
        if self._ingest is None:
            raise NotAllowed
        return self._ingest

    def _enrolment(self) -> Iterable[WriteRow]:
        """Yield the change that makes this device a resident, if it holds an invitation."""
        invitation = None if self.rid in self.project.model.roles else self._invitation()
        if invitation is None or self._has_enrolled(invitation.public):
            return
        words = enrolment_words(self.project.id, self.rid)
        structure = keys_structure(invitation.public, invitation.sign(words))
        yield (Kind.ENROL, b"", structure, None)

    def _has_enrolled(self, invitation: bytes) -> bool:
        # One that is not announced here yet makes nobody a resident: once said is enough.
        return any(
            change.kind == Kind.ENROL
            and change.stamp.rid == self.rid
            and change.keys[:1] == (invitation,)
            for change in self.project.model.ledger.changes(OF_ROLES)
        )

    def _turn(self, person: PersonView) -> Iterable[WriteRow]:
        """Yield what says who the next changes are by, if the log doesn't say so already."""
        if self.project.log.in_force(self.rid) == person.id:
            return
        known = features.person_name(self.project, self.rid, person.id)
        if known != person.name:
            text = consenting.agreed_version(self, person.id)
            payload = {"name": person.name, "consent": person.consent, "text": text}
            yield (Kind.PERSON, person.id, encode([]), encode(payload))
        yield (Kind.SESSION, person.id, encode([]), None)

    def seal(self) -> None:
        """Sign the unsealed tail as a segment."""
        with self.project.reading():
            has_tail = self.project.log.tail_head() is not None
        if has_tail:
            with self.project.writing():
                self.ingest.seal()


# What came before this file's version knew of it: note in the file -> kind and hint.
_LATER = {"claims": (Kind.CLAIM, HINT_CLAIM), "definitions": (Kind.DEFINE, HINT_DEFINE)}


def _take_up(project: Project) -> None:
    """Read what came before this file's version knew of its kind; inside `writing`."""
    for note, (kind, hint) in _LATER.items():
        if project.meta(note) is None:
            project.model.take_up(kind, hint)
            project.set_meta(note, b"1")
