"""Names in other scripts, letter by letter in Latin ones: enough to see that two are the same.

No language's own rules: what counts are the consonants, which `skeleton` keeps.  Sources: the
Unicode charts of the Cyrillic, Greek, Arabic and Hebrew blocks.
"""

import re
import unicodedata

_CYRILLIC = (
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў",
    "a b v g d e e j z i i k l m n o p r s t u f h ts ch ch ch . y . e iu ia i i e g u",
)
_GREEK = (
    "αβγδεζηθικλμνξοπρσςτυφχψω",
    "a v g d e z i th i k l m n x o p r s s t y f h ps o",
)
_ARABIC = (
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةآأإؤئءپچژگ",
    "a b t th j h kh d dh r z s sh s d t z . gh f q k l m n h w y a h a a a w y . p ch j g",
)
_HEBREW = (
    "אבגדהוזחטיכךלמםנןסעפףצץקרשת",
    "a b g d h v z h t y k k l m m n n s . p p ts ts k r sh t",
)


def _letters() -> dict[int, str]:
    return {
        ord(letter): "" if latin == "." else latin
        for letters, written in (_CYRILLIC, _GREEK, _ARABIC, _HEBREW)
        for letter, latin in zip(letters, written.split(), strict=True)
    }


_LETTERS = _letters()
# Ayn and hamza of Arabic names in Latin letters stand inside of words, as do their stand-ins.
_INSIDE_WORDS = str.maketrans("", "", "\u2018\u02bb\u02bc\u02bd\u02be\u02bf`\u0640")
# The article of Arabic is written together with its word.
_ARTICLE = re.compile(r"\b\u0627\u0644(?=\w\w)")
_HARD = str.maketrans("cqzw", "kksv")
_SOFT = re.compile(r"[aeiouyhv]+")
_TWICE = re.compile(r"(.)\1+")


def romanised(text: str) -> tuple[str, bool]:
    """Return a text with the letters of other scripts in Latin ones, and whether it had any."""
    if text.isascii():
        return text.replace("`", ""), False
    text = text.translate(_INSIDE_WORDS)
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    latin = _ARTICLE.sub("", plain).translate(_LETTERS)
    return (text, False) if latin == plain else (latin, True)


def skeleton(word: str) -> str:
    """Return the consonants of a folded word, alike ones as one: `barclays` -> `brkls`.

    A word without two of them stays as it is: it says too little without its vowels.
    """
    bare = _SOFT.sub("", word.replace("ph", "f").translate(_HARD))
    bare = _TWICE.sub(r"\1", bare)
    return bare if len(bare) > 1 else word
