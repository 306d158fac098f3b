"""Find every English string that a person can meet, wherever the code keeps it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file

KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None, "ngettext": (1, 2)}
ERROR_WORDS = ("message", "hint")


def catalogue_of(package: Path) -> Catalog:
    """Return the words of a package as a catalogue without translations."""
    words = Catalog(project="CollabMap", charset="utf-8")
    for path in sorted(package.rglob("*.py")):
        place = path.relative_to(package.parent).as_posix()
        for _line, text, comments, _context in extract_from_file(
            "python", path, keywords=KEYWORDS, comment_tags=["Words:"], strip_comment_tags=True
        ):
            words.add(text, locations=[(place, 0)], auto_comments=comments)
        for text in words_in_f_strings(path.read_text(encoding="utf-8")):
            words.add(text, locations=[(place, 0)])
    for errors in sorted((package / "errors").glob("*.py")):
        place = errors.relative_to(package.parent).as_posix()
        for text in words_of_errors(errors.read_text(encoding="utf-8")):
            words.add(text, locations=[(place, 0)])
    return words


def words_in_f_strings(source: str) -> Iterator[str | tuple[str, ...]]:
    """Yield what is marked inside f-strings, which Babel takes for plain strings."""
    for outer in ast.walk(ast.parse(source)):
        if not isinstance(outer, ast.JoinedStr):
            continue
        for node in ast.walk(outer):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            texts = [
                argument.value
                for argument in node.args
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            ]
            if node.func.id in KEYWORDS and texts:
                yield texts[0] if len(texts) == 1 else tuple(texts)


def words_of_errors(source: str) -> Iterator[str]:
    """Yield each class-level `message` and `hint`: plain strings, which no keyword marks.

    The lower layers raise them and know nothing of gettext; app/words.py translates them.
    """
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ClassDef):
            continue
        for statement in node.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                    pass
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str(text))):
                    pass
                case _:
                    continue
            if name in ERROR_WORDS:
                yield text
