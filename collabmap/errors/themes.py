"""The errors of themes, of the values of their fields, and of readings."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from collabmap.errors.tree import InputInvalid


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a theme.

    code: a word for scripts, with its sentence in app/theme_words.py, which `details` fill.
    where: what it is about and its key, outermost first: (('field', 'capacity'), ('option', 'a')).
    """

    code: str
    where: tuple[tuple[str, str], ...] = ()
    details: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        place = ", ".join(f"{kind} {key}" for kind, key in self.where)
        found = ", ".join(f"{name}: {value}" for name, value in self.details.items())
        return f"{place or 'file'}: {self.code}" + (f" ({found})" if found else "")


class Problems(tuple[Problem, ...]):
    """All that is wrong, in the order of the file; as text a line each."""

    def __str__(self) -> str:
        return "\n".join(map(str, self))


class ThemeInvalid(InputInvalid):
    """name: of the file.  problems: Problems, all of them."""

    code = "theme-invalid"
    message = "“{name}” cannot be used as a theme."
    hint = "{problems}\nNothing was changed. Put this right in the file, then take it in again."

    @property
    def problems(self) -> Problems:
        """Return all that is wrong."""
        found = self.details["problems"]
        assert isinstance(found, Problems)
        return found


class ThemeUnreadable(InputInvalid):
    code = "theme-unreadable"
    message = "“{name}” is not a theme file."
    hint = "Choose a file that CollabMap has written: JSON, at most one megabyte."


class ThemeTooNew(InputInvalid):
    code = "theme-too-new"
    message = "“{name}” was written by a newer CollabMap (version {version} of the format)."
    hint = "Install a newer CollabMap, or ask for a file in version {ours} of the format."


class ThemeUnknown(InputInvalid):
    code = "theme-unknown"
    message = "There is no theme “{value}”."
    hint = "Choose one of these, or the file of a theme: {names}."


class FieldUnknown(InputInvalid):
    code = "field-unknown"
    message = "This map does not ask for “{value}”."
    hint = "Choose a field of its theme, or take in the latest changes of the map first."


class ValueInvalid(InputInvalid):
    """field: id of the field; label: the Field itself, which people read by its name.

    values.py has an error for each reason that can be told.
    """

    code = "value-invalid"
    message = "“{value}” cannot be kept as “{label}”."
    hint = "Look at what is asked for there and write it again. Nothing was changed."
