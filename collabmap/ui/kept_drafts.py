"""New places that people left unfinished, kept on this device until they are saved."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from collabmap.domain.theme import Theme
from collabmap.ui.panels.form_values import FormValues

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# The note about a project under which this device keeps what was left unfinished.
DRAFTS = "drafts"


class KeptDrafts:
    """Of each person, the latest last.  The form in use has one of its own, or none yet."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._kept: dict[bytes, list[FormValues]] = {}
        self._is_own_kept = False
        # What is private in the draft that the form goes on with, in event mode: see `resume`.
        self._withheld: FormValues | None = None

    def take(self, plain: dict[str, Any]) -> None:
        """Take what this device kept of a project, also before a person could have several."""
        self._is_own_kept = False
        self._kept = {
            bytes.fromhex(person): [
                FormValues.from_plain(each) for each in (kept if isinstance(kept, list) else [kept])
            ]
            for person, kept in plain.items()
        }

    def begin(self) -> None:
        """Let the next form have a draft of its own, beside those that are there."""
        self._is_own_kept = False
        self._withheld = None

    def resume(self) -> FormValues | None:
        """Let the next form go on with the latest of the person in force; None: there is none.

        In event mode without what is private in it: a name is all that tells people apart there.
        It comes back with what is kept or saved.
        """
        own, self._withheld = self._of_person(), None
        self._is_own_kept = bool(own)
        if not own:
            return None
        if not self._window.event_mode.is_on:
            return own[-1]
        shown, self._withheld = apart(own[-1], self._window.theme)
        return shown

    def latest(self) -> FormValues | None:
        """Return what the person in force left unfinished last, to be offered."""
        own = self._of_person()
        return own[-1] if own else None

    def whole(self, values: FormValues) -> FormValues:
        """Return what a form holds, with what was withheld from it and not written anew."""
        hidden = self._withheld
        if hidden is None:
            return values
        written = {name: value for name, value in values.fields.items() if value is not None}
        contact = values.contact or hidden.contact
        return replace(values, contact=contact, fields={**hidden.fields, **written})

    def keep(self, values: FormValues) -> None:
        """Keep what the form in use holds."""
        person = self._window.person
        values = self.whole(values)
        if person is None or values.is_empty:
            return
        own = self._kept.setdefault(person.id, [])
        if self._is_own_kept and own:
            own[-1] = values
        else:
            own.append(values)
        self._is_own_kept = True
        self._write()

    def forget(self) -> None:
        """Forget the draft of the form in use: it is saved, or not wanted."""
        own = self._of_person()
        if self._is_own_kept and own:
            own.pop()
            self._write()
        self._is_own_kept = False
        self._withheld = None

    def forget_saved(self, values: FormValues) -> None:
        """Forget what was saved after its form had been left."""
        for own in self._kept.values():
            if values in own:
                own.remove(values)
                self._write()

    def _of_person(self) -> list[FormValues]:
        person = self._window.person
        return self._kept.get(person.id, []) if person is not None else []

    def _write(self) -> None:
        """Write them on this device: they outlive the window."""
        device, info = self._window.device, self._window.info
        if info is None:
            return
        project = bytes.fromhex(info.project_id_hex)
        plain = {p.hex(): [values.to_plain() for values in own] for p, own in self._kept.items()}
        self._window.tasks.run(lambda: device.set_note(project, DRAFTS, plain))


def apart(values: FormValues, theme: Theme) -> tuple[FormValues, FormValues]:
    """Return a draft without what is private in it, and that alone."""
    asked = {name: theme.field(name) for name in values.fields}
    private = {name for name, field in asked.items() if field is None or field.is_private}
    shown = {name: value for name, value in values.fields.items() if name not in private}
    hidden = {name: value for name, value in values.fields.items() if name in private}
    return replace(values, contact="", fields=shown), FormValues(
        contact=values.contact, fields=hidden
    )
