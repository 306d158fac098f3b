"""How many bundles with one wrong bit are accepted: of 5,000, none may be.

flips_accepted: of so many flips, those after which something was taken from the bundle that its
author had not signed, or after which it passed for what its sender had said.
"""

import random
import sys
import tempfile
from pathlib import Path

from figures import Figure, report

sys.path.insert(0, str(Path(__file__).parents[1]))

from faults.flipping import fill, flipped, is_accepted, read

from collabmap.app.session import Session
from collabmap.store.device import Device
from collabmap.sync.bundle import read_bundle

FLIPS, FEW = 5000, 500


def main(argv: list[str]) -> int:
    flips = FEW if "--quick" in argv else FLIPS
    with tempfile.TemporaryDirectory(prefix="collabmap-bench-") as folder:
        device = Device(Path(folder) / "device")
        session = Session.create(Path(folder) / "town", device, "Ville", "Camille")
        session.project.connection.execute("PRAGMA synchronous = OFF")
        fill(session)
        bundle = session.give_back(Path(folder) / "all").path
        whole = read_bundle(bundle, session.project.id)
        accepted = sum(
            is_accepted(read(path, session.project.id), whole)
            for path in flipped(bundle, random.Random(1), flips)
        )
        session.close()
        device.close()
    return report(
        "flips",
        [
            Figure("flips", flips, "", flips, is_floor=True),
            Figure("flips_accepted", accepted, "", 0),
        ],
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
