"""Where things lie: the resources folder, in a checkout, a wheel or a frozen bundle."""

import sys
from pathlib import Path

# The theme of a new map, in resources/themes/, and what a base map is called beside its project.
DEFAULT_THEME = "territoire"
BASEMAP_SUFFIX = ".mbtiles"


def resources_folder() -> Path:
    """Return resources/: beside the package in a checkout, inside it in a wheel or bundle."""
    frozen = getattr(sys, "_MEIPASS", None)
    package = Path(__file__).resolve().parent.parent
    candidates = [package / "resources", package.parent / "resources"]
    if frozen:
        candidates.insert(0, Path(frozen) / "resources")
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError("resources/ is missing from this installation")


def resource(name: str) -> Path:
    """Return the path of one resource, e.g. 'themes/territoire.json'."""
    return resources_folder() / name
