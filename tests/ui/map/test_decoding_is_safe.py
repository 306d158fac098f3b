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


def test_decoding_tiles_and_loading_icons_do_not_wait_for_each_other() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HAMMER], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.stdout == "alive\n", ended.stderr
