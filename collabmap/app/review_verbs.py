"""The verbs by which coordinators share what waits, and decide many at once, on a session."""

from collabmap.app import claims
from collabmap.app.desk import in_words
from collabmap.app.taking_back import TakingBack
from collabmap.domain.claims import Part
from collabmap.domain.effect import Effect


class ReviewVerbs(TakingBack):
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
