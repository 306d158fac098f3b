"""North, scale and credits as pictures: the same to the eye as painted anew."""

import pytest
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter

from collabmap.domain.geo import LngLat
from collabmap.render import fonts
from collabmap.render.camera import Camera
from collabmap.render.furniture import Furniture
from collabmap.render.tokens import DARK, LIGHT, Tokens
from collabmap.ui.map.furniture_picture import FurniturePicture
from collabmap.ui.map.layers import Frame

CAMERA = Camera(0.5, 0.4, 12.0, 640.0, 480.0).centred(LngLat(-0.46, 46.32), 12.0)
CREDITS = "© OpenStreetMap contributors"
# Of 255: Qt draws the edges of letters a little harder on an opaque ground than on glass.
LETTERS_DIFFER = 40


@pytest.fixture(autouse=True)
def _letters(qapp: QGuiApplication) -> None:
    fonts.load()


def painted(
    furniture: FurniturePicture, frame: Frame, credits: str = CREDITS
) -> tuple[Furniture, QImage]:
    camera, dpr = frame.camera, frame.dpr
    image = QImage(
        round(camera.width * dpr), round(camera.height * dpr), QImage.Format.Format_RGB32
    )
    image.setDevicePixelRatio(dpr)
    image.fill(QColor("#9FB4C7"))
    painter = QPainter(image)
    stood = furniture.paint(painter, frame, credits)
    painter.end()
    return stood, image


def furthest(one: QImage, other: QImage) -> int:
    """Return by how much a channel differs at most."""
    a, b = (memoryview(image.constBits()) for image in (one, other))
    return max(abs(x - y) for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("dpr", [1.0, 1.5])
def test_a_copied_frame_looks_like_the_first_one(
    qapp: QGuiApplication, tokens: Tokens, dpr: float
) -> None:
    furniture, frame = FurniturePicture(), Frame(CAMERA, tokens, 1.0, dpr)
    (stood, first), second, third = (painted(furniture, frame) for _ in range(3))
    assert second[0] == third[0] == stood
    assert furthest(first, second[1]) <= LETTERS_DIFFER
    assert second[1] == third[1]


def test_what_the_map_says_otherwise_is_painted_anew(qapp: QGuiApplication) -> None:
    furniture, frame = FurniturePicture(), Frame(CAMERA, LIGHT, 1.0, 1.0)
    for _ in range(2):
        _, plain = painted(furniture, frame)
    others = {
        "nearer": (frame._replace(camera=CAMERA._replace(zoom=13.2)), CREDITS),
        "credits": (frame, "Natural Earth"),
        "colours": (frame._replace(tokens=DARK), CREDITS),
        "larger": (frame._replace(text_scale=1.5), CREDITS),
    }
    for other, credits in others.values():
        afresh = painted(FurniturePicture(), other, credits)
        assert painted(furniture, other, credits) == afresh
        assert furthest(painted(furniture, other, credits)[1], plain) > 50
        assert furthest(painted(furniture, other, credits)[1], afresh[1]) <= LETTERS_DIFFER


def test_a_pan_to_another_latitude_keeps_the_scale_true(qapp: QGuiApplication) -> None:
    furniture = FurniturePicture()
    for lat in (46.0, 46.0, 60.0, 60.0):
        camera = CAMERA.centred(LngLat(0.0, lat))
        stood, _ = painted(furniture, Frame(camera, LIGHT, 1.0, 1.0))
        afresh, _ = painted(FurniturePicture(), Frame(camera, LIGHT, 1.0, 1.0))
        assert stood.scale.width() == pytest.approx(afresh.scale.width(), abs=0.3)
