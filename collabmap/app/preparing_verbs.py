"""The verbs of a session by which an evening is prepared."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

from collabmap.app.desk import Report, in_words
from collabmap.app.evening_verbs import EveningVerbs
from collabmap.app.progress import CancelToken
from collabmap.domain import territory
from collabmap.domain.definitions import PROJECT, SELF
from collabmap.domain.effect import Effect
from collabmap.domain.geo import Bbox
from collabmap.domain.territory import Territory
from collabmap.errors import AreaInvalid

if TYPE_CHECKING:
    from collabmap.app.kit_trial import KitTrial, TrialNote
    from collabmap.app.session import Session


class PreparingVerbs(EveningVerbs):
    """A desk at which an evening is prepared."""

    @in_words
    def territory(self) -> Territory | None:
        """Return where the evening is, None where nobody has said so."""
        with self.project.reading():
            return territory.territory_in(self.project.model.ledger.definitions)

    @in_words
    def set_territory(self, name: str, box: Bbox) -> Effect:
        """Say where the evening is: every copy opens there.  One signed deed.

        name: '' for a rectangle.  Raises AreaInvalid, NotAllowed.
        """
        if not territory.is_usable(box):
            raise AreaInvalid(value=", ".join(f"{number:g}" for number in box))
        new = Territory(" ".join(name.split())[: territory.MAX_NAME], box)
        if new == self.territory():
            return Effect()
        return self.define({(PROJECT, SELF): territory.said(new)})

    @in_words
    def try_kit(
        self, kit: Path, *, progress: Report | None = None, cancel: CancelToken | None = None
    ) -> "KitTrial":
        """Open a copy (.cmkit) as a resident would, and say what works; see app/kit_trial.py."""
        from collabmap.app import kit_trial

        return kit_trial.try_kit(cast("Session", self), kit, progress, cancel)

    @in_words
    def last_trial(self, kit: Path) -> "TrialNote | None":
        """Return what came of trying this very file, None where it was not tried yet."""
        from collabmap.app import kit_trial

        return kit_trial.last_trial(self, kit)
