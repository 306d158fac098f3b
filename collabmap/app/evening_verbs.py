"""The verbs of a session about who is there and what they agree to."""

from collections.abc import Sequence

from collabmap.app import consenting
from collabmap.app.desk import in_words
from collabmap.app.photo_verbs import PhotoVerbs
from collabmap.domain.consent import Consent, Promise
from collabmap.domain.effect import Effect


class EveningVerbs(PhotoVerbs):
    """A desk that people come to one after another."""

    @in_words
    def consent(self) -> Consent:
        """Return what people agree to on this map."""
        with self.project.reading():
            return consenting.consent_of(self.project)

    @in_words
    def has_to_agree(self) -> bool:
        """Whether the words have changed since the person in force agreed to them."""
        return consenting.has_to_agree(self)

    @in_words
    def agree(self, *, shows_name: bool) -> Effect:
        """Write that the person in force agrees to the words of now.  Raises NobodyHere."""
        return consenting.agree(self, shows_name=shows_name)

    @in_words
    def set_consent(self, fr: Sequence[Promise], en: Sequence[Promise]) -> Effect:
        """Let the map say something else to who begins: a new version.  Raises NotAllowed."""
        return consenting.set_consent(self, fr, en)
