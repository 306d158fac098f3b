"""The canvas' scenes painted by QGIS, in the Python that QGIS is installed for.

    /usr/bin/python3 canvas_qgis.py FOLDER

FOLDER holds scenes.json: for each scene its layers (a base map file, or an array of positions) and
the boxes of its frames, in Web Mercator metres.  When a scene is ready it prints its name; then the
processor's seconds of each frame, one a line, and "end".  Each frame is a job of
QgsMapRendererSequentialJob, the first of a scene not counted.
"""

import json
import os
import sys
import time
from array import array
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsMarkerSymbol,
    QgsPointXY,
    QgsRasterLayer,
    QgsRectangle,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

MERCATOR = "EPSG:3857"


def main(folder):
    application = QgsApplication([], False)
    application.initQgis()
    print("ready", Qgis.QGIS_VERSION, flush=True)
    data = json.loads((folder / "scenes.json").read_text(encoding="utf-8"))
    for name, scene in data.items():
        layer = base_map(scene["base_map"]) if "base_map" in scene else points(scene["points"])
        settings = QgsMapSettings()
        settings.setDestinationCrs(QgsCoordinateReferenceSystem(MERCATOR))
        settings.setBackgroundColor(QColor("#f3f1ec"))
        settings.setLayers([layer])
        settings.setOutputDpi(96)
        settings.setOutputSize(QSize(*scene["size"]))
        settings.setFlag(QgsMapSettings.Antialiasing, True)
        settings.setFlag(QgsMapSettings.UseRenderingOptimization, True)
        print(name, flush=True)
        for number, box in enumerate(scene["boxes"]):
            spent = frame_s(settings, box)
            if number:
                print(spent, flush=True)
        print("end", flush=True)


def frame_s(settings, box):
    settings.setExtent(QgsRectangle(*box))
    begun = time.process_time()
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    spent = time.process_time() - begun
    image = job.renderedImage()
    if image.isNull():
        raise SystemExit("QGIS painted nothing")
    if os.environ.get("COLLABMAP_BENCH_PICTURES"):
        image.save(os.environ["COLLABMAP_BENCH_PICTURES"])
    return spent


def base_map(path):
    # As its browser opens an MBTiles file; through GDAL a frame takes eight times as long.
    layer = QgsRasterLayer(f"type=mbtiles&url=file://{path}", "base map", "wms")
    if not layer.isValid():
        raise SystemExit("QGIS cannot read the base map")
    return layer


def points(path):
    """Return a layer in memory, indexed, with the simplest mark that QGIS has."""
    flat = array("d")
    flat.frombytes(Path(path).read_bytes())
    layer = QgsVectorLayer(f"Point?crs={MERCATOR}&index=yes", "points", "memory")
    made = []
    for at in range(0, len(flat), 2):
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(flat[at], flat[at + 1])))
        made.append(feature)
    layer.dataProvider().addFeatures(made)
    layer.dataProvider().createSpatialIndex()
    look = {"name": "circle", "color": "#d43e06", "outline_color": "white", "size": "5"}
    layer.setRenderer(QgsSingleSymbolRenderer(QgsMarkerSymbol.createSimple(look)))
    return layer


if __name__ == "__main__":
    main(Path(sys.argv[1]))
