"""The laws under fresh seeds, for as long as told: how many steps, and what they met.

    python3 packaging/dev.py bench laws [--minutes 30]

Long evenings on real files take turns with the machine that shrinks what it breaks.  The first
law that breaks ends the run with what broke it.  The last line is JSON; nothing is timed.
"""

import argparse
import json
import random
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from laws import test_laws as laws
from laws.checks import check_all, check_any_order
from laws.evening import Town

QUICK_EVENINGS = 2


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args(argv)
    until = time.monotonic() + given.minutes * 60
    steps = examples = broken = 0
    while time.monotonic() < until and not broken:
        seed = random.SystemRandom().randrange(1 << 32)
        try:
            steps += spend_evening(seed)
            if examples % 10 == 9:
                steps += run_machine()
            examples += 1
        except Exception:
            traceback.print_exc(file=sys.stdout)
            print(f"A law broke on the evening of seed {seed}.")
            broken = 1
        if given.quick and examples >= QUICK_EVENINGS:
            break
    met = dict(sorted(laws.MET.items()))
    for case, count in met.items():
        print(f"  {count:8} {case}")
    print(f"{steps} steps on {examples} evenings")
    never = sorted(laws.WANTED - met.keys())
    if never and not given.quick:
        print(f"never met: {', '.join(never)}")
    line = {"bench": "laws", "steps": steps, "examples": examples, "met": met}
    print(json.dumps({**line, "laws_broken": broken}))
    return 1 if broken or (never and not given.quick) else 0


def spend_evening(seed: int) -> int:
    """Let one long evening pass under all laws; return its steps."""
    chance = random.Random(seed)
    town = Town(is_app=chance.random() < 0.6)
    try:
        laws.spend(town, chance, chance.choice([60, 120, 240]))
        check_all(town)
        check_any_order(town, chance)
        return town.steps
    finally:
        laws.tell(town)
        town.close()


def run_machine() -> int:
    """Run some examples of the machine; what breaks it is shrunk and printed."""
    examples = 5
    fresh = settings(laws.TestEvening.settings, max_examples=examples, database=None)
    run_state_machine_as_test(laws.Evening, settings=fresh)  # type: ignore[no-untyped-call]
    return examples * laws.TestEvening.settings.stateful_step_count


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
