"""Law 13: what was redacted is in no file of any laptop once its days are over."""

import zstandard

from collabmap.domain import segment as wire
from collabmap.domain.change import Kind
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.structure import redact_structure

from .checks import check_laptop, check_same
from .evening import Town
from .founding import RESIDENT

# A word that occurs nowhere else, whatever is compressed, folded or split.
WORDS = "Zyxwanderbrunnenqohelethgemurmel"
_EIGHT_DAYS_MS = 8 * 24 * 3600 * 1000


def say_what_will_go(town: Town) -> bytes:
    """Let a resident add a place whose name nobody will want to keep."""
    laptop = town.laptops[RESIDENT]
    subject = laptop.session.add(PlaceDraft(WORDS, "eau", 7.42, 43.73, description=WORDS))
    laptop.remember(town.note(laptop))
    town.subjects.append(subject)
    return subject


def check_forgotten(town: Town, subject: bytes) -> None:
    """Redact the words as a coordinator, wait, and look for them in every byte."""
    speakers = [x for x in town.laptops if x.session.is_coordinator]
    assert speakers, "the founder's laptop decides, unless every copy of it has another key"
    changes = speakers[0].session.project.model.changes(subject)
    (create,) = (c for c in changes if c.kind == Kind.CREATE and c.subject == subject)
    row = (Kind.REDACT, subject, redact_structure([create.id]), None)
    town.raw(speakers[0], [row])
    town.note(speakers[0])
    town.gather()
    for laptop in town.laptops:
        town.reopen(laptop)
        laptop.clock.now_ms += _EIGHT_DAYS_MS
    for laptop in town.laptops:
        town.reopen(laptop)
    town.gather()
    for laptop in town.laptops:
        laptop.forms.clear()
        check_laptop(town, laptop)
        for path in laptop.folder.rglob("*"):
            if path.is_file():
                assert WORDS.encode() not in path.read_bytes(), f"{path.name} still has it"
        rows = laptop.session.project.connection.execute("SELECT data FROM segment")
        for (data,) in rows.fetchall():
            body = zstandard.ZstdDecompressor().decompress(wire.parse(data, verify=False).body)
            assert WORDS.encode() not in body
    check_same(town)
    town.count("forgotten")
