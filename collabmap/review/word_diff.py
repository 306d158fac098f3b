"""What differs between two texts, word by word."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import NamedTuple

# A run of letters and digits, or a run of blanks, or one sign: "14 h–17 h" has seven parts.
_PARTS = re.compile(r"\w+|\s+|[^\w\s]")
# Under this share of common letters two texts are two texts, not one with changes.
_MIN_SHARE = 0.25


class Piece(NamedTuple):
    """A run of text.  is_changed: it is not in the other text."""

    text: str
    is_changed: bool


def word_diff(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return both texts as pieces; joined, each side's pieces are that side's text.

    Two texts with nothing much in common come back as one changed piece each: a confetti of
    marked letters says less than "all of it".
    """
    before, after = _PARTS.findall(old), _PARTS.findall(new)
    matcher = SequenceMatcher(None, before, after)
    kept = "".join(
        "".join(before[block.a : block.a + block.size]) for block in matcher.get_matching_blocks()
    )
    if 2 * _letters(kept) < _MIN_SHARE * (_letters(old) + _letters(new)):
        return _whole(old), _whole(new)
    left: list[Piece] = []
    right: list[Piece] = []
    for word, a, b, c, d in matcher.get_opcodes():
        is_changed = word != "equal"
        _add(left, "".join(before[a:b]), is_changed)
        _add(right, "".join(after[c:d]), is_changed)
    return _bridged(left), _bridged(right)


def diff_from_all(text: str, others: Sequence[str]) -> tuple[Piece, ...]:
    """Return a text as pieces, of which those are changed that any of the others lacks."""
    is_changed = [False] * len(text)
    for other in others:
        at = 0
        for piece in word_diff(other, text)[1]:
            if piece.is_changed:
                is_changed[at : at + len(piece.text)] = [True] * len(piece.text)
            at += len(piece.text)
    runs = groupby(zip(text, is_changed, strict=True), key=lambda pair: pair[1])
    return tuple(Piece("".join(letter for letter, _ in run), key) for key, run in runs)


def _letters(text: str) -> int:
    return len("".join(text.split()))


def _whole(text: str) -> tuple[Piece, ...]:
    return (Piece(text, True),) if text else ()


def _add(pieces: list[Piece], text: str, is_changed: bool) -> None:
    if text:
        pieces.append(Piece(text, is_changed))


def _bridged(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Return the pieces with a blank between two changed ones marked too, neighbours joined."""
    joined: list[Piece] = []
    for at, piece in enumerate(pieces):
        is_changed = piece.is_changed or (
            piece.text.isspace()
            and 0 < at < len(pieces) - 1
            and pieces[at - 1].is_changed
            and pieces[at + 1].is_changed
        )
        if joined and joined[-1].is_changed == is_changed:
            joined[-1] = Piece(joined[-1].text + piece.text, is_changed)
        else:
            joined.append(Piece(piece.text, is_changed))
    return tuple(joined)
