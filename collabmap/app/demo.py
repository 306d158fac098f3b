"""The demo territory: a real small country, with places, people and work that waits.

Names and positions are those of OpenStreetMap (resources/demo/monaco.json); the people, their
skills and their ideas are invented.  It is made the way any map is made, over copies that were
handed out, bundles and verdicts, so nothing in it is of another kind than in a town's own map.
"""

import json
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from collabmap.app.session import Session
from collabmap.app.settings import resource
from collabmap.domain.feature import PlaceDraft, PlaceView
from collabmap.store.device import Device
from collabmap.store.project import SUFFIX

COORDINATOR = "Jo"
# Who shares which laptop; the coordinator has the one that opens the demo.
LAPTOPS = {"Marcel": 0, "Aïcha": 0, "Inès": 1, "Paul": 1}
# On which the map went back to everybody: its receipt says so.
STICK = {"fr": "CLÉ-MAIRIE", "en": "TOWN-HALL"}
_BEGAN_AGO_MS = 3 * 3_600_000
_STEP_MS = 20_000


def demo_basemap() -> Path | None:
    """Return the base map that comes with the program, None where it was left out."""
    path = resource("demo/monaco.mbtiles")
    return path if path.is_file() else None


def demo_data() -> dict[str, Any]:
    """Return the places of the demo, as resources/demo/monaco.json holds them."""
    data = json.loads(resource("demo/monaco.json").read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    return data


def prepare_demo(folder: Path, device: Device, language: str = "fr") -> Path:
    """Return the demo project in a folder, made on the first call.

    device: its founder and coordinator.  Nobody is in force afterwards: whoever opens the window
    is asked for a name.  language: of what people wrote, 'fr' or 'en'.  Raises FolderNotWritable,
    DiskFull.
    """
    data = demo_data()
    project = folder / f"{data['title'][language]}{SUFFIX}"
    if project.exists():
        return project
    folder.mkdir(parents=True, exist_ok=True)
    # Made aside and moved when it is whole: a half-made demo would never be finished.
    with tempfile.TemporaryDirectory(dir=folder, prefix=".demo-") as inside:
        made = _Making(Path(inside), device, data, language).make(project.name)
        basemap = made.with_suffix(".mbtiles")
        if basemap.exists():
            basemap.replace(project.with_suffix(".mbtiles"))
        made.replace(project)
    return project


class _Making:
    """The evening that made the demo: three laptops, five people, two rounds of bundles."""

    def __init__(self, folder: Path, device: Device, data: dict[str, Any], language: str) -> None:
        self._folder = folder
        self._device = device
        self._data = data
        self._language = language
        self._at_ms = time.time_ns() // 1_000_000 - _BEGAN_AGO_MS
        self._ids: dict[str, bytes] = {}

    def _now(self) -> int:
        self._at_ms += _STEP_MS
        return self._at_ms

    def make(self, name: str) -> Path:
        path = self._folder / name
        with closing(
            Session.create(
                path,
                self._device,
                self._data["title"][self._language],
                COORDINATOR,
                consent=True,
                basemap=demo_basemap(),
                now=self._now,
            )
        ) as session:
            self._add(session, COORDINATOR)
            kit = self._folder / "demo.cmkit"
            session.hand_out(kit)
            with self._laptops(kit) as laptops:
                for person, number in LAPTOPS.items():
                    take_turn(laptops[number], person)
                    self._add(laptops[number], person)
                self._review(session, laptops)
                for change in self._data["later"]:
                    self._change(laptops[LAPTOPS[change["by"]]], change)
                session.merge(self._sent(laptops))
            # What the coordinator wrote counts as sent: the demo opens with nothing left to do.
            stick = self._folder / STICK[self._language]
            stick.mkdir()
            session.give_back(stick / path.stem)
            self._device.set_note(session.project.id, "person", None)
        return path

    @contextmanager
    def _laptops(self, kit: Path) -> Iterator[list[Session]]:
        opened: list[Session] = []
        devices: list[Device] = []
        try:
            for number in sorted(set(LAPTOPS.values())):
                folder = self._folder / f"laptop-{number}"
                devices.append(Device(folder))
                opened.append(Session.open_kit(kit, folder, devices[-1], now=self._now))
            yield opened
        finally:
            for laptop in opened:
                laptop.close()
            for device in devices:
                device.close()

    def _sent(self, laptops: Iterable[Session]) -> list[Path]:
        return [
            laptop.send(self._folder / f"sent-{number}-{self._at_ms}").path
            for number, laptop in enumerate(laptops)
        ]

    def _add(self, session: Session, person: str) -> None:
        for place in self._data["places"]:
            if place["by"] == person:
                words = place[self._language]
                draft = PlaceDraft(
                    name=words["name"],
                    category=place["category"],
                    lng=place["lng"],
                    lat=place["lat"],
                    description=words["description"],
                    tags=tuple(words["tags"]),
                )
                self._ids[place["fr"]["name"]] = session.add(draft)

    def _review(self, session: Session, laptops: list[Session]) -> None:
        """Take in what the laptops sent, decide, and give the map back."""
        session.merge(self._sent(laptops))
        state = {self._ids[p["fr"]["name"]]: p["state"] for p in self._data["places"]}
        for item in session.reader.review_items():
            if state[item.id] == "accepted":
                session.accept(item)
            elif state[item.id] == "refused":
                session.reject(item, self._data["reason"][self._language])
        for link in self._data["links"]:
            source, target = self._ids[link["from"]], self._ids[link["to"]]
            session.add_link(view_of(session, source), target, link["type"])
        back = session.give_back(self._folder / "reviewed").path
        for laptop in laptops:
            laptop.merge([back])

    def _change(self, session: Session, change: dict[str, Any]) -> None:
        take_turn(session, change["by"])
        words = change[self._language]
        view = view_of(session, self._ids[change["place"]])
        if change["do"] == "edit":
            session.edit(view, words)
        elif change["do"] == "delete":
            session.delete(view, words["reason"])
        else:
            session.comment(view, words["text"])


def take_turn(session: Session, name: str, consent: bool = True) -> None:
    """Give the turn to a person of a shared laptop, by name.  consent: of a new person."""
    for person in session.people_here():
        if person.name == name:
            session.switch_person(person.id)
            return
    session.begin_person(name, consent=consent)


def view_of(session: Session, feature: bytes) -> PlaceView:
    view = session.reader.place(feature)
    assert view is not None, "a place of the demo was lost"
    return view
