"""Pictures of themes, forms, measurements, links and the evening, each on a map of its own."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import shots_evening
from shots_categories import editing_the_theme, prepare_theme
from shots_forms import filling_in_forms
from shots_graph import graphs, prepare_questions
from shots_links import linking, prepare_ecosystem
from shots_readings import measuring, prepare_measured
from shots_values import decided_values, ones_own_values, prepare_values

if TYPE_CHECKING:
    from shots import Camera, Look

    from collabmap.store.device import Device

    Opened = Callable[[Device, Look], AbstractContextManager[Camera]]


def take_the_themes(look: "Look", folder: Path, inside: Path, window: "Opened") -> None:
    """Take every picture of what a theme makes of a map.  window: opens one of a device."""
    for take in (_the_theme, _the_values, _the_measurements, _the_links, _the_evening):
        take(look, folder, inside, window)


def _the_theme(look: "Look", folder: Path, inside: Path, window: "Opened") -> None:
    device, project = prepare_theme(inside)
    with window(device, look) as camera:
        editing_the_theme(camera, folder, project, look.language)
    device.close()


def _the_values(look: "Look", folder: Path, inside: Path, window: "Opened") -> None:
    filled = prepare_values(inside, look.language)
    with window(filled.resident, look) as camera:
        ones_own_values(camera, folder, filled)
    with window(filled.coordinator, look) as camera:
        decided_values(camera, folder, filled)
    filled.resident.close()
    filled.coordinator.close()


def _the_measurements(look: "Look", folder: Path, inside: Path, window: "Opened") -> None:
    made = prepare_measured(inside, look.language)
    with window(made.device, look) as camera:
        measuring(camera, folder, made)
    made.device.close()


def _the_links(look: "Look", folder: Path, inside: Path, window: "Opened") -> None:
    made = prepare_ecosystem(inside, look.language)
    with window(made.device, look) as camera:
        linking(camera, folder, made)
    prepare_questions(made)
    with window(made.device, look) as camera:
        graphs(camera, folder, made)
        filling_in_forms(camera, folder, look.language)
    made.device.close()


def _the_evening(look: "Look", folder: Path, inside: Path, window: "Opened") -> None:
    done = shots_evening.prepare(inside, look.language)
    with window(done.device, look) as camera:
        shots_evening.being_led(camera, folder, done)
    with window(done.device, look) as camera:
        shots_evening.looking_back(camera, folder, done)
    done.device.close()
