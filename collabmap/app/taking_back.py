"""The verbs by which something is taken back, parted or asked again, on a session."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from collabmap.app import merges, news, redacting, reviewing, uniting, withdrawing
from collabmap.app.authority import Authority
from collabmap.app.desk import in_words
from collabmap.app.merges import MergedDeed, MergeView
from collabmap.app.withdrawing import Restored, Withdrawn
from collabmap.domain.effect import Effect
from collabmap.domain.feature import ChangeId, PlaceView, TailName
from collabmap.review.queue import ReviewItem
from collabmap.store.device import Device
from collabmap.store.project import Project

if TYPE_CHECKING:
    from collabmap.app.duplicates import Look


class TakingBack(Authority):
    """A desk that keeps its holds, and forgets what was redacted when it is due."""

    def __init__(self, project: Project, device: Device, now: Callable[[], int]) -> None:
        super().__init__(project, device, now)
        if not self.read_only:
            merges.settle(self)
            redacting.due(self)

    def after_receiving(self) -> None:
        """See to one's own log, and to what was redacted, once what was received is kept."""
        super().after_receiving()
        redacting.due(self)

    # --- merges -------------------------------------------------------------------------------

    @in_words
    def merges(self) -> tuple[MergeView, ...]:
        """Return the merges that were kept here, the latest first."""
        return merges.merges(self)

    @in_words
    def merge_details(self, merge_id: int) -> tuple[MergedDeed, ...]:
        """Return who added, changed and marked what in a merge.  Raises MergeUnknown."""
        return merges.merge_details(self, merge_id)

    @in_words
    def hold(self, merge_id: int) -> Effect:
        """Put what came with a merge, and what follows it, on hold on this computer alone.

        Raises MergeUnknown, MergeCannotBeUndone.
        """
        return merges.hold(self, merge_id)

    @in_words
    def release(self, merge_id: int) -> Effect:
        """Let in again what came with a merge.  Raises MergeUnknown."""
        return merges.release(self, merge_id)

    # --- redacting ----------------------------------------------------------------------------

    @in_words
    def redact_change(
        self, names: Iterable[ChangeId], reason: str = "", tail: TailName | None = None
    ) -> Effect:
        """Take the content of single changes away for everybody and for good.

        One's own, or a coordinator anybody's.  tail: of the basis (Basis.tail) that the names were
        read with, where that was a while ago.  Raises NotAllowed, NobodyHere.
        """
        return redacting.redact_change(self, names, reason, tail)

    @in_words
    def redact_field(self, place: bytes, field: str, reason: str = "") -> Effect:
        """Take one field of a place away, such as its description, and leave the others."""
        return redacting.redact_field(self, place, field, reason)

    @in_words
    def redact_place(self, place: bytes, reason: str = "") -> Effect:
        """Take away all that a place says, and the place where that leaves nobody's words."""
        return redacting.redact_place(self, place, reason)

    @in_words
    def redact_person(self, person: bytes, reason: str = "") -> Effect:
        """Take away all that a person wrote, and the name."""
        return redacting.redact_person(self, person, reason)

    # --- one place or two ---------------------------------------------------------------------

    @in_words
    def same(self, one: bytes, other: bytes) -> Effect:
        """Say that two places are one.  Raises NotAllowed, PlaceUnknown."""
        return uniting.same(self, one, other)

    @in_words
    def keep_duplicates(self, look: "Look") -> frozenset[bytes]:
        """Keep which places may be one, as `Reader.find_duplicates` found it.

        Return the places that others, or none, may be one with by now.
        """
        # Imported late: nobody waits for it who only opens a map.
        from collabmap.app import duplicates

        return duplicates.keep(self.project, look)

    @in_words
    def unite(
        self,
        views: Sequence[PlaceView],
        choose: Mapping[str, bytes],
        apart: Sequence[tuple[bytes, bytes]] = (),
        *,
        settle: bool = False,
    ) -> Effect:
        """Make places one, with the values that were chosen (field: id): one deed, one undo.

        views: the places as they were shown.  apart: pairs said to be two places beside it.
        settle: accept what waits of those that are not published, where another one is.  Raises
        NotAllowed, PlaceUnknown.
        """
        return uniting.unite(self, views, choose, apart, settle=settle)

    @in_words
    def are_different(self, pairs: Iterable[tuple[bytes, bytes]]) -> Effect:
        """Say of several pairs that each is two places, in one deed."""
        return uniting.are_different(self, pairs)

    @in_words
    def different(self, one: bytes, other: bytes) -> Effect:
        """Say that two places are two; `other` parts from all that it was one with."""
        return uniting.different(self, one, other)

    @in_words
    def undecided(self, one: bytes, other: bytes) -> Effect:
        """Take back what was said of two places."""
        return uniting.undecided(self, one, other)

    # --- asking -------------------------------------------------------------------------------

    @in_words
    def ask(self, item: ReviewItem, question: str) -> Effect:
        """Ask about what the item showed; it goes on waiting.  Raises NotAllowed, NameMissing."""
        return reviewing.ask(self, item, question)

    @in_words
    def answer(self, view: PlaceView, text: str) -> Effect:
        """Answer what a coordinator asked about a place; anybody may."""
        return reviewing.answer(self, view, text)

    # --- one's own, and what is gone ------------------------------------------------------------

    @in_words
    def withdraw(self, place: bytes) -> Withdrawn:
        """Take back all of one's own about a place that waits.  Raises NothingToWithdraw."""
        return withdrawing.withdraw(self, place)

    @in_words
    def restore(self, place: bytes, words: str = "") -> Restored:
        """Bring back a place that is gone, or what one took back of a place that is there.

        words: why, for the coordinator who decides where one may not.  Raises NothingToRestore.
        """
        return withdrawing.restore(self, place, words)

    @in_words
    def propose_again(self, place: bytes, words: str = "") -> bytes:
        """Propose again what was refused of one's own, and say why; return the place.

        Raises NothingToRestore where nothing of it was refused.
        """
        return withdrawing.propose_again(self, place, words)

    def note_looked(self, person: bytes, keys: Iterable[bytes]) -> None:
        """Remember that a person has seen these verdicts here (Contribution.key)."""
        news.note_looked(self.device, self.project.id, person, keys)
