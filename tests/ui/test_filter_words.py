"""What a filter says, in words, and which choices it offers."""

from collabmap.domain.theme import Category, Theme
from collabmap.ui.filter_words import strange_categories

THEME = Theme("town", (Category("eau", "Eau", "Water", "water", "#3B7DD8", "disc", "place"),))


def test_of_categories_without_end_the_most_frequent_and_the_chosen_are_offered() -> None:
    counts = {f"c{number:04}": number for number in range(5000)} | {"eau": 10_000}
    offered = strange_categories(THEME, counts, {"c0007"})
    assert len(offered) == 20
    assert offered[0] == "c0007"
    assert offered[1:] == [f"c{number}" for number in range(4981, 5000)]
    assert strange_categories(THEME, {"eau": 3, "loft": 0, "parc": 1}) == ["parc"]
