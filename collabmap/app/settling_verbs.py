"""The verbs by which a coordinator settles what people said at the same time, on a session."""

from collections.abc import Mapping

from collabmap.app import reviewing, settling_verdicts
from collabmap.app.desk import in_words
from collabmap.app.settling_disagreements import Written
from collabmap.app.taking_back import TakingBack
from collabmap.domain.effect import Effect
from collabmap.domain.feature import ChangeId
from collabmap.review.disagreement import Side
from collabmap.review.queue import ReviewItem


class SettlingVerbs(TakingBack):
    """A desk at which disagreements are settled; each is one deed with one undo."""

    @in_words
    def settle(
        self, item: ReviewItem, choose: Mapping[str, ChangeId], write: Mapping[str, Written]
    ) -> Effect:
        """Accept all that the item showed, with one value for each field that had several.

        choose: per field, which of them.  write: per field, the coordinator's own instead.  Raises
        NotAllowed, InputInvalid's kinds.
        """
        return reviewing.accept(self, item, choose, write=write)

    @in_words
    def accept_delete(self, item: ReviewItem) -> Effect:
        """Let a place go that others have changed meanwhile.  Raises NotAllowed."""
        return settling_verdicts.accept_delete(self, item)

    @in_words
    def settle_verdicts(self, item: ReviewItem, side: Side) -> Effect:
        """Say again what one side of contested decisions said.  Raises NotAllowed."""
        return settling_verdicts.settle_verdicts(self, item, side)
