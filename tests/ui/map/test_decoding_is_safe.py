"""Tiles are decoded beside widgets that load icons: Qt and Python must not wait for each other."""

import subprocess
import sys

# Without canRead() before read() in decode(), this stood still within a second, each time.
HAMMER = """
import faulthandler, os, sys, threading, time
faulthandler.dump_traceback_later(20, exit=True)
sys.setswitchinterval(0.0005)
from PySide6.QtCore import QBuffer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLineEdit
from collabmap.render.decoding import decode

app = QApplication([])
image = QImage(256, 256, QImage.Format.Format_RGB32)
image.fill(0x808080)
buffer = QBuffer()
buffer.open(QBuffer.OpenModeFlag.WriteOnly)
image.save(buffer, "PNG")
tile = bytes(buffer.data())
decoded = [0, 0]

def work(lane):
    while True:
        assert decode(tile) is not None
        decoded[lane] += 1

for lane in (0, 1):
    threading.Thread(target=work, args=(lane,), daemon=True).start()
end = time.monotonic() + 2
while time.monotonic() < end or not all(decoded):
    QLineEdit().setClearButtonEnabled(True)
print("alive", flush=True)
os._exit(0)
"""

# With the garbage collector on during canRead(), this stood still at once: what is thrown away lets
# go of the interpreter as it goes.
LITTER = """
import faulthandler, gc, os, sys, threading, time
faulthandler.dump_traceback_later(20, exit=True)
from PySide6.QtCore import QBuffer
from PySide6.QtGui import QGuiApplication, QImage
from collabmap.render.decoding import decode

class Litter:
    def __init__(self):
        self.me = self
    def __del__(self):
        time.sleep(0.0005)

app = QGuiApplication([])
image = QImage(256, 256, QImage.Format.Format_RGB32)
image.fill(0x808080)
buffer = QBuffer()
buffer.open(QBuffer.OpenModeFlag.WriteOnly)
image.save(buffer, "PNG")
tile = bytes(buffer.data())
decoded = [0, 0]

def work(lane):
    while True:
        Litter()
        assert decode(tile) is not None
        decoded[lane] += 1

gc.set_threshold(3, 2, 2)
for lane in (0, 1):
    threading.Thread(target=work, args=(lane,), daemon=True).start()
end = time.monotonic() + 2
while time.monotonic() < end or not all(decoded):
    time.sleep(0.01)
print("alive", flush=True)
os._exit(0)
"""


def test_decoding_tiles_and_loading_icons_do_not_wait_for_each_other() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HAMMER], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.stdout == "alive\n", ended.stderr


def test_throwing_things_away_does_not_stop_the_decoding_of_tiles() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LITTER], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.stdout == "alive\n", ended.stderr
