"""The colours and sizes of the screens and pictures, as data in one place.

Colours are '#RRGGBB'; sizes are logical pixels.  Nothing here imports Qt, so that tests, posters
and the published page can read the same table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

ThemeName = Literal["light", "dark", "contrast", "contrast-dark"]

SPACING = (2, 4, 8, 12, 16, 24, 32, 48)
RADIUS_CONTROL = 8
RADIUS_CARD = 10
RADIUS_KEY_CAP = 5
TARGET_RESIDENT = 44
TARGET_EVENT = 60
# In event mode, of all sizes of text, at least: 14 px become 16.
EVENT_TEXT = 8 / 7
TARGET_PRIMARY = 52
TARGET_COORDINATOR = 36
ROW_HEIGHT = 56
PANEL_PADDING = 16
FADE_MS = 120
FLY_MS = 200
TEXT_SCALES = (1.0, 1.2, 1.45)

# Marks keep these in every theme: they lie on a map, not on a surface.
INK = "#1B2430"
PAPER = "#FFFFFF"
CLUSTER_RING = "#3C4A5A"
CLUSTER_AWAITS = "#E0950F"

# The hues a coordinator may give to a category, by name; "gris" is for "Autre".
HUES: Mapping[str, str] = MappingProxyType(
    {
        "vert": "#025D42",
        "anis": "#859B44",
        "sarcelle": "#0C8296",
        "azur": "#1394FE",
        "marine": "#191389",
        "violet": "#7421BC",
        "prune": "#471842",
        "rose": "#CD4DD0",
        "rouge": "#A6114C",
        "orange": "#D43E06",
        "bronze": "#87703B",
        "brun": "#703501",
        "gris": "#767D87",
    }
)

# Sizes of text in logical pixels at scale 1.0.
TYPE: Mapping[str, int] = MappingProxyType(
    {
        "attribution": 11,
        "second": 12,
        "label": 13,
        "body": 14,
        "field": 15,
        "primary": 16,
        "panel-title": 20,
        "page-title": 28,
        "number": 32,
    }
)


@dataclass(frozen=True, slots=True)
class StateColours:
    """text: on soft or on surface.  mark: the badge, the bar.  soft: behind text.  icon: sign."""

    icon: str
    text: str
    mark: str
    soft: str


@dataclass(frozen=True, slots=True)
class BaseMapColours:
    """The ground, and what is counted on it.  density: from few to many; density_edge: of each.

    circle: how much there is of something; circle_edge: around it.
    """

    land: str
    building: str
    building_edge: str
    water: str
    water_edge: str
    park: str
    road: str
    road_casing: str
    path: str
    rail: str
    street_name: str
    street_halo: str
    density: tuple[str, ...]
    density_edge: str
    circle: str
    circle_edge: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme.  states: by name, those of FeatureState and yours, duplicate, disagreement, new,
    contested, care.

    edge_px: width of the edge of a control.
    """

    name: ThemeName
    is_dark: bool
    window: str
    surface: str
    raised: str
    sunken: str
    hover: str
    line: str
    line_strong: str
    text: str
    muted: str
    disabled: str
    primary: str
    primary_hover: str
    primary_text: str
    primary_soft: str
    on_soft: str
    focus: str
    danger: str
    diff_old: str
    diff_new: str
    edge_px: int
    states: Mapping[str, StateColours]
    base_map: BaseMapColours


STATE_ICONS: Mapping[str, str] = MappingProxyType(
    {
        "pending": "clock-outline",
        "accepted": "check-bold",
        "change_proposed": "triangle",
        "delete_proposed": "minus-thick",
        "rejected": "close-thick",
        "yours": "account",
        "duplicate": "content-copy",
        "disagreement": "not-equal-variant",
        "new": "plus-thick",
        "contested": "compare",
        "care": "alert",
    }
)


def _states(**rows: str) -> Mapping[str, StateColours]:
    """Return the table of states; each row is 'text mark soft'."""
    rows |= {"new": rows["accepted"], "contested": rows["disagreement"], "care": rows["pending"]}
    table: dict[str, StateColours] = {}
    for name, icon in STATE_ICONS.items():
        text, mark, soft = rows[name].split()
        table[name] = StateColours(icon, text, mark, soft)
    return MappingProxyType(table)


_LIGHT_MAP = BaseMapColours(
    land="#F3F1EC",
    building="#E6E2DA",
    building_edge="#D9D4CA",
    water="#CFE0EA",
    water_edge="#B3CBD9",
    park="#DCE8D5",
    road="#FFFFFF",
    road_casing="#DAD5CB",
    path="#D9CFC2",
    rail="#B9B4AA",
    street_name="#5F656C",
    street_halo="#FFFFFF",
    # Lighter to darker in one direction: told apart by whoever sees no red, green or blue.
    density=("#F2D0EA", "#DFABD9", "#C98DCC", "#B573C4", "#8347A3", "#4A2B74"),
    density_edge="#6B3E8C",
    circle="#1B62B0",
    circle_edge=INK,
)

_DARK_MAP = BaseMapColours(
    land="#20262C",
    building="#2A3138",
    building_edge="#343C44",
    water="#15222E",
    water_edge="#23394A",
    park="#22332B",
    road="#39424B",
    road_casing="#1A1F24",
    path="#343C45",
    rail="#4A535C",
    street_name="#A0AAB4",
    street_halo="#20262C",
    density=("#463166", "#6B428B", "#9558AC", "#BA74C5", "#DF9FDD", "#FFD6F5"),
    density_edge="#C08FD0",
    circle="#5BA3EE",
    circle_edge="#E3EEF9",
)

LIGHT = Tokens(
    name="light",
    is_dark=False,
    window="#F4F3EF",
    surface="#FFFFFF",
    raised="#FFFFFF",
    sunken="#ECEAE4",
    hover="#EDF2F7",
    line="#D9D5CC",
    line_strong="#85817A",
    text="#1B2430",
    muted="#565E69",
    disabled="#8D929A",
    primary="#0B559E",
    primary_hover="#094883",
    primary_text="#FFFFFF",
    primary_soft="#E3EEF9",
    on_soft="#0A4684",
    focus="#0B559E",
    danger="#B3261E",
    diff_old="#FBE7E5",
    diff_new="#DDF3E4",
    edge_px=1,
    states=_states(
        pending="#8A5200 #C27803 #FCF1DC",
        accepted="#17693D #1F8A50 #E2F3E8",
        change_proposed="#6B32A8 #7D45BA #F1E8FA",
        delete_proposed="#A3241B #C8382E #FBE7E5",
        rejected="#565E69 #767D87 #ECEDEF",
        yours="#0B559E #0B559E #E3EEF9",
        duplicate="#00606A #00808C #DDF2F3",
        disagreement="#9A3A00 #CC5200 #FDEADF",
    ),
    base_map=_LIGHT_MAP,
)

DARK = Tokens(
    name="dark",
    is_dark=True,
    window="#161B21",
    surface="#1E242B",
    raised="#262D35",
    sunken="#12161B",
    hover="#2A333D",
    line="#363F49",
    line_strong="#7A8591",
    text="#EEF1F4",
    muted="#A9B3BD",
    disabled="#6F7983",
    primary="#78B4F0",
    primary_hover="#94C5F5",
    primary_text="#0D1B2A",
    primary_soft="#1E3850",
    on_soft="#B9D9F8",
    focus="#94C5F5",
    danger="#FF9C93",
    diff_old="#4A2622",
    diff_new="#1B3B29",
    edge_px=1,
    states=_states(
        pending="#F3C26B #E0A030 #3B2E14",
        accepted="#86D6A6 #52B37E #173525",
        change_proposed="#CFAEF2 #A97AE0 #33264A",
        delete_proposed="#FFA79F #EC6A60 #472320",
        rejected="#B4BCC5 #8A939D #2B323A",
        yours="#94C5F5 #78B4F0 #1E3850",
        duplicate="#7FD3DA #3BA8B2 #123539",
        disagreement="#FFB68A #F08A4B #452A18",
    ),
    base_map=_DARK_MAP,
)

CONTRAST = Tokens(
    name="contrast",
    is_dark=False,
    window="#FFFFFF",
    surface="#FFFFFF",
    raised="#FFFFFF",
    sunken="#FFFFFF",
    hover="#FFFFFF",
    line="#000000",
    line_strong="#000000",
    text="#000000",
    muted="#333333",
    disabled="#5C5C5C",
    primary="#003E7E",
    primary_hover="#002A57",
    primary_text="#FFFFFF",
    primary_soft="#FFFFFF",
    on_soft="#003E7E",
    focus="#003E7E",
    danger="#7D130C",
    diff_old="#FFFFFF",
    diff_new="#FFFFFF",
    edge_px=2,
    states=_states(
        pending="#5E3800 #5E3800 #FFFFFF",
        accepted="#0B4A28 #0B4A28 #FFFFFF",
        change_proposed="#4A1D7A #4A1D7A #FFFFFF",
        delete_proposed="#7D130C #7D130C #FFFFFF",
        rejected="#333333 #333333 #FFFFFF",
        yours="#003E7E #003E7E #FFFFFF",
        duplicate="#004A52 #004A52 #FFFFFF",
        disagreement="#6E2900 #6E2900 #FFFFFF",
    ),
    base_map=_LIGHT_MAP,
)

CONTRAST_DARK = Tokens(
    name="contrast-dark",
    is_dark=True,
    window="#000000",
    surface="#000000",
    raised="#000000",
    sunken="#000000",
    hover="#000000",
    line="#FFFFFF",
    line_strong="#FFFFFF",
    text="#FFFFFF",
    muted="#D6D6D6",
    disabled="#A3A3A3",
    primary="#8CC8FF",
    primary_hover="#BFE0FF",
    primary_text="#000000",
    primary_soft="#000000",
    on_soft="#8CC8FF",
    focus="#FFE600",
    danger="#FFB4AC",
    diff_old="#000000",
    diff_new="#000000",
    edge_px=2,
    states=_states(
        pending="#FFD68A #FFD68A #000000",
        accepted="#A2F0C1 #A2F0C1 #000000",
        change_proposed="#DFC8FA #DFC8FA #000000",
        delete_proposed="#FFC0BA #FFC0BA #000000",
        rejected="#D6D6D6 #D6D6D6 #000000",
        yours="#8CC8FF #8CC8FF #000000",
        duplicate="#9BE9F0 #9BE9F0 #000000",
        disagreement="#FFC9A6 #FFC9A6 #000000",
    ),
    base_map=_DARK_MAP,
)

THEMES: Mapping[ThemeName, Tokens] = MappingProxyType(
    {tokens.name: tokens for tokens in (LIGHT, DARK, CONTRAST, CONTRAST_DARK)}
)


def contrast(a: str, b: str) -> float:
    """Return the contrast of two colours, 1 to 21.  Source: WCAG 2.2, "contrast ratio"."""
    bright, dim = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    """Return the relative luminance.  Source: WCAG 2.2, "relative luminance"."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
