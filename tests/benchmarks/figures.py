"""How a benchmark says what it found: sentences for people, then one line of JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value and the bound that it must not pass.

    is_floor: the value must be at least the target, instead of at most.
    """

    name: str
    value: float
    unit: str
    target: float
    is_floor: bool = False

    @property
    def is_ok(self) -> bool:
        return self.value >= self.target if self.is_floor else self.value <= self.target


def report(bench: str, figures: list[Figure], beside: Mapping[str, float] | None = None) -> int:
    """Print the figures; return the exit code: 0 if each keeps to its target.

    beside: other values worth knowing, without a target; seconds in *_s, megabytes in *_mb.
    """
    for each in figures:
        bound = "at least" if each.is_floor else "at most"
        verdict = "ok" if each.is_ok else "MISSED"
        value, target = f"{each.value:.3g} {each.unit}", f"{each.target:.3g} {each.unit}"
        print(f"{each.name}: {value} ({bound} {target}: {verdict})")
    found = {
        each.name: {
            "value": round(each.value, 4),
            "unit": each.unit,
            "target": each.target,
            "ok": each.is_ok,
        }
        for each in figures
    }
    line: dict[str, object] = {"bench": bench, "figures": found}
    if beside:
        line["beside"] = {name: round(value, 4) for name, value in beside.items()}
    print(json.dumps(line))
    return 0 if all(each.is_ok for each in figures) else 1
