"""The marks: what each pixel says."""

import math
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QGuiApplication, QImage

from collabmap.domain.feature import FeatureState, Mark
from collabmap.domain.theme import GREY, Theme
from collabmap.domain.theme_file import parse_theme
from collabmap.render.symbology import (
    SIZE,
    SIZE_DENSE,
    SIZE_NEW,
    Symbology,
    badge_of,
    cluster_radius,
    half_extent,
    key_of,
    pin_anchor,
)
from collabmap.render.tokens import CLUSTER_AWAITS, CLUSTER_RING, DARK, INK, LIGHT

THEME_FILE = Path(__file__).parents[2] / "resources" / "themes" / "territoire.json"
AZUR = QColor("#1394FE")
WHITE = QColor("#FFFFFF")


@pytest.fixture(scope="module")
def theme() -> Theme:
    return parse_theme(THEME_FILE.read_text(encoding="utf-8"))


@pytest.fixture
def symbology(qapp: QGuiApplication, theme: Theme) -> Symbology:
    return Symbology(theme, LIGHT)


def at(image: QImage, dx: float, dy: float) -> QColor:
    """The colour at an offset from the middle, in logical pixels."""
    dpr = image.devicePixelRatio()
    return image.pixelColor(
        round(image.width() / 2 + dx * dpr), round(image.height() / 2 + dy * dpr)
    )


def near(a: QColor, b: QColor | str, within: int = 24) -> bool:
    other = QColor(b)
    pairs = zip(a.getRgb(), other.getRgb(), strict=True)
    return all(abs(x - y) <= within for x, y in pairs)  # type: ignore[operator]


def test_an_accepted_place_is_full(symbology: Symbology) -> None:
    image = symbology.mark("deplacer", FeatureState.ACCEPTED)
    assert at(image, -11, 2) == AZUR
    assert at(image, 9, -9).alpha() == 255
    assert image.width() == 2 * half_extent(SIZE)


def test_a_pending_place_is_hollow_with_a_ring_and_a_clock(symbology: Symbology) -> None:
    image = symbology.mark("deplacer", FeatureState.PENDING)
    assert at(image, 0, 10) == WHITE
    assert near(at(image, 0, 12.5), AZUR)
    assert near(at(image, 0.76 * SIZE - 6, -0.76 * SIZE + 1), LIGHT.states["pending"].mark, 60)


def test_a_proposed_deletion_is_dotted(symbology: Symbology, theme: Theme) -> None:
    image = symbology.mark("deplacer", FeatureState.DELETE_PROPOSED)
    colours = set()
    for degree in range(90, 270, 3):
        angle = math.radians(degree)
        colours.add(near(at(image, 12.7 * math.cos(angle), 12.7 * math.sin(angle)), AZUR, 60))
    assert colours == {True, False}


@pytest.mark.parametrize(
    ("state", "disagreement", "badge"),
    [
        (FeatureState.ACCEPTED, False, None),
        (FeatureState.REJECTED, False, None),
        (FeatureState.PENDING, False, "pending"),
        (FeatureState.CHANGE_PROPOSED, False, "change_proposed"),
        (FeatureState.DELETE_PROPOSED, False, "delete_proposed"),
        (FeatureState.ACCEPTED, True, "disagreement"),
    ],
)
def test_each_state_wears_its_badge(
    state: FeatureState, disagreement: bool, badge: str | None
) -> None:
    assert badge_of(state, disagreement) == badge


def test_every_state_looks_different(symbology: Symbology) -> None:
    pictures = [symbology.mark("eau", state) for state in FeatureState]
    pictures.append(symbology.mark("eau", FeatureState.PENDING, badge="disagreement"))
    pictures.append(symbology.mark("eau", badge="duplicate"))
    pictures.append(symbology.mark("eau", badge="new"))
    pictures.append(symbology.mark("eau", badge="A"))
    for i, one in enumerate(pictures):
        assert all(one != other for other in pictures[i + 1 :])


def test_yours_wears_a_blue_ring_outside(symbology: Symbology) -> None:
    mine = symbology.mark("nature", yours=True)
    other = symbology.mark("nature")
    ring = SIZE + 3.8
    assert near(at(mine, -ring, 0), LIGHT.states["yours"].mark)
    assert at(other, -ring, 0).alpha() == 0


def test_in_the_dark_the_gap_of_the_ring_is_the_land(qapp: QGuiApplication, theme: Theme) -> None:
    image = Symbology(theme, DARK).mark("nature", yours=True, size=16)
    assert near(at(image, -16 - 3.8, 0), DARK.states["yours"].mark)
    assert near(at(image, -16 - 6.7, 0), DARK.base_map.land)


def test_a_dense_mark_has_no_badge(symbology: Symbology) -> None:
    plain = symbology.mark("nature", FeatureState.PENDING, size=SIZE_DENSE, badge="")
    assert symbology.mark("nature", FeatureState.PENDING, size=SIZE_DENSE) == plain


def test_the_outline_keeps_a_white_mark_visible(symbology: Symbology) -> None:
    image = symbology.mark("deplacer", FeatureState.PENDING)
    assert at(image, -15, 0) == WHITE
    edge = at(image, -17, 0)
    assert edge.alpha() > 40
    assert edge.lightness() < 120


def test_the_pin_points_at_its_place(symbology: Symbology) -> None:
    image, anchor = symbology.pin("culture"), pin_anchor()
    head = image.pixelColor(round(anchor.x()) - 12, round(anchor.y()) - 34)
    assert head == QColor("#7421BC")
    point = image.pixelColor(round(anchor.x()), round(anchor.y()))
    assert near(point, INK, 60)
    assert image.pixelColor(round(anchor.x()), round(anchor.y()) + 6).alpha() < 60


def test_a_group_shows_its_number_and_the_share_that_awaits(symbology: Symbology) -> None:
    image = symbology.cluster(57, 0.5)
    r = cluster_radius(57) - 2.4
    assert near(at(image, r, 0), CLUSTER_AWAITS)
    assert near(at(image, -r, 0), CLUSTER_RING)
    assert at(image, 0, -9) == WHITE


def test_a_bigger_group_is_bigger_within_limits() -> None:
    sizes = [cluster_radius(n) for n in (2, 12, 57, 999, 10**6)]
    assert sizes == sorted(sizes)
    assert sizes[-1] == 26


def test_marks_are_painted_at_the_pixel_ratio(qapp: QGuiApplication, theme: Theme) -> None:
    image = Symbology(theme, LIGHT, dpr=2.0).mark("nature")
    assert image.width() == 4 * half_extent(SIZE)
    assert image.devicePixelRatio() == 2.0
    assert near(at(image, -11, 2), "#025D42")


def test_a_category_of_a_newer_theme_is_grey(symbology: Symbology) -> None:
    assert at(symbology.mark("astronomy"), -11, 2) == QColor(GREY)


def test_a_picture_is_painted_once(symbology: Symbology) -> None:
    first = symbology.mark("eau").cacheKey()
    assert symbology.mark("eau").cacheKey() == first


def test_the_key_knows_whose_a_mark_is_and_what_a_merge_would_do() -> None:
    mark = Mark(b"f", 7.4, 43.7, "eau", FeatureState.PENDING, b"me", False, "Fontaine")
    assert key_of(mark, b"me").yours
    assert not key_of(mark, b"other").yours
    assert not key_of(mark, None).yours
    new = key_of(mark, b"me", badge="new")
    assert (new.state, new.yours, new.size) == (FeatureState.ACCEPTED, False, SIZE_NEW)
    assert key_of(mark, None, badge="deleted").state is FeatureState.DELETE_PROPOSED
    assert key_of(mark, None, badge="A").badge == "A"


def test_a_place_with_two_values_is_hollow_even_when_it_is_accepted() -> None:
    mark = Mark(b"f", 7.4, 43.7, "eau", FeatureState.ACCEPTED, b"me", True, "Fontaine")
    assert key_of(mark, None).state is FeatureState.PENDING
    assert key_of(mark, None).badge == "disagreement"
