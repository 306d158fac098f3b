"""Contrast of every pair that carries a text or a mark, in every theme."""

import pytest

from collabmap.render.tokens import (
    CLUSTER_RING,
    HUES,
    INK,
    PAPER,
    STATE_ICONS,
    THEMES,
    Tokens,
    contrast,
)

TEXT = 4.5
MARK = 3.0


@pytest.fixture(params=list(THEMES), ids=str)
def tokens(request: pytest.FixtureRequest) -> Tokens:
    return THEMES[request.param]


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)


@pytest.mark.parametrize("ink", ["text", "muted", "danger", "primary"])
@pytest.mark.parametrize("ground", ["window", "surface", "raised", "hover"])
def test_texts_can_be_read_on_every_ground(tokens: Tokens, ink: str, ground: str) -> None:
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= TEXT


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("primary_text", "primary"),
        ("primary_text", "primary_hover"),
        ("on_soft", "primary_soft"),
        ("text", "primary_soft"),
        ("text", "sunken"),
        ("muted", "sunken"),
        ("text", "diff_old"),
        ("text", "diff_new"),
    ],
)
def test_texts_can_be_read_on_their_ground(tokens: Tokens, ink: str, ground: str) -> None:
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= TEXT


@pytest.mark.parametrize("mark", ["line_strong", "focus", "disabled"])
@pytest.mark.parametrize("ground", ["window", "surface", "raised"])
def test_edges_and_focus_can_be_seen(tokens: Tokens, mark: str, ground: str) -> None:
    # Disabled controls are exempt from WCAG; ours still stay within sight on a panel.
    wanted = MARK if (mark, ground) != ("disabled", "window") else 2.8
    assert contrast(getattr(tokens, mark), getattr(tokens, ground)) >= wanted


@pytest.mark.parametrize("state", list(STATE_ICONS))
def test_every_state_is_told_by_readable_colours(tokens: Tokens, state: str) -> None:
    colours = tokens.states[state]
    assert contrast(colours.text, colours.soft) >= TEXT
    assert contrast(colours.text, tokens.surface) >= TEXT
    assert contrast(colours.mark, tokens.surface) >= MARK


@pytest.mark.parametrize("hue", list(HUES))
def test_a_white_icon_can_be_seen_on_every_hue(hue: str) -> None:
    assert contrast(PAPER, HUES[hue]) >= MARK


def test_the_outline_of_a_mark_can_be_seen_on_the_map(tokens: Tokens) -> None:
    ground = tokens.base_map
    for surface in (ground.land, ground.water, ground.park, ground.building, ground.road):
        outline = PAPER if tokens.is_dark else _mixed(INK, surface, 0.59)
        assert contrast(outline, surface) >= (MARK if not tokens.is_dark else 9)


def test_the_number_of_a_group_can_be_read() -> None:
    assert contrast(INK, PAPER) >= TEXT
    assert contrast(CLUSTER_RING, PAPER) >= TEXT


def test_street_names_can_be_read(tokens: Tokens) -> None:
    base = tokens.base_map
    for surface in (base.land, base.street_halo, base.building):
        assert contrast(base.street_name, surface) >= TEXT


def test_more_places_are_darker_on_light_ground_and_lighter_on_dark(tokens: Tokens) -> None:
    from_ground = [contrast(colour, tokens.base_map.land) for colour in tokens.base_map.density]
    assert from_ground == sorted(from_ground)
    # Told apart by lightness alone, whichever colours somebody sees.
    steps = zip(tokens.base_map.density, tokens.base_map.density[1:], strict=False)
    assert all(contrast(few, many) >= 1.25 for few, many in steps)


def test_a_hexagon_can_be_seen_and_its_count_read(tokens: Tokens) -> None:
    base = tokens.base_map
    for surface in (base.land, base.water, base.park, base.building, tokens.raised):
        assert contrast(base.density_edge, surface) >= MARK
    for colour in base.density:
        assert max(contrast(colour, INK), contrast(colour, PAPER)) >= TEXT


def test_a_circle_can_be_seen_on_the_map_and_in_its_legend(tokens: Tokens) -> None:
    base = tokens.base_map
    for surface in (base.land, base.water, base.park, base.building):
        assert contrast(base.circle_edge, surface) >= MARK


def _mixed(ink: str, ground: str, share: float) -> str:
    parts = [
        round(share * int(ink[i : i + 2], 16) + (1 - share) * int(ground[i : i + 2], 16))
        for i in (1, 3, 5)
    ]
    return "#" + "".join(f"{part:02X}" for part in parts)
