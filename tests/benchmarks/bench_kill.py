"""How many of so many kills are survived: 200 in the middle of merge, seal, bundle, kit ...

kills_survived: the project opens, nothing that was said to be saved is lost, no half file lies
under its final name, and going on ends in the same map as an evening that nothing disturbed.
"""

import random
import shutil
import sys
import tempfile
from pathlib import Path

from figures import Figure, report

sys.path.insert(0, str(Path(__file__).parents[1]))

from faults.killing import complaint, kill, prepare, shared_out

KILLS, FEW = 200, 20


def main(argv: list[str]) -> int:
    kills = FEW if "--quick" in argv else KILLS
    survived = 0
    with tempfile.TemporaryDirectory(prefix="collabmap-bench-") as folder:
        evening = prepare(Path(folder))
        for number, act in enumerate(shared_out(kills)):
            town = Path(folder) / "town"
            saved = kill(evening, act, random.Random(number), town)
            wrong = complaint(evening, town, saved)
            survived += not wrong
            if wrong:
                print(f"kill {number}, {act}: {wrong}")
            shutil.rmtree(town)
    return report(
        "kill",
        [
            Figure("kills", kills, "", kills, is_floor=True),
            Figure("kills_survived", survived, "", kills, is_floor=True),
        ],
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
