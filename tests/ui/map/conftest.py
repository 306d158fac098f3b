"""A map shown offscreen, empty or with a checkerboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from checkerboard import CENTRE, Checkerboard
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from collabmap.domain.theme import Theme
from collabmap.domain.theme_file import parse_theme
from collabmap.ui import look
from collabmap.ui.map.view import MapView

THEME_FILE = Path(__file__).parents[3] / "resources" / "themes" / "territoire.json"


@pytest.fixture(scope="session")
def theme() -> Theme:
    return parse_theme(THEME_FILE.read_text(encoding="utf-8"))


@pytest.fixture
def view(qtbot: QtBot, theme: Theme) -> Iterator[MapView]:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    look.apply(app, "light")
    made = MapView()
    made.motion.is_on = False
    qtbot.addWidget(made)
    made.set_theme(theme)
    made.resize(800, 600)
    made.show()
    qtbot.waitExposed(made)
    made.fly_to(*CENTRE, 15.0)
    yield made
    made.close()


@pytest.fixture
def tiled(view: MapView, qtbot: QtBot) -> MapView:
    """The view with its checkerboard on the screen."""
    with qtbot.waitSignal(view.first_painted):
        view.set_tile_source(Checkerboard)
    return view
