"""Changes of places that people left unfinished, kept on this device until they are saved.

Of each only what differs from what was shown: the rest is as the map has it by then.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from collabmap.app.field_words import field_words
from collabmap.app.words import _
from collabmap.domain.change import FIELD_PREFIX
from collabmap.domain.feature import PersonView, PlaceView
from collabmap.ui.panels.form_values import FormValues

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# The note about a project under which this device keeps what was left unfinished.
EDITS = "edits"

_PARTS = ("category", "name", "description", "tags", "contact", "position")


@dataclass(frozen=True, slots=True)
class KeptEdit:
    """What somebody has changed of a place, as plain values, by part of a form or `f:` and field.

    mine: what stands there now.  was: what stood there before, private parts left out.
    """

    mine: Mapping[str, Any]
    was: Mapping[str, Any]

    def overtaken(self, values: FormValues) -> tuple[str, ...]:
        """Return the parts that others have changed since, as far as that can be told.

        values: what the form shows of the map.
        """
        now = _parts(values)
        return tuple(part for part, was in self.was.items() if now.get(part) != was)


def changed(shown: FormValues, now: FormValues) -> dict[str, Any]:
    """Return the parts of a form that differ from what it showed: {part: plain value}."""
    before, after = _parts(shown), _parts(now)
    return {
        part: after.get(part)
        for part in (*_PARTS, *sorted((before.keys() | after.keys()) - set(_PARTS)))
        if after.get(part) != before.get(part)
    }


def _parts(values: FormValues) -> dict[str, Any]:
    plain = values.to_plain()
    answers = {FIELD_PREFIX + field: value for field, value in values.fields.items()}
    return {part: plain[part] for part in _PARTS} | answers


def _filled(values: FormValues, parts: Mapping[str, Any]) -> FormValues:
    plain = values.to_plain()
    answers = {
        part.removeprefix(FIELD_PREFIX): value
        for part, value in parts.items()
        if part.startswith(FIELD_PREFIX)
    }
    own = {part: value for part, value in parts.items() if part in _PARTS}
    return FormValues.from_plain(plain | own | {"fields": {**values.fields, **answers}})


class KeptEdits:
    """Of each person one a place.  At most one is open in a form: see `begin`."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._kept: dict[bytes, dict[bytes, KeptEdit]] = {}
        # What the open form showed of the map, and what is private and was withheld from it.
        self._shown: FormValues | None = None
        self._withheld: dict[str, Any] = {}

    def take(self, plain: Mapping[str, Any]) -> None:
        """Take what this device kept of a project."""
        self._kept = {
            bytes.fromhex(person): {
                bytes.fromhex(place): KeptEdit(each["mine"], each["was"])
                for place, each in own.items()
            }
            for person, own in plain.items()
        }

    def begin(self, place: bytes, shown: FormValues) -> FormValues | None:
        """Follow a form that was opened on a place; return what it goes on with, None for nothing.

        shown: what it shows of the map.  In event mode what is private does not come back into
        the form: a name is all that tells people apart there.  It is kept and saved with the rest.
        """
        self._shown, self._withheld = shown, {}
        kept = self._own().get(place)
        if kept is None:
            return None
        if self._window.event_mode.is_on:
            self._withheld = {p: value for p, value in kept.mine.items() if self._is_private(p)}
        mine = {part: v for part, v in kept.mine.items() if part not in self._withheld}
        return _filled(shown, mine)

    def say_begun(self, place: PlaceView, again: Callable[[], None]) -> None:
        """Say that a form goes on where it was left, and which parts others have changed since.

        again: opens it anew as the map has the place now.
        """
        kept, shown = self._own().get(place.id), self._shown
        if kept is None or shown is None:
            return
        hint = _("Go on, or start from what is on the map.")
        overtaken = kept.overtaken(shown)
        if overtaken:
            fields = ("geometry" if part == "position" else part for part in overtaken)
            hint = _("Changed by others since: {parts}. “Start again” shows what they wrote.")
            hint = hint.format(parts=field_words(fields, self._window.theme))
        self._window.messages.info(
            _("You had begun to change this place"), hint, (_("Start again"), again)
        )

    def whole(self, values: FormValues) -> FormValues:
        """Return what a form holds, with what was withheld from it and not written anew."""
        if not self._withheld or self._shown is None:
            return values
        anew = changed(self._shown, values)
        return _filled(values, {p: v for p, v in self._withheld.items() if p not in anew})

    def keep(self, place: bytes, values: FormValues) -> None:
        """Keep what the open form holds, nothing where it is what the map has."""
        person, shown = self._window.person, self._shown
        if person is None or shown is None:
            return
        mine = changed(shown, self.whole(values))
        if not mine:
            self.forget(person, place)
            return
        before = _parts(shown)
        was = {part: before.get(part) for part in mine if not self._is_private(part)}
        own = self._kept.setdefault(person.id, {})
        if (kept := own.get(place)) is not None:
            # What stood there when it was begun: others may have changed it before it goes on.
            was |= {part: value for part, value in kept.was.items() if part in was}
        own[place] = KeptEdit(mine, was)
        self._write()

    def forget(self, person: PersonView | None, place: bytes) -> KeptEdit | None:
        """Keep it no longer: it is saved, or not wanted.  Return it, None if nothing was kept."""
        kept = self._kept.get(person.id, {}).pop(place, None) if person is not None else None
        if kept is not None:
            self._write()
        return kept

    def drop(self, place: PlaceView, go_on: Callable[[], object]) -> None:
        """Forget what was left on purpose; say so, and let it be taken up again.

        go_on: opens the form on the place.
        """
        person = self._window.person
        kept = self.forget(person, place.id)
        if person is None or kept is None:
            return

        def take_up() -> None:
            if self._window.person == person:
                self._kept.setdefault(person.id, {})[place.id] = kept
                self._write()
                go_on()

        self._window.messages.info(
            _("“{name}” is as it was").format(name=place.name),
            "",
            (_("Go on changing it"), take_up),
        )

    def _own(self) -> dict[bytes, KeptEdit]:
        person = self._window.person
        return self._kept.get(person.id, {}) if person is not None else {}

    def _is_private(self, part: str) -> bool:
        if not part.startswith(FIELD_PREFIX):
            return part == "contact"
        field = self._window.theme.field(part.removeprefix(FIELD_PREFIX))
        return field is None or field.is_private

    def _write(self) -> None:
        """Write them on this device: they outlive the window."""
        device, info = self._window.device, self._window.info
        if info is None:
            return
        project = bytes.fromhex(info.project_id_hex)
        plain = {
            person.hex(): {
                place.hex(): {"mine": dict(kept.mine), "was": dict(kept.was)}
                for place, kept in own.items()
            }
            for person, own in self._kept.items()
            if own
        }
        self._window.tasks.run(lambda: device.set_note(project, EDITS, plain))
