"""What came of trying a copy, in words: for the window and the command line."""

from collabmap.app.kit_trial import KitTrial, TrialNote
from collabmap.app.words import _, format_number, format_size, ngettext


def trial_words(trial: KitTrial | TrialNote) -> str:
    """Return 'Tried: it opens in 1.8 s, 214 places, 5 MB'; of a copy that works."""
    places = ngettext("{count} place", "{count} places", trial.places)
    return _("Tried: it opens in {seconds} s, {places}, {size}").format(
        seconds=format_number(max(0.1, trial.seconds), 1),
        places=places.format(count=format_number(trial.places)),
        size=format_size(trial.size_bytes),
    )
