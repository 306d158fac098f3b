"""How long a revocation takes that comes late: after 10,000 changes of the revoked laptop.

s_late_revocation: a coordinator takes a resident's role away and lets nothing stay, on a map of
100,000 places that has those changes: from the role change to the commit, with every place that
they touched settled anew.
"""

import statistics
import sys
import time
from pathlib import Path

import town
from figures import Figure, report
from measuring import scratch

from collabmap.domain.change import Kind
from collabmap.domain.roles import Role
from collabmap.domain.structure import role_structure
from collabmap.store import features
from collabmap.store.ingest import Ingest
from collabmap.store.project import Project

# Enrolling, the person and the turn come before the edits of a resident.
OPENING = 3


def main(argv: list[str]) -> int:
    is_quick = "--quick" in argv
    size, edits, rounds = (500, 60, 1) if is_quick else (100_000, 10_000 - OPENING, 3)
    with scratch() as folder:
        bundles = town.write_bundles(town.town(size), folder / "bundles", edits, size, 1)
        seconds = []
        for _ in range(rounds):
            path = town.copy_of(town.town(size), folder / "ours")
            assert town.merge_file(path, bundles) == edits + OPENING
            seconds.append(revocation_s(path))
    return report("late", [Figure("s_late_revocation", statistics.median(seconds), "s", 3.0)])


def revocation_s(path: Path) -> float:
    """Return the seconds that taking the resident's role away took, with nothing that stays."""
    project = Project.open(path)
    try:
        rid = town.rid_of(town.resident_key(0))
        before = features.counts(project.connection)
        with project.writing():
            ingest = Ingest(project, town.FOUNDER, town.rid_of(town.FOUNDER))
        structure = role_structure(rid, Role.GUEST, [], [])
        begun = time.perf_counter()
        with project.writing():
            ingest.write([(Kind.ROLE, rid, structure, None)])
        seconds = time.perf_counter() - begun
        after = features.counts(project.connection)
        assert project.model.roles.get(rid, Role.GUEST) == Role.GUEST
        assert before.pending, "the resident's work waited for a coordinator"
        assert not after.pending, "nothing of a revoked resident is left to decide"
        assert after.published == before.published, "what the founder published stays"
    finally:
        project.close()
    return seconds


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
