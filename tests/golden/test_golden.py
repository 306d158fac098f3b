"""Files of every format version that was given out are read for good, and always the same way."""

import json
from pathlib import Path

import pytest

from .make_golden import read

HERE = Path(__file__).parent


@pytest.mark.parametrize("version", [1])
def test_files_of_every_version_are_read_as_they_always_were(version: int, tmp_path: Path) -> None:
    kit, back = HERE / f"town-{version}.cmkit", HERE / f"town-{version}.cmbundle"
    expected = json.loads((HERE / f"town-{version}.json").read_text(encoding="utf-8"))
    assert read(kit, back, tmp_path) == expected
