"""The base map painted by QGIS, in the Python that QGIS is installed for.

    /usr/bin/python3 paint_qgis.py FOLDER

FOLDER holds scenes.json (see `bench_paint`).  When it is ready it prints "ready"; then for each
line "ZOOM SIDE" or "ZOOM SIDE PICTURES" that it reads it paints that zoom once, in blocks of so
many tiles, and prints the seconds, by the clock and of the processor.  Layers lie in memory with an
index, in the map's own projection, and what is drawn is simplified as QGIS does by itself.
"""

import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFillSymbol,
    QgsGeometry,
    QgsLabeling,
    QgsLineSymbol,
    QgsMapRendererCustomPainterJob,
    QgsMapSettings,
    QgsNullSymbolRenderer,
    QgsPalLayerSettings,
    QgsRectangle,
    QgsSimpleFillSymbolLayer,
    QgsSimpleLineSymbolLayer,
    QgsSingleSymbolRenderer,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtGui import QColor, QFont, QFontDatabase, QImage, QPainter

PIXELS = QgsUnitTypes.RenderPixels
MERCATOR = "EPSG:3857"
WEIGHTS = {400: "Regular", 500: "Medium", 600: "Semi Bold", 700: "Bold"}


def main(folder):
    application = QgsApplication([], False)
    application.initQgis()
    data = json.loads((folder / "scenes.json").read_text(encoding="utf-8"))
    for path in sorted(Path(data["fonts"]).glob("*.otf")):
        QFontDatabase.addApplicationFont(str(path))
    sources = {name: features(found) for name, found in data["sources"].items()}
    scenes = {zoom: Scene(found, sources) for zoom, found in data["scenes"].items()}
    print("ready", Qgis.QGIS_VERSION, flush=True)
    for line in sys.stdin:
        zoom, side, *where = line.split()
        begun, cpu = time.perf_counter(), time.process_time()
        scenes[zoom].paint(side, where[0] if where else "")
        print(time.perf_counter() - begun, time.process_time() - cpu, flush=True)


def features(found):
    made = []
    for hex_wkb, name in found["features"]:
        feature = QgsFeature()
        geometry = QgsGeometry()
        geometry.fromWkb(bytes.fromhex(hex_wkb))
        feature.setGeometry(geometry)
        feature.setAttributes([name])
        made.append(feature)
    return found["kind"], made


def layer(source):
    kind, found = source
    made = QgsVectorLayer(f"{kind}?crs={MERCATOR}&field=name:string&index=yes", "x", "memory")
    made.dataProvider().addFeatures(found)
    made.dataProvider().createSpatialIndex()
    return made


class Scene:
    def __init__(self, found, sources):
        self.blocks = found["blocks"]
        layers = []
        for ink in found["inks"]:
            for source in ink["sources"]:
                one = layer(sources[source])
                one.setRenderer(QgsSingleSymbolRenderer(symbol(ink)))
                layers.append(one)
        for text in found["texts"]:
            one = layer(sources[text["source"]])
            one.setRenderer(QgsNullSymbolRenderer())
            one.setLabeling(QgsVectorLayerSimpleLabeling(labeling(text)))
            one.setLabelsEnabled(True)
            layers.append(one)
        self.layers = layers
        self.settings = QgsMapSettings()
        self.settings.setDestinationCrs(QgsCoordinateReferenceSystem(MERCATOR))
        self.settings.setBackgroundColor(QColor(found["ground"]))
        self.settings.setLayers(list(reversed(layers)))
        self.settings.setOutputDpi(96)
        for flag in (QgsMapSettings.Antialiasing, QgsMapSettings.DrawLabeling,
                     QgsMapSettings.UseRenderingOptimization):  # fmt: skip
            self.settings.setFlag(flag, True)

    def paint(self, side, pictures):
        for number, (width, height, box) in enumerate(self.blocks[side]):
            self.settings.setOutputSize(QSize(width, height))
            self.settings.setExtent(QgsRectangle(*box))
            image = QImage(width, height, QImage.Format_RGB32)
            image.fill(self.settings.backgroundColor())
            painter = QPainter(image)
            job = QgsMapRendererCustomPainterJob(self.settings, painter)
            job.renderSynchronously()
            painter.end()
            if pictures:
                image.save(f"{pictures}-{number}-qgis.png")


def symbol(ink):
    if ink["is_fill"]:
        area = QgsSimpleFillSymbolLayer(QColor(ink["colour"]))
        if ink["edge"]:
            area.setStrokeColor(QColor(ink["edge"]))
            area.setStrokeWidth(ink["edge_px"])
            area.setStrokeWidthUnit(PIXELS)
        else:
            area.setStrokeStyle(Qt.NoPen)
        return _with(QgsFillSymbol(), area)
    line = QgsSimpleLineSymbolLayer(QColor(ink["colour"]), ink["width_px"])
    line.setWidthUnit(PIXELS)
    line.setPenJoinStyle(Qt.RoundJoin)
    line.setPenCapStyle(Qt.RoundCap if ink["is_round"] else Qt.FlatCap)
    if ink["dash"]:
        line.setUseCustomDashPattern(True)
        line.setCustomDashVector(ink["dash"])
        line.setCustomDashPatternUnit(PIXELS)
    return _with(QgsLineSymbol(), line)


def _with(made, layer):
    # A symbol made of a list of layers does not own them: they are gone when it is painted.
    made.changeSymbolLayer(0, layer)
    return made


def labeling(text):
    style = QgsTextFormat()
    font = QFont("Inter")
    font.setStyleName(WEIGHTS[text["weight"]])
    style.setFont(font)
    style.setNamedStyle(WEIGHTS[text["weight"]])
    style.setSize(text["size_px"])
    style.setSizeUnit(PIXELS)
    style.setColor(QColor(text["colour"]))
    halo = QgsTextBufferSettings()
    halo.setEnabled(True)
    halo.setSize(text["halo_px"] / 2)
    halo.setSizeUnit(PIXELS)
    halo.setColor(QColor(text["halo"]))
    style.setBuffer(halo)
    settings = QgsPalLayerSettings()
    settings.fieldName = "name"
    settings.setFormat(style)
    settings.priority = max(0, 10 - text["rank"] // 4)
    if text["is_line"]:
        settings.placement = QgsPalLayerSettings.Curved
        on_line = QgsLabeling.LinePlacementFlags(QgsLabeling.OnLine)
        settings.lineSettings().setPlacementFlags(on_line)
    else:
        settings.placement = QgsPalLayerSettings.OverPoint
        settings.quadOffset = QgsPalLayerSettings.QuadrantOver
    return settings


if __name__ == "__main__":
    main(Path(sys.argv[1]))
