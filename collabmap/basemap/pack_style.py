"""Which of our looks a base map has, whoever painted it: what lies around it goes with it."""

import numpy as np
import numpy.typing as npt

from collabmap.basemap.cartography import PALETTES, Style
from collabmap.domain.tiles import TileSource, tile_at
from collabmap.errors import CollabMapError
from collabmap.render.decoding import sample

# How far a lossy picture may be off the colour that was painted, in each channel.
NEARLY = 6
# Of a tile, in the colours of our land or sea, to be taken for ours.
ENOUGH = 0.1
# A mean below this, of 255, is a dark map.
DARK_BELOW = 70


def style_of(source: TileSource) -> Style | None:
    """Return the style of the first tile in the middle, from the far view on.

    None where there is none, where it lets shine through what is under it, or cannot be read.
    """
    west, south, east, north = source.bounds
    lng = (west + east + (360 if west > east else 0)) / 2
    for zoom in range(source.min_zoom, source.max_zoom + 1):
        try:
            data = source.get(tile_at((lng + 180) % 360 - 180, (south + north) / 2, zoom))
        except CollabMapError:
            return None  # Told when the tile is wanted.
        if data:
            pixels = sample(data)
            return None if pixels is None else style_of_pixels(pixels)
    return None


def style_of_pixels(pixels: npt.NDArray[np.uint8]) -> Style:
    """Return the style that has the land or the sea of a picture, else light or dark.

    pixels: (n, 3) red, green, blue.
    """
    styles: tuple[Style, ...] = ("light", "dark", "contrast")
    shares = {style: _share(pixels, style) for style in styles}
    best = max(styles, key=lambda style: shares[style])
    if shares[best] > ENOUGH:
        return best
    return "dark" if pixels.mean() < DARK_BELOW else "light"


def _share(pixels: npt.NDArray[np.uint8], style: Style) -> float:
    palette = PALETTES[style]
    grounds = np.array([list(bytes.fromhex(name[1:])) for name in (palette.land, palette.water)])
    apart = np.abs(pixels[:, None, :].astype(int) - grounds).max(axis=2)
    return float((apart.min(axis=1) <= NEARLY).mean())
