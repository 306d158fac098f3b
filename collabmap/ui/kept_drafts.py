"""New places that people left unfinished, kept on this device until they are saved."""

from typing import TYPE_CHECKING, Any

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

    def resume(self) -> FormValues | None:
        """Let the next form go on with the latest of the person in force; None: there is none."""
        own = self._of_person()
        self._is_own_kept = bool(own)
        return own[-1] if own else None

    def keep(self, values: FormValues) -> None:
        """Keep what the form in use holds."""
        person = self._window.person
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
