"""One open project: the verbs that window and command line call.

Synchronous, and used by one thread at a time (the window's write lane).  The verbs live by theme in
editing, undoing, reviewing, sending, merging, kits and exporting; what they share is the desk.
What few evenings need within their first minute is imported late: a start waits for none of it.
"""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collabmap.app import (
    clocks,
    editing,
    evening,
    exporting,
    hiding,
    kits,
    receipts,
    recovering,
    rekeying,
    reviewing,
    sending,
    splitting,
    tile_packs,
    undoing,
)
from collabmap.app.desk import Report, in_words
from collabmap.app.entry import MAX_NAME, checked_text
from collabmap.app.exporting import ExportReport, ProjectInfo
from collabmap.app.hiding import HiddenView
from collabmap.app.kits import HandoutReport
from collabmap.app.link_verbs import LinkVerbs
from collabmap.app.preparing_verbs import PreparingVerbs
from collabmap.app.progress import CancelToken
from collabmap.app.reader import Reader
from collabmap.app.reading_verbs import ReadingVerbs
from collabmap.app.receipts import ReceiptView
from collabmap.app.rekeying import SetAside
from collabmap.app.sending import SendReport, UnsentPlace
from collabmap.app.settings import DEFAULT_THEME
from collabmap.app.undoing import UndoLabel, UndoResult
from collabmap.domain.effect import Effect
from collabmap.domain.feature import ChangeId, PlaceDraft, PlaceView
from collabmap.domain.roles import found
from collabmap.errors import CollabMapError, NameMissing
from collabmap.review.queue import ReviewItem
from collabmap.store.device import Device
from collabmap.store.ingest import now_ms
from collabmap.store.project import SUFFIX, Project, remove

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from collabmap.app.checking import CheckReport
    from collabmap.app.folders import FolderReport
    from collabmap.app.merging import MergePreview, MergeReport
    from collabmap.app.place_tags import Tags


class Session(LinkVerbs, PreparingVerbs, ReadingVerbs):
    """An open project with all that can be done to it.

    recovery_code: of a map just made, to be written on paper: it is shown once and kept nowhere.
    """

    recovery_code = ""

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
        theme: str = DEFAULT_THEME,
        now: Callable[[], int] = now_ms,
    ) -> "Session":
        """Make a new map; this device founds it and is its coordinator.

        basemap: a base map's file, copied beside the project.  theme: name of one that comes with
        the program (app/themes.py).  Raises FileExists, NameMissing.
        """
        path = path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)
        if not (name.strip() and checked_text(person_name, MAX_NAME)):
            raise NameMissing
        if basemap is not None:
            tile_packs.check(basemap)
        code, recovery = recovering.new_recovery()
        nonce = secrets.token_bytes(16)
        genesis = found(name.strip(), device.key, nonce, theme, recovery)
        project = Project.create(path, genesis)
        try:
            session = cls(project, device, now)
            session.recovery_code = code
            with project.writing():
                project.model.rebuild()
            if basemap is not None:
                session.add_base_map(basemap)
            session.begin_person(person_name, consent)
        except BaseException:
            # Half a map would stand in the way of the second try.
            project.close()
            remove(path)
            raise
        return session

    @classmethod
    def open_kit(
        cls,
        kit: Path,
        folder: Path,
        device: Device,
        *,
        progress: Report | None = None,
        cancel: CancelToken | None = None,
        now: Callable[[], int] = now_ms,
    ) -> "Session":
        """Unpack a map that was handed out (.cmkit) into a folder, and open it.

        Where the same map lies there already, it is opened and takes what the kit has more.  Base
        maps that are not what a coordinator signed are left out: see kit_problems.  cancel: leaves
        out the base maps that are not there by then.
        """
        session, problems = kits.open_kit(cls, kit, folder, device, now, progress, cancel)
        session.kit_problems = problems
        return session

    def new_reader(self) -> Reader:
        """Return a reader with a connection of its own, for another thread."""
        return Reader.open(self.path, self.device)

    @in_words
    def info(self) -> ProjectInfo:
        """Return the figures of the project."""
        return exporting.info(self)

    # --- places -------------------------------------------------------------------------------

    @in_words
    def add(self, draft: PlaceDraft) -> bytes:
        """Add a place; return its id.  Raises InputInvalid's kinds, NobodyHere."""
        return editing.add(self, draft)

    @in_words
    def edit(self, view: PlaceView, values: Mapping[str, Any]) -> Effect:
        """Write new values over those that `view` showed, and over nothing that came since.

        Keys: name, category, description, contact, tags (tuple), position (LngLat),
        geometry_wkb.  Raises InputInvalid's kinds, NobodyHere.
        """
        return editing.edit(self, view, values)

    @in_words
    def split(self, view: PlaceView, parts: "Sequence[BaseGeometry]") -> tuple[bytes, ...]:
        """Keep the first part as a place's shape, make the others places beside it.

        parts: shapely geometries, WGS84; see domain.splitting.  Return the new places' ids.  One
        undo takes all back.  Raises as `add` and `edit` do.
        """
        return splitting.split(self, view, parts)

    @in_words
    def delete(self, view: PlaceView, reason: str = "") -> bool:
        """Delete a place.  True: it is gone.  False: a mark that waits for a coordinator."""
        return editing.delete(self, view, reason)

    @in_words
    def comment(self, view: PlaceView, text: str) -> Effect:
        """Add a comment to a place."""
        return editing.comment(self, view, text)

    @in_words
    def undo_words(self) -> tuple[UndoLabel | None, UndoLabel | None]:
        """Return what undo and redo would do for this person: kind and place, None for nothing."""
        return undoing.undo_words(self)

    @in_words
    def undo(self) -> UndoResult:
        """Undo the last thing this person did here; never over what somebody wrote since."""
        return undoing.undo(self)

    @in_words
    def redo(self) -> UndoResult:
        """Do again what this person undid last; never over what somebody wrote since."""
        return undoing.redo(self)

    @in_words
    def keep_place_tags(self, tags: "Tags") -> None:
        """Keep in which quarter and commune places lie, as `Reader.find_place_tags` found it."""
        # Imported late: nobody waits for it who only opens a map.
        from collabmap.app import place_tags

        place_tags.keep(self.project, tags)

    # --- exchange -----------------------------------------------------------------------------

    @in_words
    def unsent(self) -> int:
        """Return how many places this device has touched and not sent."""
        return sending.unsent(self)

    @in_words
    def unsent_places(self) -> tuple[UnsentPlace, ...]:
        """Return the places this device has touched and not sent, the latest first."""
        return sending.unsent_places(self)

    def last_sent(self) -> SendReport | None:
        """Return what the last sending from this device said, None if there was none."""
        return sending.last_sent(self)

    @in_words
    def send(
        self, path: Path, *, progress: Report | None = None, cancel: CancelToken | None = None
    ) -> SendReport:
        """Write this device's contributions as a bundle, read back and counted."""
        return sending.send(self, path, progress, cancel)

    @in_words
    def give_back(
        self, path: Path, *, progress: Report | None = None, cancel: CancelToken | None = None
    ) -> SendReport:
        """Write everything as a bundle, so that everybody gets the map and the verdicts back."""
        return sending.give_back(self, path, progress, cancel)

    @in_words
    def hand_out(
        self,
        path: Path,
        *,
        maps: Collection[str] | None = None,
        progress: Report | None = None,
        cancel: CancelToken | None = None,
    ) -> HandoutReport:
        """Pack the map, its base maps and an invitation into one .cmkit.

        maps: files of the base maps that go along, None for all.  Raises NotAllowed,
        BaseMapChanged.
        """
        report = kits.hand_out(self, path, progress, cancel, maps=maps)
        evening.note_kit(self, report)
        return report

    @in_words
    def preview(
        self,
        paths: Sequence[Path],
        *,
        progress: Report | None = None,
        cancel: CancelToken | None = None,
    ) -> "MergePreview":
        """Say what bundles (files or folders of them) would change; nothing is written."""
        from collabmap.app import merging

        return merging.preview(self, paths, progress, cancel)

    @in_words
    def merge(
        self,
        paths: Sequence[Path],
        *,
        progress: Report | None = None,
        cancel: CancelToken | None = None,
    ) -> "MergeReport":
        """Take in bundles, all or nothing, and say what happened."""
        from collabmap.app import merging

        return merging.merge(self, paths, progress, cancel)

    def sync_folder(
        self,
        folder: Path,
        *,
        progress: Report | None = None,
        cancel: CancelToken | None = None,
        by_itself: bool = False,
    ) -> "FolderReport":
        """Take what is new in a shared folder, and put there what it lacks.

        by_itself: nobody asked just now, so the last few edits may wait.  Raises FolderGone.
        """
        from collabmap.app import folders

        return folders.sync_folder(
            self, folder, progress=progress, cancel=cancel, by_itself=by_itself
        )

    @property
    def shared_folder(self) -> Path | None:
        """Return the folder this map was last shared through from here, None if there is none."""
        from collabmap.app import folders

        return folders.shared_folder(self)

    @in_words
    def verify(
        self, *, progress: Report | None = None, cancel: CancelToken | None = None
    ) -> "CheckReport":
        """Check the map's file and what lies beside it; nothing is written."""
        from collabmap.app import checking

        return checking.verify(self.path, progress=progress, cancel=cancel)

    @in_words
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

    @in_words
    def accept(
        self,
        item: ReviewItem,
        *,
        choose: Mapping[str, ChangeId] | None = None,
        leave: Collection[str] = (),
        values: Mapping[str, Any] | None = None,
        reason: str = "",
    ) -> Effect:
        """Accept what the item showed: one deed, whatever of it is left out or written anew.

        choose: per field, which of concurrent values.  leave: names of fields whose new values are
        not taken; of keywords, photos and links 'tag:' and the word, 'photo:' or 'link:' and the
        id in hexadecimal.  values: what the coordinator writes instead, as of `edit`.  reason: in
        plain words, for the author.
        """
        return reviewing.accept(self, item, choose or {}, leave, values, reason)

    @in_words
    def reject(self, item: ReviewItem, reason: str = "") -> Effect:
        """Refuse what the item showed.  reason: in plain words, for its author."""
        return reviewing.reject(self, item, reason)

    # --- receipts and clocks ------------------------------------------------------------------

    @in_words
    def receipts(self) -> tuple[ReceiptView, ...]:
        """Return the latest receipts about this laptop's people, and those it wrote itself."""
        return receipts.receipts(self)

    @in_words
    def expected_receipts(self) -> tuple[ReceiptView, ...]:
        """Return the receipts of a laptop that has all that this one has signed."""
        return receipts.expected(self)

    @in_words
    def receipt_text(self, receipt: ReceiptView) -> str:
        """Return a receipt that this laptop wrote as signed text.  Raises ReceiptWrong."""
        return receipts.receipt_text(self, receipt)

    @in_words
    def check_receipt(self, text: str) -> ReceiptView:
        """Return what a receipt on paper says and who signed it.  Raises ReceiptWrong."""
        return receipts.check_receipt(self, text)

    @in_words
    def clock_warning(self) -> CollabMapError | None:
        """Return what is wrong with this computer's clock, None if nothing is known to be."""
        return clocks.clock_warning(self)

    # --- this device --------------------------------------------------------------------------

    @in_words
    def hide_place(self, place: bytes) -> None:
        """Show a place on this computer no more; nothing is written to the map."""
        hiding.hide_place(self, place)

    @in_words
    def hide_person(self, person: bytes) -> None:
        """Show on this computer no more what a person made and said."""
        hiding.hide_person(self, person)

    @in_words
    def unhide(self, hidden: bytes) -> None:
        """Show a place or a person again."""
        hiding.unhide(self, hidden)

    @in_words
    def hidden(self) -> tuple[HiddenView, ...]:
        """Return what is hidden on this computer."""
        return hiding.hidden(self)

    @in_words
    def set_aside(self) -> SetAside:
        """Return what was not signed when this copy was made, and waits for a word."""
        return rekeying.set_aside(self)

    @in_words
    def adopt_set_aside(self) -> int:
        """Write anew what was put aside; return how many.  Raises NobodyHere, NotInvited."""
        return rekeying.adopt_set_aside(self)

    @in_words
    def drop_set_aside(self) -> None:
        """Forget what was put aside."""
        rekeying.drop_set_aside(self)

    @in_words
    def rebuild(self) -> str:
        """Make the read model anew from the log; return the digest."""
        with self.project.writing():
            self.project.model.rebuild()
        self.is_unsure = False
        self.effects.tell(Effect(features=None, people=True, meta=True))
        return self.project.model.digest()
