"""What differs between two texts, and that nothing of either gets lost."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.review.word_diff import Piece, diff_from_all, word_diff

words = st.lists(st.sampled_from(["mar.", "14 h", "17 h", " ", ",", "rue", "é", "–", "\n"])).map(
    "".join
)


def changed(pieces: tuple[Piece, ...]) -> list[str]:
    return [piece.text for piece in pieces if piece.is_changed]


@given(words | st.text(), words | st.text())
def test_the_pieces_of_each_side_are_that_text(old: str, new: str) -> None:
    before, after = word_diff(old, new)
    assert "".join(piece.text for piece in before) == old
    assert "".join(piece.text for piece in after) == new


@given(words | st.text(min_size=1))
def test_equal_texts_have_nothing_marked(text: str) -> None:
    before, after = word_diff(text, text)
    assert changed(before) == changed(after) == []


@given(words, words)
def test_neighbouring_pieces_differ_in_their_marking(old: str, new: str) -> None:
    for pieces in word_diff(old, new):
        for left, right in pairwise(pieces):
            assert left.is_changed != right.is_changed


def test_only_the_word_that_changed_is_marked() -> None:
    before, after = word_diff("mar. et jeu., 14 h–17 h", "mar. et jeu., 15 h–17 h")
    assert changed(before) == ["14"]
    assert changed(after) == ["15"]


def test_two_changed_words_in_a_row_are_one_mark() -> None:
    _before, after = word_diff(
        "Ouvert en août, tous les jours", "Ouvert en mai seul, tous les jours"
    )
    assert changed(after) == ["mai seul"]


@pytest.mark.parametrize(
    ("old", "new"), [("", "93 10 22 40"), ("Rue Grimaldi", "Le port, au fond")]
)
def test_texts_with_little_in_common_are_marked_whole(old: str, new: str) -> None:
    before, after = word_diff(old, new)
    assert changed(before) == ([old] if old else [])
    assert changed(after) == [new]


def test_of_three_texts_each_is_marked_where_another_differs() -> None:
    texts = ["mar.–sam., 10 h", "mar.–sam., 9 h", "mar.–ven., 9 h"]
    marks = [
        changed(diff_from_all(text, [other for other in texts if other != text])) for text in texts
    ]
    assert marks == [["sam", "10"], ["sam", "9"], ["ven", "9"]]


@given(words | st.text(), st.lists(words | st.text(), max_size=3))
def test_a_text_beside_several_loses_nothing(text: str, others: list[str]) -> None:
    pieces = diff_from_all(text, others)
    assert "".join(piece.text for piece in pieces) == text
    assert all(left.is_changed != right.is_changed for left, right in pairwise(pieces))
