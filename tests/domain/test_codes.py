"""Codes that people type: whole they come back, and a slip never passes for another key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.codes import CodeKind, read_code, write_code
from collabmap.errors import CodeMistyped, CodeOfAnotherKind, CodeWrong

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@st.composite
def codes(draw: st.DrawFn) -> tuple[CodeKind, bytes, str]:
    kind = draw(st.sampled_from(CodeKind))
    size = 16 * len(kind.value)
    data = draw(st.binary(min_size=size, max_size=size))
    return kind, data, write_code(kind, data)


def group_of(code: str, position: int) -> int:
    return code[:position].count("-") + 1


def positions(code: str) -> list[int]:
    return [i for i, letter in enumerate(code) if letter != "-"]


@given(codes())
def test_a_code_that_was_written_is_read_back(coded: tuple[CodeKind, bytes, str]) -> None:
    kind, data, code = coded
    assert read_code(kind, code) == data
    assert all(len(group) == 4 for group in code.split("-"))
    assert set(code) <= set(LETTERS + "-")


@given(codes(), st.data())
def test_a_code_may_be_typed_in_many_ways(
    coded: tuple[CodeKind, bytes, str], data: st.DataObject
) -> None:
    kind, meant, code = coded
    alike = {"0": "0Oo", "1": "1IiLl", "V": "VvUu"}
    typed = "".join(
        data.draw(st.sampled_from(alike.get(letter, letter + letter.lower())))
        if letter != "-"
        else data.draw(st.sampled_from(["", " ", "-", "\n", "–", "\u202f"]))
        for letter in code
    )
    assert read_code(kind, f" {typed} ") == meant


@given(codes(), st.data())
def test_every_mistyped_letter_is_found_in_its_group(
    coded: tuple[CodeKind, bytes, str], data: st.DataObject
) -> None:
    kind, _, code = coded
    place = data.draw(st.sampled_from(positions(code)))
    other = data.draw(st.sampled_from([letter for letter in LETTERS if letter != code[place]]))
    with pytest.raises(CodeMistyped) as caught:
        read_code(kind, code[:place] + other + code[place + 1 :])
    assert caught.value.details["group"] == group_of(code, place)


@given(codes(), st.data())
def test_two_letters_that_changed_places_are_noticed(
    coded: tuple[CodeKind, bytes, str], data: st.DataObject
) -> None:
    kind, _, code = coded
    one, other = sorted(
        data.draw(st.lists(st.sampled_from(positions(code)), min_size=2, max_size=2, unique=True))
    )
    if code[one] == code[other]:
        return
    swapped = list(code)
    swapped[one], swapped[other] = code[other], code[one]
    with pytest.raises(CodeWrong):
        read_code(kind, "".join(swapped))


@given(codes(), st.data())
def test_any_two_wrong_letters_of_a_block_are_noticed(
    coded: tuple[CodeKind, bytes, str], data: st.DataObject
) -> None:
    kind, _, code = coded
    chosen = data.draw(
        st.lists(st.sampled_from(positions(code)[:28]), min_size=2, max_size=2, unique=True)
    )
    wrong = list(code)
    for place in chosen:
        wrong[place] = data.draw(st.sampled_from([x for x in LETTERS if x != code[place]]))
    with pytest.raises(CodeWrong):
        read_code(kind, "".join(wrong))


@given(codes(), st.data())
def test_a_letter_too_few_or_too_many_is_noticed(
    coded: tuple[CodeKind, bytes, str], data: st.DataObject
) -> None:
    kind, _, code = coded
    place = data.draw(st.sampled_from(positions(code)))
    for typed in (code[:place] + code[place + 1 :], code[:place] + code[place] + code[place:]):
        with pytest.raises(CodeWrong) as caught:
            read_code(kind, typed)
        assert caught.value.details["letters"] == len(positions(code))


@given(codes(), st.sampled_from("?*äß№½!\u0130"), st.data())
def test_what_is_no_letter_is_found_in_its_group(
    coded: tuple[CodeKind, bytes, str], letter: str, data: st.DataObject
) -> None:
    kind, _, code = coded
    place = data.draw(st.sampled_from(positions(code)))
    with pytest.raises(CodeMistyped) as caught:
        read_code(kind, code[:place] + letter + code[place + 1 :])
    assert caught.value.details["group"] == group_of(code, place)


@given(st.binary(min_size=16, max_size=16))
def test_a_code_for_one_thing_is_not_taken_for_another(secret: bytes) -> None:
    invitation = write_code(CodeKind.INVITATION, secret)
    recovery = write_code(CodeKind.RECOVERY, secret)
    assert invitation != recovery
    with pytest.raises(CodeOfAnotherKind):
        read_code(CodeKind.RECOVERY, invitation)
    with pytest.raises(CodeOfAnotherKind):
        read_code(CodeKind.INVITATION, recovery)
    with pytest.raises(CodeOfAnotherKind):
        read_code(CodeKind.DEVICE, f"{invitation}-{recovery}")


@given(st.text(max_size=80), st.sampled_from(CodeKind))
def test_any_text_is_read_or_refused_in_words(text: str, kind: CodeKind) -> None:
    try:
        data = read_code(kind, text)
    except CodeWrong:
        return
    assert read_code(kind, write_code(kind, data)) == data


def test_the_form_of_a_code_never_changes() -> None:
    # Codes are written on paper and outlive the program that made them.
    written = write_code(CodeKind.RECOVERY, bytes(range(16)))
    assert written == "000G-40R4-0M30-E209-185G-R38E-1YXS"
