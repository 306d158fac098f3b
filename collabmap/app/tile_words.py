"""What is said of a base-map file: its kind, and what it left to be guessed."""

from collections.abc import Sequence
from pathlib import Path

from collabmap.app.words import N_, _
from collabmap.errors import TilesNotAligned

KINDS = {
    "mbtiles": "MBTiles",
    "pmtiles": "PMTiles",
    "folder": N_("folder of tiles"),
    "gpkg": "GeoPackage",
}
GUESSES = {
    "name": N_("It has no name: it is called as its file."),
    "format": N_("It does not say rightly what kind of picture it holds: the pictures told."),
    "zooms": N_("It does not say rightly how near one can look: its pictures told."),
    "bounds": N_("It does not say rightly which area it shows: its pictures told."),
    "size": N_("It does not say how large its pictures are: they are not the usual 256 pixels."),
    "scheme": N_("Nothing says from which side its rows count: from the north was taken."),
    "scheme-from-bounds": N_("How its rows count was told by the area it names."),
    "layer": N_("It has several layers: the first one was taken."),
    "grid": N_("It was cut along another grid: its pictures were painted anew."),
}


def kind_word(kind: str) -> str:
    """Return what a kind of file is called."""
    return _(KINDS[kind])


def guess_sentences(codes: Sequence[str]) -> list[str]:
    """Return a sentence for each thing that was guessed."""
    return [_(GUESSES[code]) for code in codes]


def guesses_about(path: Path) -> list[str]:
    """Return what a base-map file leaves to be guessed, in sentences.

    Raises FileMissing, TilesUnreadable, TilesEmpty, TilesVector.
    """
    from collabmap.store.tile_files import open_tiles

    try:
        with open_tiles(path) as source:
            return guess_sentences(source.guessed)
    except TilesNotAligned:
        return guess_sentences(["grid"])
