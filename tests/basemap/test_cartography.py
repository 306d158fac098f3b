"""The look is data; these are the rules that the data must keep."""

import itertools
import re

import pytest

from collabmap.basemap import cartography as look
from collabmap.basemap import tags

STYLES = ("light", "dark", "contrast")
QUIET = ("light", "dark")


def luminance(colour: str) -> float:
    """Return relative luminance.  Source: WCAG 2.2."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("style", STYLES)
def test_every_colour_is_written_in_full(style: look.Style) -> None:
    palette = look.PALETTES[style]
    for name in palette.__slots__:
        assert re.fullmatch("#[0-9A-F]{6}", getattr(palette, name)), name


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("name", "halo"),
    [
        ("street_name", "street_halo"),
        ("place_name", "place_halo"),
        ("green_name", "street_halo"),
        ("water_name", "water_halo"),
    ],
)
def test_every_name_can_be_read_on_its_halo(style: look.Style, name: str, halo: str) -> None:
    palette = look.PALETTES[style]
    assert contrast(getattr(palette, name), getattr(palette, halo)) >= 4.5


@pytest.mark.parametrize("style", QUIET)
def test_the_paper_stays_quiet_under_ink(style: look.Style) -> None:
    # What people add must be what the eye meets first: no ground competes with a marker.
    palette = look.PALETTES[style]
    grounds = (palette.water, palette.green, palette.building, palette.road, palette.wood)
    for one, other in itertools.combinations((palette.land, *grounds), 2):
        assert contrast(one, other) < 1.8


def test_every_kind_that_is_read_has_a_look() -> None:
    drawn = {rule.kind for rule in look.AREAS_UNDER_ROADS} | {"building"}
    read = {kind for _, kinds in tags.AREAS for kind in kinds.values() if kind}
    assert read <= drawn
    lines = {rule.kind for rule in look.ROADS} | set(look.PATH_DASH)
    lines |= {"rail", "tram", "river", "stream", "pier", "ferry", "cableway", *look.RUNWAY_PX}
    assert {kind for _, kinds in tags.LINES for kind in kinds.values()} <= lines


def test_every_named_kind_has_a_rule() -> None:
    spots = {kind for _, kinds in tags.NAMED_AREAS for kind in kinds.values()} | tags.PLACES
    spots |= {kind for _, kinds in tags.NAMED_NODES for kind in kinds.values()}
    assert spots <= set(look.PLACE_NAMES)
    assert set(tags.BORDERS.values()) == set(look.BORDERS)
    numbered = {f"{kind}_number" for kind in tags.NUMBERED}
    assert numbered | tags.NAMED_WATER | {"one_way"} <= set(look.STREET_NAMES)


def test_strong_edges_where_strong_contrast_was_asked_for() -> None:
    palette = look.PALETTES["contrast"]
    for edge in (palette.casing, palette.far_road, palette.water_edge, palette.rail, palette.path):
        assert contrast(edge, palette.land) >= 4.5, edge
    for edge in (palette.building_edge, palette.plaza_edge, palette.border):
        assert contrast(edge, palette.land) >= 3.0, edge


@pytest.mark.parametrize(
    ("given", "kind", "written"),
    [
        ({"highway": "residential", "name": "Rue Bosio"}, "street", {("Rue Bosio", "street")}),
        ({"highway": "residential", "oneway": "yes"}, "street", {("→", "one_way")}),
        ({"highway": "residential", "oneway": "-1"}, "street", {("←", "one_way")}),
        ({"highway": "residential", "oneway": "no"}, "street", set()),
        ({"highway": "motorway", "oneway": "yes", "ref": "A 8"}, "motorway",
         {("A 8", "motorway_number")}),
        ({"highway": "primary", "ref": "D 6098;D 37"}, "primary",
         {("D 6098 · D 37", "primary_number")}),
        ({"highway": "primary", "ref": "à vérifier"}, "primary", set()),
        ({"waterway": "river", "name": "Valira", "name:fr": "La Valira"}, "river",
         {("La Valira", "river")}),
        ({"railway": "rail", "name": "Nice – Vintimille"}, "rail", set()),
    ],
)  # fmt: skip
def test_what_is_written_along_a_line(
    given: dict[str, str], kind: str, written: set[tuple[str, str]]
) -> None:
    assert set(tags.texts_of(given, kind, "ground")) == written


def test_nothing_is_written_along_a_tunnel_but_its_number() -> None:
    given = {"highway": "primary", "name": "Tunnel Rainier III", "oneway": "yes", "ref": "D 6"}
    assert set(tags.texts_of(given, "primary", "tunnel")) == {("D 6", "primary_number")}


@pytest.mark.parametrize(
    ("given", "border"),
    [
        ({"boundary": "administrative", "admin_level": "2"}, "border_country"),
        ({"boundary": "administrative", "admin_level": "6"}, "border_region"),
        ({"boundary": "administrative", "admin_level": "8"}, "border_commune"),
        ({"boundary": "administrative", "admin_level": "2", "maritime": "yes"}, ""),
        ({"boundary": "administrative", "admin_level": "10"}, ""),
        ({"boundary": "national_park", "admin_level": "2"}, ""),
    ],
)
def test_which_borders_are_drawn(given: dict[str, str], border: str) -> None:
    assert tags.border_of(given) == border


@pytest.mark.parametrize(
    ("written", "number"),
    [("12", "12"), (" 12bis ", "12bis"), ("1;3", "1, 3"), ("1;3;5;7", "1–7"), ("", ""), (";", "")],
)
def test_a_house_number_is_short(written: str, number: str) -> None:
    assert tags.house_number_of({"addr:housenumber": written}) == number


def test_roads_grow_with_every_zoom_and_with_their_class() -> None:
    for rule in look.ROADS:
        widths = [look.at_zoom(rule.width_px, zoom) for zoom in range(8, 20)]
        assert widths == sorted(widths), rule.kind
    by_kind = {rule.kind: rule.width_px for rule in look.ROADS}
    order = ("street", "tertiary", "secondary", "primary", "trunk", "motorway")
    for zoom in range(12, 19):
        widths = [look.at_zoom(by_kind[kind], zoom) for kind in order]
        assert widths == sorted(widths), zoom


@pytest.mark.parametrize(("zoom", "value"), [(9, 0.0), (10, 1.0), (12, 2.0), (14, 4.0), (16, 8.0)])
def test_a_value_between_two_zooms_is_their_geometric_mean(zoom: int, value: float) -> None:
    assert look.at_zoom({10: 1.0, 14: 4.0}, zoom) == pytest.approx(value)
