"""What an extract says of itself, from its header: where it is, from when, how large."""

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import osmium

from collabmap.basemap.extract_file import open_extract, own_box, translated
from collabmap.domain.geo import Bbox

# Where programs that cut extracts write their date.  Source: OSM wiki, PBF Format, HeaderBlock.
_DATE_KEYS = ("osmosis_replication_timestamp", "timestamp")


class ExtractFacts(NamedTuple):
    """bbox: WGS84.  made: when its data was current; of the file itself if it does not say."""

    path: Path
    bbox: Bbox
    made: datetime
    bytes: int


def facts_of(path: Path) -> ExtractFacts:
    """Return what an extract says of itself.

    Raises FileMissing, ExtractUnreadable, AreaNotCovered (an extract without any street).
    """
    bbox = own_box(path)
    stat = path.stat()
    with translated(path):
        header = osmium.FileProcessor(open_extract(path)).header
        said = next((header.get(key) for key in _DATE_KEYS if header.get(key)), "")
    return ExtractFacts(path, bbox, _moment(said) or _changed(stat.st_mtime), stat.st_size)


def _moment(said: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _changed(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)
