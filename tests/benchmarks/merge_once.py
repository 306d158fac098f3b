"""One merge in a process of its own, for the benchmarks: merge_once.py NAME MAP FOLDER.

NAME: ours, app, pycrdt or loro.  MAP: the project or document to merge into.  FOLDER: what came.
The last line is the cost.

ours: opened, merged and closed.  app: what somebody at the window waits for, the map being open:
all in one transaction, with the report that says who added, changed and marked what.
"""

import sys
from pathlib import Path

from measuring import cost_of, tell_cost


def main(argv: list[str]) -> int:
    name, into, folder = argv[0], Path(argv[1]), Path(argv[2])
    if name in ("ours", "app"):
        import town

        bundles = sorted(folder.glob("*.cmbundle"))
        assert bundles
        if name == "ours":
            tell_cost(cost_of(lambda: town.merge_file(into, bundles)))
        else:
            with town.window_on(into) as session:
                tell_cost(cost_of(lambda: session.merge(bundles)))
    else:
        # Imported here: our own process must not carry the peers, nor they us.
        import peers

        updates = sorted(folder.glob("*.update"))
        assert updates
        tell_cost(cost_of(lambda: peers.merge(name, into, updates)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
