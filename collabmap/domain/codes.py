"""Keys and secrets as letters that people read out, type and scan: codes that notice a slip.

Groups of four letters of base 32 without I, L, O and U.  Every 16 bytes make a block of 28
letters: 26 for the bytes and two spare bits, which say what the code is for, then two check letters
of a Reed-Solomon code over GF(32).  It catches every one or two wrong letters of a block, so every
mistyped letter and every two that changed places, and says where a single one is.

Source: I. S. Reed and G. Solomon, "Polynomial Codes over Certain Finite Fields", 1960; the letters
are D. Crockford's base 32.
"""

from collections.abc import Sequence
from enum import Enum

from collabmap.errors import CodeMistyped, CodeOfAnotherKind, CodeWrong

SECRET_BYTES = 16
GROUP = 4
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MEANT = {"O": "0", "I": "1", "L": "1", "U": "V"}
_IGNORED = frozenset(" \t\r\n\u00a0\u202f-_.\u2010\u2011\u2012\u2013\u2014")
_DATA, _BLOCK = 26, 28


class CodeKind(Enum):
    """What a code is for: the marks of its blocks of 16 bytes."""

    DEVICE = (0, 3)
    INVITATION = (1,)
    RECOVERY = (2,)

    @property
    def letters(self) -> int:
        return _BLOCK * len(self.value)


def write_code(kind: CodeKind, data: bytes) -> str:
    """Return bytes as a code, in groups joined by hyphens.

    data: 32 bytes for a device's public key, 16 for a secret.
    """
    blocks = [data[i : i + SECRET_BYTES] for i in range(0, len(data), SECRET_BYTES)]
    assert len(data) == SECRET_BYTES * len(kind.value), "each kind has its length"
    letters = [
        letter
        for mark, block in zip(kind.value, blocks, strict=True)
        for letter in _with_check(_to_letters(block, mark))
    ]
    text = "".join(_LETTERS[letter] for letter in letters)
    return "-".join(text[i : i + GROUP] for i in range(0, len(text), GROUP))


def read_code(kind: CodeKind, text: str) -> bytes:
    """Return the bytes of a code, however it was typed: case, spaces, O for 0, I or L for 1.

    Raises CodeMistyped (with the group to look at), CodeOfAnotherKind, CodeWrong.
    """
    letters = [_value(letter, place) for place, letter in enumerate(_significant(text))]
    if len(letters) != kind.letters:
        raise CodeWrong(letters=kind.letters)
    data, marks = b"", []
    for start in range(0, len(letters), _BLOCK):
        block = letters[start : start + _BLOCK]
        _check(block, start, kind)
        part, mark = _to_bytes(block[:_DATA])
        data += part
        marks.append(mark)
    if tuple(marks) != kind.value:
        raise CodeOfAnotherKind
    return data


def _significant(text: str) -> list[str]:
    return [letter.upper() for letter in text if letter not in _IGNORED]


def _value(letter: str, place: int) -> int:
    value = _LETTERS.find(_MEANT.get(letter, letter)) if len(letter) == 1 else -1
    if value < 0:
        raise CodeMistyped(group=place // GROUP + 1)
    return value


def _to_letters(block: bytes, mark: int) -> list[int]:
    number = int.from_bytes(block, "big") << 2 | mark
    return [number >> 5 * place & 31 for place in reversed(range(_DATA))]


def _to_bytes(letters: Sequence[int]) -> tuple[bytes, int]:
    number = 0
    for letter in letters:
        number = number << 5 | letter
    return (number >> 2).to_bytes(SECRET_BYTES, "big"), number & 3


# --- the check letters ------------------------------------------------------------------------

# Powers of a generator of GF(32), made of x^5 + x^2 + 1, and their logarithms.
_POWERS = [1]
while len(_POWERS) < 31:
    _POWERS.append(_POWERS[-1] << 1 ^ (0b100101 if _POWERS[-1] & 16 else 0))
_LOG = {power: exponent for exponent, power in enumerate(_POWERS)}


def _times(a: int, b: int) -> int:
    return _POWERS[(_LOG[a] + _LOG[b]) % 31] if a and b else 0


def _over(a: int, b: int) -> int:
    return _POWERS[(_LOG[a] - _LOG[b]) % 31] if a else 0


def _sums(letters: Sequence[int]) -> tuple[int, int]:
    """Return the two sums that are zero for a whole block; the second one weighs by place."""
    plain = weighed = 0
    for place, letter in enumerate(letters):
        plain ^= letter
        weighed ^= _times(letter, _POWERS[place])
    return plain, weighed


def _with_check(letters: list[int]) -> list[int]:
    plain, weighed = _sums(letters)
    last, before = _POWERS[_DATA + 1], _POWERS[_DATA]
    second = _over(weighed ^ _times(plain, before), before ^ last)
    return [*letters, plain ^ second, second]


def _check(block: Sequence[int], start: int, kind: CodeKind) -> None:
    """Refuse a block whose sums are not zero; a single wrong letter shows where it is."""
    plain, weighed = _sums(block)
    if not plain and not weighed:
        return
    if plain and weighed and (place := _LOG[_over(weighed, plain)]) < _BLOCK:
        raise CodeMistyped(group=(start + place) // GROUP + 1)
    raise CodeWrong(letters=kind.letters)
