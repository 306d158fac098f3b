"""What can be wrong with a copy that was made to be handed out, found by trying it."""

from collabmap.errors.tree import CollabMapError


class KitIncomplete(CollabMapError):
    """found, expected: numbers of places."""

    code, exit_code = "kit-incomplete", 7
    message = "“{name}” opens with {found} places, but the map has {expected}."
    hint = "Make the copy again. If it is the same, check the map under “Decisions and figures”."


class KitOfAnotherTheme(CollabMapError):
    code, exit_code = "kit-of-another-theme", 7
    message = "The categories in “{name}” are not those of the map now."
    hint = "They were changed after the copy was made: make it again."


class KitMapUnreadable(CollabMapError):
    """title: of the base map."""

    code, exit_code = "kit-map-unreadable", 7
    message = "The base map “{title}” cannot be read in “{name}”."
    hint = "Check the base map of this computer, then make the copy again."


class KitCannotSend(CollabMapError):
    code, exit_code = "kit-cannot-send", 7
    message = "What is added with “{name}” would not be taken in here."
    hint = "Its invitation is closed or is another map's: make the copy again with a new one."


class KitTooLargeForSticks(CollabMapError):
    """size: bytes."""

    code, exit_code = "kit-too-large-for-sticks", 7
    message = "“{name}” is too large for most USB sticks, which hold files of 4 GB at most."
    hint = "Make the copy again without the largest base map, or use a stick formatted as exFAT."


class CopyDiffers(CollabMapError):
    code, exit_code = "copy-differs", 5
    message = "What was read back of “{name}” is not what was written."
    hint = "The stick may be worn out: copy it again, or to another one."
