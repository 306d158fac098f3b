"""Pictures of placing a plan: the picture, the spots on both, how far off they are, the result."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QTransform
    from shots import Camera

WIDE, HIGH = 1800, 1200
# On the plan, in its pixels.
SPOTS = ((330, 330), (1450, 300), (1500, 950), (380, 900), (900, 620))
# The place that is named as wrong, and by how many degrees.
WRONG, OFF = 3, 0.0002


def placing_a_plan(camera: "Camera", folder: Path, inside: Path) -> None:
    """From the empty panel to the plan on top of the base maps."""
    from PySide6.QtCore import QPointF

    from collabmap.ui.panels.georeference import GeoreferencePanel

    window = camera.window
    window.messages.clear()
    window.commands.open_base_maps()
    window.map.fly_to(7.4205, 43.7325, 16.4)
    camera.settle()
    to_plan = draw_plan(camera, inside / "Plan 1850.png")
    seen = window.map.camera
    window.open_panel("georeference")
    camera.take(folder, "80-plan")
    panel = camera.shown(GeoreferencePanel)
    panel.open_picture(inside / "Plan 1850.png")
    camera.until(lambda: panel.step == "spots")
    camera.take(folder, "81-plan-picture")
    back = to_plan.inverted()[0]
    for rank, (x, y) in enumerate(SPOTS):
        panel.view.spot_chosen.emit(float(x), float(y))
        if rank == 1:
            camera.take(folder, "82-plan-second-spot")
        point = back.map(QPointF(x, y))
        place = seen.position_at(point.x(), point.y())
        place = place._replace(lng=place.lng + (OFF if rank == WRONG else 1e-5 * rank))
        window.map.place_pin(place)
        window.map.place_clicked.emit(place)
        if rank == 2:
            camera.take(folder, "83-plan-three-spots")
    camera.take(folder, "84-plan-one-is-off")
    panel.remove(WRONG)
    panel.primary.click()
    camera.until(lambda: window.panel_host.current is not panel)
    camera.take(folder, "85-plan-added")
    window.messages.clear()


def draw_plan(camera: "Camera", path: Path) -> "QTransform":
    """Draw what the map shows as an old plan, turned; return the way from the map to the plan."""
    from PySide6.QtGui import QColor, QImage, QPainter, QTransform

    shown = camera.window.map.grab().toImage()
    ratio = shown.devicePixelRatio()
    shown.setDevicePixelRatio(1.0)
    middle = shown.width() / 2, shown.height() / 2
    turned = QTransform().translate(WIDE / 2, HIGH / 2).rotate(12).scale(2.2 / ratio, 2.2 / ratio)
    turned = turned.translate(-middle[0], -middle[1])
    plan = QImage(WIDE, HIGH, QImage.Format.Format_RGB32)
    plan.fill(QColor("#efe2c4"))
    painter = QPainter(plan)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setTransform(turned)
    painter.drawImage(0, 0, shown)
    painter.resetTransform()
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
    painter.fillRect(plan.rect(), QColor("#e8d3a2"))
    painter.end()
    plan.save(str(path))
    return QTransform.fromScale(ratio, ratio) * turned
