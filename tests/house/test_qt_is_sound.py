"""The PySide6 that is installed does not lose references to None."""

import subprocess
import sys

# PySide6 6.12.0 on Python 3.11 drops a reference to None in each void call, and then ends the
# process with "none_dealloc".  Hence a child process, and the upper bound in pyproject.toml.
VOID_CALLS = """
from PySide6.QtGui import QImage, QPainter
image = QImage(8, 8, QImage.Format.Format_ARGB32)
painter = QPainter(image)
for _ in range(200_000):
    painter.setOpacity(0.5)
painter.end()
print("alive")
"""


def test_200_000_void_calls_do_not_end_the_process() -> None:
    child = subprocess.run(
        [sys.executable, "-c", VOID_CALLS], capture_output=True, text=True, check=False
    )
    assert child.stdout.strip() == "alive", child.stderr
    assert child.returncode == 0
