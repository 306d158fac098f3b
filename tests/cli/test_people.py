"""Roles, invitations and the recovery key, as typed."""

import re
from pathlib import Path

import pytest
from command_line import Run

WHERE = ("--category", "eau", "--at", "7.4214,43.7332")
CODE = re.compile(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]{4}")


@pytest.fixture
def bare(run: Run, project: str) -> str:
    """The file of the map on another computer (home='zoe'), without an invitation."""
    path = "bare.collabmap"
    Path(path).write_bytes(Path(project).read_bytes())
    assert run("person", path, "Zoé", home="zoe").code == 0
    return path


def give(run: Run, source: str, home: str, target: str, to: str) -> None:
    assert run("bundle", source, f"{home}.cmbundle", "--all", home=home).code == 0
    assert run("merge", target, f"{home}.cmbundle", home=to).code == 0


def names(run: Run, path: str, home: str = "jo") -> set[str]:
    return {row["name"] for row in run("list", path, "--json", home=home).json["places"]}


def device(run: Run, path: str, name: str, home: str = "jo") -> dict[str, object]:
    told = run("devices", path, "--json", home=home).json["devices"]
    return next(each for each in told if name in each["people"])


# --- devices and roles ------------------------------------------------------------------------


def test_the_computers_of_a_map_are_listed_as_a_table_and_as_json(
    run: Run, project: str, copy: str
) -> None:
    run("add", copy, "Banc", *WHERE, home="marcel")
    give(run, copy, "marcel", project, "jo")
    said = run("devices", project)
    assert said.code == 0
    first, second = said.out.splitlines()[:2]
    assert "coordinator" in first
    assert "this computer, founder" in first
    assert "resident" in second
    assert "Marcel" in second
    told = run("devices", project, "--json").json
    assert told["here"] in said.out
    assert [each["role"] for each in told["devices"]] == ["coordinator", "resident"]
    assert told["devices"][1]["may_change"] == ["coordinator", "guest"]
    assert told["devices"][1]["code"] in second


def test_a_role_is_given_by_short_code_by_name_and_by_long_code(
    run: Run, project: str, copy: str, bare: str
) -> None:
    run("add", copy, "Banc", *WHERE, home="marcel")
    give(run, copy, "marcel", project, "jo")
    code = str(device(run, project, "Marcel")["code"])
    said = run("grant", project, code.lower().replace("-", ""), "--role", "coordinator")
    assert (said.code, "Marcel" in said.out, "coordinator" in said.out) == (0, True, True)
    assert run("grant", project, "marcel", "--role", "resident").code == 0
    assert device(run, project, "Marcel")["role"] == "resident"
    long_code = run("devices", bare, "--json", home="zoe").json["here"]
    said = run("grant", project, long_code, "--role", "coordinator")
    assert (said.code, "coordinator" in said.out) == (0, True)
    give(run, project, "jo", bare, "zoe")
    assert run("info", bare, "--json", home="zoe").json["role"] == "coordinator"


def test_a_computer_that_is_not_known_or_not_clear_is_refused(
    run: Run, project: str, copy: str
) -> None:
    assert run("revoke", project, "K7Q-492-MR").code == 8
    run("person", copy, "Jo", home="marcel")
    run("add", copy, "Banc", *WHERE, home="marcel")
    give(run, copy, "marcel", project, "jo")
    said = run("revoke", project, "Jo")
    assert said.code == 2
    for each in run("devices", project, "--json").json["devices"]:
        assert each["code"] in said.err
    slip = "2" + run("devices", copy, "--json", home="marcel").json["here"][1:]
    if slip != run("devices", copy, "--json", home="marcel").json["here"]:
        said = run("grant", project, slip, "--role", "resident")
        assert (said.code, "group 1" in said.err) == (2, True)


def test_only_who_may_gives_and_takes_roles(run: Run, project: str, copy: str) -> None:
    run("add", copy, "Banc", *WHERE, home="marcel")
    give(run, copy, "marcel", project, "jo")
    give(run, project, "jo", copy, "marcel")
    assert run("revoke", copy, "Jo", home="marcel").code == 8
    run("grant", project, "Marcel", "--role", "coordinator")
    give(run, project, "jo", copy, "marcel")
    said = run("revoke", copy, "Jo", home="marcel")
    assert said.code == 8
    assert "recovery key" in said.err


def test_a_revoked_computer_is_shut_out_and_admitted_again(
    run: Run, project: str, copy: str
) -> None:
    run("add", copy, "Banc", *WHERE, home="marcel")
    give(run, copy, "marcel", project, "jo")
    said = run("revoke", project, "Marcel")
    assert (said.code, "guest" in said.out) == (0, True)
    assert names(run, project) == {"Marché", "Banc"}
    assert run("revoke", project, "Marcel", "--keep-nothing").code == 0
    assert names(run, project) == {"Marché"}
    give(run, project, "jo", copy, "marcel")
    said = run("add", copy, "Mur", *WHERE, home="marcel")
    assert (said.code, "closed" in said.err) == (8, True)
    assert run("admit", project, "Marcel").code == 0
    assert names(run, project) == {"Marché", "Banc"}


# --- invitations ------------------------------------------------------------------------------


def test_an_invitation_is_read_out_typed_listed_and_closed(
    run: Run, project: str, bare: str
) -> None:
    assert run("add", bare, "Banc", *WHERE, home="zoe").code == 8
    assert "Nobody has been invited" in run("invitations", project).out
    code = CODE.search(run("invite", project).out)
    assert code
    said = run("join", bare, code[0].lower(), home="zoe")
    assert (said.code, "resident" in said.out) == (0, True)
    assert run("add", bare, "Banc", *WHERE, home="zoe").code == 0
    give(run, bare, "zoe", project, "jo")
    assert names(run, project) == {"Marché", "Banc"}
    (told,) = run("invitations", project, "--json").json
    assert (told["code"], told["open"]) == (code[0], True)
    assert [each["people"] for each in told["came"]] == [["Zoé"]]
    assert "Zoé" in run("invitations", project).out
    said = run("close-invitation", project, "1")
    assert (said.code, "1 invitation closed" in said.out) == (0, True)
    assert run("close-invitation", project, "1").code == 8
    assert run("invitations", project, "--json").json[0]["open"] is False


def test_all_invitations_are_closed_at_once_or_one_by_its_code(run: Run, project: str) -> None:
    codes = [run("invite", project, "--json").json["code"] for _ in range(3)]
    assert run("close-invitation", project, codes[1].lower()).code == 0
    told = run("invitations", project, "--json").json
    assert {each["code"]: each["open"] for each in told} == {
        codes[0]: True,
        codes[1]: False,
        codes[2]: True,
    }
    assert "2 invitations closed" in run("close-invitation", project).out


def test_an_invitation_is_drawn_to_be_scanned(run: Run, project: str, bare: str) -> None:
    said = run("invite", project, "--qr")
    drawn = [line for line in said.out.splitlines() if "█" in line]
    assert len(drawn) > 15
    assert len({len(line) for line in drawn}) == 1
    scanned = run("invite", project, "--json").json["scanned"]
    assert run("join", bare, scanned, home="zoe").code == 0


def test_a_code_that_lets_nobody_in_is_refused(run: Run, project: str, bare: str) -> None:
    code = run("invite", project, "--json").json["code"]
    said = run("join", bare, code[:-1], home="zoe")
    assert (said.code, "28" in said.err) == (2, True)
    run("close-invitation", project)
    give(run, project, "jo", bare, "zoe")
    said = run("join", bare, code, home="zoe")
    assert (said.code, "closed" in said.err) == (8, True)


# --- the key on paper -------------------------------------------------------------------------


def test_a_map_is_taken_over_by_the_key_that_new_said(run: Run) -> None:
    said = run("new", "hall", "--person", "Jo")
    code = CODE.search(said.out)
    assert code
    assert "paper" in said.out
    Path("copy.collabmap").write_bytes(Path("hall.collabmap").read_bytes())
    assert run("recover", "copy.collabmap", "0" * 28, home="zoe").code == 2
    said = run("recover", "copy.collabmap", code[0], "--revoke-founder", home="zoe")
    assert said.code == 0, said
    assert "This computer is now: coordinator" in said.out
    roles = {
        each["founder"]: (each["role"], each["revoked"])
        for each in run("devices", "copy.collabmap", "--json", home="zoe").json["devices"]
    }
    assert roles == {True: ("guest", True), False: ("coordinator", False)}


def test_the_key_of_another_map_is_refused(run: Run, project: str) -> None:
    code = CODE.search(run("new", "hall", "--person", "Jo").out)
    assert code
    said = run("recover", project, code[0], home="zoe")
    assert (said.code, "La Condamine" in said.err) == (8, True)


# --- clocks -----------------------------------------------------------------------------------


def test_the_times_of_a_wrong_clock_are_moved(run: Run, project: str, copy: str) -> None:
    run("add", copy, "Banc", *WHERE, home="marcel")
    give(run, copy, "marcel", project, "jo")
    before = run("show", project, "Banc", "--json").json["created"]
    assert run("clock-note", project, "Marcel", "--earlier", "365d 12h").code == 0
    assert device(run, project, "Marcel")["shift_ms"] == -(365 * 24 + 12) * 3600 * 1000
    assert run("show", project, "Banc", "--json").json["created"] < before
    assert "365 days earlier" in run("devices", project).out
    assert run("clock-note", project, "Marcel", "--as-written").code == 0
    assert run("show", project, "Banc", "--json").json["created"] == before


@pytest.mark.parametrize(
    "words",
    [(), ("--earlier", "2h", "--later", "2h"), ("--earlier", "soon"), ("--later", "2h x")],
)
def test_a_time_that_says_nothing_is_refused(
    run: Run, project: str, words: tuple[str, ...]
) -> None:
    assert run("clock-note", project, "Jo", *words).code == 2
