"""Every icon the design names exists, without qtawesome being imported."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QGuiApplication

from collabmap.domain.theme_file import parse_theme
from collabmap.render.icons import MISSING, icon_exists, icon_image, icon_path
from collabmap.render.tokens import STATE_ICONS

CATEGORY_ICONS = """
tree flower sprout bee compost greenhouse image-filter-hdr paw
fountain water water-pump toilet shower umbrella-beach
bench table-furniture outdoor-lamp trash-can recycle mailbox sign-direction stairs
walk bike bicycle bus bus-stop train ferry parking ev-station wheelchair-accessibility road-variant
alert-octagon storefront basket food-apple silverware-fork-knife coffee
account-group hand-heart handshake gift home-heart human-cane baby-carriage town-hall
medical-bag hospital-building pill library school book-open-variant translate laptop
drama-masks palette music castle pillar church soccer swim run
hammer-wrench scissors-cutting washing-machine lightbulb-on calendar-star wifi
signal-cellular-outline air-filter volume-high weather-windy solar-power binoculars
""".split()  # noqa: SIM905 - read as the table of the design, not as code

ACTION_ICONS = """
map-marker-plus check-bold close-thick magnify filter-variant sort comment-question-outline
clock-outline pencil delete-outline set-merge compare undo redo restore plus-box-multiple-outline
send download content-copy not-equal-variant usb-flash-drive wifi folder-network-outline history
package-variant-closed file-outline shield-check check-decagram content-save-outline printer
account-arrow-right account-multiple camera-plus link-variant-plus layers layers-plus
vector-point vector-polyline vector-polygon cursor-default-outline cursor-move ruler
plus minus crosshairs-gps fullscreen graph-outline chart-box-outline play pause publish web
calendar-check shape-outline inbox-full clipboard-check-outline information alert alert-circle
check-circle circle-outline progress-clock exclamation-thick translate format-size
theme-light-dark help-circle-outline keyboard-outline cog-outline arrow-left close chevron-right
eye-off-outline eye-outline
""".split()  # noqa: SIM905 - read as the table of the design, not as code

THEME_FILE = Path(__file__).parents[2] / "resources" / "themes" / "territoire.json"


@pytest.mark.parametrize("name", sorted({*CATEGORY_ICONS, *ACTION_ICONS, *STATE_ICONS.values()}))
def test_every_icon_of_the_design_exists(qapp: QGuiApplication, name: str) -> None:
    assert icon_exists(name)
    assert not icon_path(name).isEmpty()


def test_every_category_of_the_default_theme_has_its_icon() -> None:
    theme = parse_theme(THEME_FILE.read_text(encoding="utf-8"))
    assert [c.icon for c in theme.categories if not icon_exists(c.icon)] == []


@pytest.mark.parametrize("name", ["circle", "square", "plus", "crosshairs-gps"])
def test_an_icon_lies_centred_in_the_unit_box(qapp: QGuiApplication, name: str) -> None:
    box = icon_path(name).boundingRect()
    assert QRectF(-0.5, -0.5, 1, 1).contains(box)
    assert box.center().x() == pytest.approx(0, abs=0.005)
    assert box.center().y() == pytest.approx(0, abs=0.005)


def test_an_unknown_name_gives_the_question_mark(qapp: QGuiApplication) -> None:
    assert not icon_exists("an-icon-of-next-year")
    assert icon_path("an-icon-of-next-year") == icon_path(MISSING)


def test_an_icon_is_drawn_at_the_pixel_ratio_in_the_colour(qapp: QGuiApplication) -> None:
    image = icon_image("square", 24, "#D43E06", dpr=2.0)
    assert (image.width(), image.devicePixelRatio()) == (48, 2.0)
    assert image.pixelColor(24, 24) == QColor("#D43E06")
    assert image.pixelColor(1, 1).alpha() == 0


def test_qtawesome_is_not_imported() -> None:
    code = (
        "import sys; from PySide6.QtGui import QGuiApplication; app = QGuiApplication([]);"
        "from collabmap.render.icons import icon_path; assert not icon_path('tree').isEmpty();"
        "sys.exit('qtawesome' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    assert done.returncode == 0
