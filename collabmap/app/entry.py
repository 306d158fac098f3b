"""What people enter, checked before it becomes a change."""

from collabmap.errors import TextTooLong

MAX_NAME = 200
MAX_DESCRIPTION = 10_000
# Of a field of the theme that is one line.
MAX_LINE = 1_000
MAX_CONTACT = 500
MAX_TAG = 60
MAX_COMMENT = 4_000
MAX_REASON = 1_000


def checked_text(text: str, limit: int) -> str:
    """Return text without control characters and outer blanks.  Raises TextTooLong."""
    if len(text) > limit:
        raise TextTooLong(length=len(text), limit=limit)
    kept = (
        c for c in text.replace("\r\n", "\n") if c.isprintable() or c in "\n\t\u202f\u00a0\u200d"
    )
    # A lone surrogate cannot be written as UTF-8.
    return "".join(kept).encode(errors="ignore").decode().strip()


def checked_line(text: str, limit: int) -> str:
    """Return text as `checked_text` does, in one line, as a name is.  Raises TextTooLong."""
    return checked_text(text, limit).replace("\n", " ").replace("\t", " ")
