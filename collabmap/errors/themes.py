"""The errors of themes, of the values of their fields, and of readings."""

from collabmap.errors.tree import InputInvalid


class FieldUnknown(InputInvalid):
    code = "field-unknown"
    message = "This map does not ask for “{value}”."
    hint = "Choose a field of its theme, or take in the latest changes of the map first."


class ValueInvalid(InputInvalid):
    """field: id of the field, label: its name for people; why: a word for scripts."""

    code = "value-invalid"
    message = "“{value}” cannot be kept as “{label}”."
    hint = "Look at what is asked for there and write it again. Nothing was changed."
