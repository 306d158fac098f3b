"""The verbs by which coordinators share what waits, and decide many at once, on a session."""

from collections.abc import Mapping

from collabmap.app import bulk, claims
from collabmap.app.bulk import BulkResult
from collabmap.app.desk import Report, in_words
from collabmap.app.progress import CancelToken
from collabmap.app.settling_verbs import SettlingVerbs
from collabmap.domain.claims import Part
from collabmap.domain.effect import Effect
from collabmap.review.bulk import Word


class ReviewVerbs(SettlingVerbs):
    """A desk at which several people review."""

    @in_words
    def claim(self, part: Part) -> bytes:
        """Take a part of what waits, so that others see it; return the claim's id.

        Raises NotAllowed, InputInvalid: an empty part.
        """
        return claims.claim(self, part)

    @in_words
    def release_claim(self, claim_id: bytes) -> Effect:
        """Give a part back to everybody, also another's.  Raises NotAllowed, ClaimUnknown."""
        return claims.release(self, claim_id)

    @in_words
    def decide_many(
        self,
        word: Word,
        seen: Mapping[bytes, bytes],
        reason: str = "",
        *,
        deletes: bool = False,
        progress: Report | None = None,
        cancel: CancelToken | None = None,
    ) -> BulkResult:
        """Accept, reject or ask about all that waits of many places: one deed, one undo.

        seen: of each place the state that was shown, as `Reader.states` gave it.  What is another
        by now, disagreements and what is contested are left out and named; deletes too, unless
        they are asked for.  reason: for their authors.  Raises NotAllowed, NameMissing (a question
        without words), Cancelled: then nothing is written.
        """
        return bulk.decide_many(
            self, word, seen, reason, deletes=deletes, progress=progress, cancel=cancel
        )
