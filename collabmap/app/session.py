"""One open project: the verbs that window and command line call.

Synchronous, and used by one thread at a time (the window's write lane).  The verbs live by theme in
editing, undoing, reviewing, sending, merging, kits and exporting; a Session holds what they share.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from collabmap.app import editing, exporting, kits, merging, reviewing, sending, undoing
from collabmap.app.effects import Subscriptions
from collabmap.app.exporting import ExportReport, ProjectInfo
from collabmap.app.kits import HandoutReport
from collabmap.app.merging import MergePreview, MergeReport
from collabmap.app.progress import CancelToken, Progress
from collabmap.app.reader import Reader
from collabmap.app.sending import SendReport, UnsentPlace
from collabmap.app.settings import resource
from collabmap.app.undoing import UndoResult
from collabmap.domain import ids
from collabmap.domain.change import Kind, encode, keys_structure
from collabmap.domain.effect import Effect
from collabmap.domain.feature import ChangeId, PersonView, PlaceDraft, PlaceView
from collabmap.domain.roles import Role, enrolment_words, found
from collabmap.domain.signing import SigningKey
from collabmap.domain.theme import Theme, parse_theme
from collabmap.errors import NameMissing, NobodyHere, NotAllowed
from collabmap.review.queue import ReviewItem
from collabmap.store import features
from collabmap.store.device import Device, PersonHere
from collabmap.store.ingest import Ingest, now_ms
from collabmap.store.project import SUFFIX, Project, remove

DEFAULT_THEME = "territoire"
CONSENT_TEXT = "2026-1"
BASEMAP_SUFFIX = ".mbtiles"

Report = Callable[[Progress], None]
WriteRow = tuple[int, bytes, bytes, bytes | None]


class Session:
    """An open project, this device and the person in force."""

    def __init__(self, project: Project, device: Device, now: Callable[[], int]) -> None:
        self.project = project
        self.device = device
        self.now = now
        self.effects = Subscriptions()
        self.reader = Reader(project, device, owns_project=False)
        self.theme: Theme = parse_theme(
            resource(f"themes/{project.genesis.theme}.json").read_text(encoding="utf-8")
        )
        self._ingest: Ingest | None = None
        if not project.read_only:
            self._start_writing()
        device.note_opened(project.path.resolve(), self.name, self.role, now())

    def _start_writing(self) -> None:
        with self.project.writing():
            # A copied file may hold what its first owner had not sealed: never signed as ours.
            if self.project.log.set_aside_foreign_tail(self.device.rid):
                self.project.model.rebuild()
            self._ingest = Ingest(self.project, self.device.key, self.device.rid, self.now)

    # --- opening ------------------------------------------------------------------------------

    @classmethod
    def create(
        cls,
        path: Path,
        device: Device,
        name: str,
        person_name: str,
        *,
        consent: bool = False,
        basemap: Path | None = None,
        now: Callable[[], int] = now_ms,
    ) -> "Session":
        """Make a new map; this device founds it and is its coordinator.

        basemap: an MBTiles file, copied beside the project.  Raises FileExists, NameMissing.
        """
        path = path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)
        if not (name.strip() and editing.checked_text("name", person_name, editing.MAX_NAME)):
            raise NameMissing
        if basemap is not None:
            kits.check_basemap(basemap)
        genesis = found(name.strip(), device.key, secrets.token_bytes(16), DEFAULT_THEME)
        project = Project.create(path, genesis)
        try:
            session = cls(project, device, now)
            with project.writing():
                project.model.rebuild()
            if basemap is not None:
                kits.copy_file(basemap, path.with_suffix(BASEMAP_SUFFIX))
            session.begin_person(person_name, consent)
        except BaseException:
            # Half a map would stand in the way of the second try.
            project.close()
            remove(path)
            raise
        return session

    @classmethod
    def open(
        cls,
        path: Path,
        device: Device,
        *,
        read_only: bool = False,
        now: Callable[[], int] = now_ms,
    ) -> "Session":
        """Open a map.  Raises FileMissing, NotAProject, ProjectTooNew, ProjectLocked.

        After ProjectLocked the same call with read_only=True looks at it without writing.
        """
        return cls(Project.open(path, read_only=read_only), device, now)

    @classmethod
    def open_kit(
        cls, kit: Path, folder: Path, device: Device, *, now: Callable[[], int] = now_ms
    ) -> "Session":
        """Unpack a map that was handed out (.cmkit) into a folder, and open it.

        Where the same map lies there already, it is opened and takes what the kit has more.
        """
        return kits.open_kit(cls, kit, folder, device, now)

    def close(self) -> None:
        """Sign what is unsealed, so that a copy of the file is whole, and close it."""
        if self.project.is_closed:
            return
        try:
            if not self.project.read_only:
                self.seal()
        finally:
            self.project.close()

    def new_reader(self) -> Reader:
        """Return a reader with a connection of its own, for another thread."""
        return Reader.open(self.path, self.device)

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
    def basemap(self) -> Path | None:
        """Return the base map beside the project, None if there is none."""
        path = self.path.with_suffix(BASEMAP_SUFFIX)
        return path if path.is_file() else None

    @property
    def is_coordinator(self) -> bool:
        return self.project.model.roles.get(self.device.rid) == Role.COORDINATOR

    @property
    def role(self) -> str:
        """Return 'coordinator', 'resident' or 'guest'; an invitation in hand makes a resident."""
        role = self.project.model.roles.get(self.device.rid, Role.GUEST)
        if role == Role.GUEST and self.device.note(self.project.id, "invitation"):
            role = Role.RESIDENT
        return role.name.lower()

    def info(self) -> ProjectInfo:
        """Return the figures of the project."""
        return exporting.info(self)

    # --- people -------------------------------------------------------------------------------

    @property
    def person(self) -> PersonView | None:
        """Return who is adding things on this device now, None before a name was said."""
        current = self.device.note(self.project.id, "person")
        return next((p for p in self.people_here() if p.id == current), None)

    def people_here(self) -> tuple[PersonView, ...]:
        """Return who has used this map on this device, the latest first."""
        people = self.device.people(self.project.id)
        return tuple(PersonView(p.id, p.name, p.consent, True) for p in people)

    def begin_person(self, name: str, consent: bool = False) -> PersonView:
        """Begin a new person's turn on this device.  Raises NameMissing."""
        name = editing.checked_text("name", name, editing.MAX_NAME)
        if not name:
            raise NameMissing
        person = PersonHere(ids.new_id(self.now()), name, consent)
        return self._put_in_force(person)

    def switch_person(self, person_id: bytes) -> PersonView:
        """Give the turn to somebody who was here before.  Raises NobodyHere."""
        for person in self.device.people(self.project.id):
            if person.id == person_id:
                return self._put_in_force(person)
        raise NobodyHere

    def _put_in_force(self, person: PersonHere) -> PersonView:
        self.device.keep_person(self.project.id, person, self.now())
        self.device.set_note(self.project.id, "person", person.id)
        return PersonView(person.id, person.name, person.consent, True)

    # --- writing ------------------------------------------------------------------------------

    def write(self, rows: Sequence[WriteRow]) -> tuple[Effect, list[ChangeId]]:
        """Write changes as the person in force, in one transaction; tell who listens.

        Raises NobodyHere, ProjectReadOnly, ProjectGone, DiskFull.
        """
        person = self.person
        if person is None:
            raise NobodyHere
        with self.project.writing():
            before = [*self._enrolment(), *self._turn(person)]
            effect, names = self.ingest.write([*before, *rows])
        self.effects.tell(effect)
        return effect, names[len(before) :]

    @property
    def ingest(self) -> Ingest:
        if self._ingest is None:
            raise NotAllowed
        return self._ingest

    def _enrolment(self) -> Iterable[WriteRow]:
        """Yield the change that makes this device a resident, if it holds an invitation."""
        seed = self.device.note(self.project.id, "invitation")
        if seed is None or self.device.rid in self.project.model.roles:
            return
        invitation = SigningKey(seed)
        words = enrolment_words(self.project.id, self.device.rid)
        structure = keys_structure(invitation.public, invitation.sign(words))
        yield (Kind.ENROL, b"", structure, None)

    def _turn(self, person: PersonView) -> Iterable[WriteRow]:
        """Yield what says who the next changes are by, if the log doesn't say so already."""
        tail = self.project.log.changes_of(0)
        if tail:
            last = tail[-1]
            in_force = last.subject if last.kind == Kind.SESSION else last.person
        else:
            in_force = self.project.log.branch(self.device.rid).person
        if in_force == person.id:
            return
        known = features.person_name(self.project, self.device.rid, person.id)
        if known != person.name:
            payload = {"name": person.name, "consent": person.consent, "text": CONSENT_TEXT}
            yield (Kind.PERSON, person.id, encode([]), encode(payload))
        yield (Kind.SESSION, person.id, encode([]), None)

    def seal(self) -> None:
        """Sign the unsealed tail as a segment."""
        if self.project.log.tail_head() is not None:
            with self.project.writing():
                self.ingest.seal()

    # --- places -------------------------------------------------------------------------------

    def add(self, draft: PlaceDraft) -> bytes:
        """Add a place; return its id.  Raises InputInvalid's kinds, NobodyHere."""
        return editing.add(self, draft)

    def edit(self, view: PlaceView, values: Mapping[str, Any]) -> Effect:
        """Write new values over those that `view` showed, and over nothing that came since.

        Keys: name, category, description, contact, tags (tuple), position (LngLat),
        geometry_wkb.  Raises InputInvalid's kinds, NobodyHere.
        """
        return editing.edit(self, view, values)

    def delete(self, view: PlaceView, reason: str = "") -> bool:
        """Delete a place.  True: it is gone.  False: a mark that waits for a coordinator."""
        return editing.delete(self, view, reason)

    def comment(self, view: PlaceView, text: str) -> Effect:
        """Add a comment to a place."""
        return editing.comment(self, view, text)

    def can_undo(self) -> str | None:
        """Return the kind of the last thing this person can undo, None if there is none."""
        return undoing.can_undo(self)

    def undo(self) -> UndoResult:
        """Undo the last thing this person did here; never over what somebody wrote since."""
        return undoing.undo(self)

    # --- exchange -----------------------------------------------------------------------------

    def unsent(self) -> int:
        """Return how many places this device has touched and not sent."""
        return sending.unsent(self)

    def unsent_places(self) -> tuple[UnsentPlace, ...]:
        """Return the places this device has touched and not sent, the latest first."""
        return sending.unsent_places(self)

    def last_sent(self) -> SendReport | None:
        """Return what the last sending from this device said, None if there was none."""
        return sending.last_sent(self)

    def send(
        self, path: Path, *, progress: Report | None = None, cancel: CancelToken | None = None
    ) -> SendReport:
        """Write this device's contributions as a bundle, read back and counted."""
        return sending.send(self, path, progress, cancel)

    def give_back(
        self, path: Path, *, progress: Report | None = None, cancel: CancelToken | None = None
    ) -> SendReport:
        """Write everything as a bundle, so that everybody gets the map and the verdicts back."""
        return sending.give_back(self, path, progress, cancel)

    def hand_out(
        self, path: Path, *, progress: Report | None = None, cancel: CancelToken | None = None
    ) -> HandoutReport:
        """Pack the map, its base map and an invitation into one .cmkit.  Raises NotAllowed."""
        return kits.hand_out(self, path, progress, cancel)

    def preview(
        self,
        paths: Sequence[Path],
        *,
        progress: Report | None = None,
        cancel: CancelToken | None = None,
    ) -> MergePreview:
        """Say what bundles (files or folders of them) would change; nothing is written."""
        return merging.preview(self, paths, progress, cancel)

    def merge(
        self,
        paths: Sequence[Path],
        *,
        progress: Report | None = None,
        cancel: CancelToken | None = None,
    ) -> MergeReport:
        """Take in bundles, all or nothing, and say what happened."""
        return merging.merge(self, paths, progress, cancel)

    def export_geojson(
        self,
        path: Path,
        *,
        draft: bool = False,
        language: str = "fr",
        progress: Report | None = None,
        cancel: CancelToken | None = None,
    ) -> ExportReport:
        """Write the published features as GeoJSON (RFC 7946); with draft, all on the map."""
        return exporting.export_geojson(self, path, draft, language, progress, cancel)

    # --- review -------------------------------------------------------------------------------

    def accept(self, item: ReviewItem, *, choose: Mapping[str, ChangeId] | None = None) -> Effect:
        """Accept all that the item showed.  choose: per field, which of concurrent values."""
        return reviewing.accept(self, item, choose or {})

    def reject(self, item: ReviewItem, reason: str = "") -> Effect:
        """Refuse what the item showed.  reason: in plain words, for its author."""
        return reviewing.reject(self, item, reason)

    def rebuild(self) -> str:
        """Make the read model anew from the log; return the digest."""
        with self.project.writing():
            self.project.model.rebuild()
        self.effects.tell(Effect(features=None, people=True, meta=True))
        return self.project.model.digest()
