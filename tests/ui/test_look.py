"""Themes, fonts and icons of the interface."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QTableView

from collabmap.render.tokens import CONTRAST, DARK, LIGHT, TEXT_SCALES, contrast
from collabmap.ui import look
from collabmap.ui.icons import icon


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    look.apply(qapp, "light", 1.0)


def test_each_theme_brings_its_palette(app: QApplication) -> None:
    for name, tokens in (("dark", DARK), ("contrast", CONTRAST), ("light", LIGHT)):
        assert look.apply(app, name) is tokens
        assert look.tokens() is tokens
        assert app.palette().color(QPalette.ColorRole.Window) == QColor(tokens.window)
        assert app.palette().color(QPalette.ColorRole.Text) == QColor(tokens.text)


def test_an_unknown_scheme_of_the_system_means_light(app: QApplication) -> None:
    # The offscreen platform never says which scheme it has.
    assert look.apply(app, "system") is LIGHT


@pytest.mark.parametrize("scale", TEXT_SCALES)
def test_larger_text_makes_every_size_larger(app: QApplication, scale: float) -> None:
    look.apply(app, "light", scale)
    assert look.px(44) == round(44 * scale)
    assert look.font(14).pixelSize() == round(14 * scale)
    assert app.font().pixelSize() >= round(14 * scale)


@pytest.mark.usefixtures("system_text_200")
def test_targets_grow_with_the_systems_own_text(app: QApplication) -> None:
    look.apply(app, "light", 1.2)
    assert look.font(14).pixelSize() == round(14 * 2.4)
    assert look.px(44) == round(44 * 2.4)


def test_the_font_has_the_narrow_space_that_french_needs(app: QApplication) -> None:
    look.apply(app, "light")
    assert look.has_glyph(look.font().family(), look.NARROW_SPACE)
    assert not look.has_glyph(look.font().family(), "\u0f40")


def test_a_change_of_theme_is_told_once(app: QApplication) -> None:
    told: list[None] = []
    look.signals().changed.connect(lambda: told.append(None))
    look.apply(app, "dark")
    assert len(told) == 1


def test_an_icon_takes_the_colour_of_the_theme_in_force(app: QApplication) -> None:
    look.apply(app, "light")
    drawn = icon("square", "primary")
    assert drawn.pixmap(24, 24).toImage().pixelColor(12, 12) == QColor(LIGHT.primary)
    look.apply(app, "dark")
    assert drawn.pixmap(24, 24).toImage().pixelColor(12, 12) == QColor(DARK.primary)


def test_a_contrast_theme_of_the_system_becomes_tokens(app: QApplication) -> None:
    palette = QPalette(QColor("#2D3236"), QColor("#202020"))
    palette.setColor(QPalette.ColorRole.WindowText, QColor("#FFFF00"))
    tokens = look.tokens_from_palette(palette)
    assert tokens.is_dark
    assert tokens.text == "#FFFF00"
    assert tokens.surface == "#202020"
    assert tokens.states["pending"].text == "#FFFF00"


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_a_chosen_row_of_a_table_is_told_from_the_others(app: QApplication, theme: str) -> None:
    tokens = look.apply(app, theme)
    table = QTableView()
    table.setProperty("rows", True)
    table.ensurePolished()
    chosen = table.palette().color(QPalette.ColorRole.Highlight)
    written = table.palette().color(QPalette.ColorRole.HighlightedText)
    assert chosen != QColor(tokens.surface)
    assert contrast(chosen.name(), written.name()) >= 4.5
