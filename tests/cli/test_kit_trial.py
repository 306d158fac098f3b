"""Trying a copy from the command line."""

import pytest
from command_line import Run

from collabmap.app import kit_trial
from collabmap.errors import KitTooLargeForSticks


def test_a_copy_is_tried_and_what_works_is_said(run: Run, project: str) -> None:
    done = run("handout", project, "town.cmkit", "--try")
    assert done.code == 0
    assert "Tried: it opens in" in done.out


def test_a_copy_that_does_not_work_leaves_with_what_is_wrong(
    run: Run, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kit_trial, "STICK_BYTES", 1000)
    done = run("handout", project, "town.cmkit", "--try")
    assert done.code == KitTooLargeForSticks.exit_code
    assert "4 GB" in done.out
