"""The verbs of a session about who is there and what they agree to."""

from collections.abc import Sequence

from collabmap.app import consenting, event_mode
from collabmap.app.consenting import Agreed
from collabmap.app.desk import in_words
from collabmap.app.event_mode import Figures, Namesake
from collabmap.app.event_standing import Standing, standing
from collabmap.app.photo_verbs import PhotoVerbs
from collabmap.domain.consent import Consent, Promise
from collabmap.domain.effect import Effect
from collabmap.domain.feature import PersonView


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
    def agreed(self) -> tuple[Agreed, ...]:
        """Return who agreed to which words, and when, the latest first."""
        return consenting.agreed(self)

    @in_words
    def set_consent(self, fr: Sequence[Promise], en: Sequence[Promise]) -> Effect:
        """Let the map say something else to who begins: a new version.  Raises NotAllowed."""
        return consenting.set_consent(self, fr, en)

    # --- event mode ---------------------------------------------------------------------------

    def event(self) -> Standing | None:
        """Return how event mode stands on this computer, None where it is off."""
        return standing(self)

    @in_words
    def begin_event(self, code: str, *, comes_back: bool) -> Standing:
        """Enter event mode, which the code leaves.  Raises EventCodeShort, ProjectReadOnly."""
        return event_mode.begin(self, code, comes_back=comes_back)

    @in_words
    def leave_event(self, text: str) -> PersonView | None:
        """Leave event mode with its code or the key on paper; return who has the turn now.

        Raises EventCodeWrong, EventCodeTooSoon.
        """
        return event_mode.leave(self, text)

    def end_turn(self) -> None:
        """Let nobody have the turn until somebody says a name."""
        event_mode.end_turn(self)

    @in_words
    def namesakes(self, name: str) -> tuple[Namesake, ...]:
        """Return who was here under a name already, the latest first."""
        return event_mode.namesakes(self, name)

    @in_words
    def event_figures(self) -> Figures:
        """Return how many places were added this evening, and how long it still lasts."""
        return event_mode.figures(self)
