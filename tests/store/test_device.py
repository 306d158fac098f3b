"""The key of a device: made once, whole, and never replaced in silence."""

import subprocess
import sys
from pathlib import Path

import pytest

from collabmap.errors import ProjectDamaged
from collabmap.store.device import Device

_START = """
import sys
from pathlib import Path
from collabmap.store.device import Device
sys.stdin.readline()
print(Device(Path(sys.argv[1])).rid.hex())
"""


def test_programs_that_start_together_for_the_first_time_have_one_key(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _START, str(tmp_path / "home")]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    keys = {process.communicate()[0] for process in started}
    assert len(keys) == 1
    assert keys != {""}
    names = {path.name for path in (tmp_path / "home").iterdir()}
    assert names <= {"device.key", "device.sqlite", "device.sqlite-wal", "device.sqlite-shm"}


@pytest.mark.parametrize("content", [b"", b"no key\n", b"\xff\xfe", b"00" * 31])
def test_a_broken_key_is_told_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "device.key").write_bytes(content)
    with pytest.raises(ProjectDamaged):
        Device(tmp_path)
    assert (tmp_path / "device.key").read_bytes() == content
