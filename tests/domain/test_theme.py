"""What a theme asks, and when."""

from collabmap.domain.theme import Condition, Field, asked


def yes_no(key: str, above: str = "", *values: object) -> Field:
    return Field(key, "yes_no", key, key, only_if=Condition(above, values) if above else None)


def test_a_field_is_asked_while_all_that_it_hangs_on_holds() -> None:
    fields = (yes_no("bench", "seats", True), yes_no("seats", "open", True), yes_no("open"))
    assert asked(fields, {"open": True, "seats": True}) == fields
    assert asked(fields, {"open": False, "seats": True}) == fields[2:]
    assert asked(fields, {"open": True, "seats": None}) == fields[1:]


def test_what_hangs_on_itself_or_on_nothing_known_is_never_asked() -> None:
    ring = (yes_no("a", "b", True), yes_no("b", "c", True), yes_no("c", "b", True))
    alone = (yes_no("x", "x", True), yes_no("y", "nowhere", True))
    assert asked((*ring, *alone), dict.fromkeys("abcxy", True)) == ()


def test_thousands_may_hang_on_one_another() -> None:
    fields = tuple(yes_no(f"f{n}", f"f{n - 1}" if n else "", True) for n in range(5_000))
    assert asked(fields, {field.id: True for field in fields}) == fields
    assert asked(fields, {"f0": True}) == fields[:2]
