"""The three things that leave this computer as a file, and what each is for."""

from dataclasses import dataclass

from collabmap.app.exporting import ExportReport
from collabmap.app.kits import HandoutReport
from collabmap.app.sending import SendReport
from collabmap.app.words import _

SharedReport = SendReport | HandoutReport | ExportReport


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing to share.  title, purpose: in words; checks: what has to happen for it."""

    name: str
    icon: str
    title: str
    short: str
    purpose: str
    suffix: str
    filter_words: str
    checks: tuple[str, ...]
    is_dated: bool
    for_coordinators: bool


def verbs() -> dict[str, Verb]:
    """Return the three, in the order in which they are offered."""
    made = (
        Verb(
            "give_back",
            "package-variant-closed",
            _("Give the map back"),
            _("For everybody who contributed"),
            _(
                "One file with everybody's places and what was decided about each. Every laptop "
                "that receives it has the same map afterwards; nothing on it is lost."
            ),
            ".cmbundle",
            _("Contribution"),
            (_("Bundle prepared"), _("Copied"), _("Read back and counted")),
            is_dated=True,
            for_coordinators=True,
        ),
        Verb(
            "hand_out",
            "file-outline",
            _("Hand out a copy"),
            _("For laptops that don't have the map yet"),
            _(
                "One file that opens the whole map on another laptop, with its base maps and the "
                "right to contribute. Hand it only to people you invite."
            ),
            ".cmkit",
            _("Map to hand out"),
            (_("Map copied"), _("Packed into one file")),
            is_dated=False,
            for_coordinators=True,
        ),
        Verb(
            "export",
            "publish",
            _("Export GeoJSON"),
            _("For the GIS office, open data, uMap"),
            _(
                "One file that map programs read. It holds what is published; private contacts "
                "and the names of people who did not agree stay here."
            ),
            ".geojson",
            "GeoJSON",
            (_("File written"),),
            is_dated=True,
            for_coordinators=False,
        ),
    )
    return {verb.name: verb for verb in made}


def ready_words(report: SharedReport) -> str:
    """Return what is done now, in a few words."""
    if isinstance(report, SendReport):
        return _("The map is ready")
    return _("The copy is ready") if isinstance(report, HandoutReport) else _("Exported")
