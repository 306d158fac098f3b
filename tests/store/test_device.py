"""The key of a device: made once, whole, and never replaced in silence; a copy takes another."""

import os
import shutil
import stat
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.errors import ProjectDamaged
from collabmap.store import keyring, machine
from collabmap.store.device import Device, PersonHere
from collabmap.store.machine import Fingerprint

CARD, OTHER_CARD = bytes.fromhex("3c5282aabb01"), bytes.fromhex("3c5282aabb02")
HERE = machine.fingerprint("1" * 32, [CARD])
ELSEWHERE = machine.fingerprint("1" * 32, [OTHER_CARD])
PROJECT = bytes(16)

_START = """
import sys
from pathlib import Path
from collabmap.store.device import Device
sys.stdin.readline()
print(Device(Path(sys.argv[1])).rid.hex())
"""


def test_programs_that_start_together_for_the_first_time_have_one_key(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _START, str(tmp_path / "home")]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    keys = {process.communicate()[0] for process in started}
    assert len(keys) == 1
    assert keys != {""}
    names = {path.name for path in (tmp_path / "home").iterdir()}
    assert names <= {"device.key", "device.sqlite", "device.sqlite-wal", "device.sqlite-shm"}


@pytest.mark.parametrize("content", [b"", b"no key\n", b"\xff\xfe", b"00" * 31])
def test_a_broken_key_is_told_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "device.key").write_bytes(content)
    with pytest.raises(ProjectDamaged):
        Device(tmp_path)
    assert (tmp_path / "device.key").read_bytes() == content


def known(folder: Path, seen: Fingerprint) -> Device:
    """Return a device on a machine, where somebody has used a project."""
    device = Device(folder, lambda: seen)
    device.keep_person(PROJECT, PersonHere(b"p" * 16, "Camille", False), 0)
    return device


def cloned(device: Device, folder: Path) -> Path:
    device.close()
    return Path(shutil.copytree(device.folder, folder))


def test_a_copied_device_takes_a_new_key_before_anything_is_written(tmp_path: Path) -> None:
    device = known(tmp_path / "one", HERE)
    device.push_undo(PROJECT, b"p" * 16, {"deeds": [3]})
    clone = Device(cloned(device, tmp_path / "two"), lambda: ELSEWHERE)
    assert clone.rid != device.rid
    assert clone.signing_key(PROJECT).public == clone.key.public
    assert clone.former(PROJECT) == {device.rid}
    assert [key.seed for key in clone.owed(PROJECT)] == [device.key.seed]
    # Its entries name changes by their numbers in the log of the other key.
    assert clone.last_deed("undo", PROJECT, b"p" * 16) is None
    clone.settle(PROJECT, device.key.public)
    assert (clone.owed(PROJECT), clone.former(PROJECT)) == ([], {device.rid})


def test_a_copied_device_has_no_past_in_projects_it_never_met(tmp_path: Path) -> None:
    device = known(tmp_path / "one", HERE)
    clone = Device(cloned(device, tmp_path / "two"), lambda: ELSEWHERE)
    assert clone.former(b"other project 16") == frozenset()
    assert clone.owed(b"other project 16") == []


def test_a_copied_device_takes_its_new_key_once(tmp_path: Path) -> None:
    folder = cloned(known(tmp_path / "one", HERE), tmp_path / "two")
    first = Device(folder, lambda: ELSEWHERE)
    again = Device(folder, lambda: ELSEWHERE)
    assert again.rid == first.rid
    third = Device(cloned(first, tmp_path / "three"), lambda: HERE)
    assert len(third.former(PROJECT)) == 2
    assert len(third.owed(PROJECT)) == 2


def test_the_original_keeps_its_key(tmp_path: Path) -> None:
    device = known(tmp_path / "one", HERE)
    Device(cloned(device, tmp_path / "two"), lambda: ELSEWHERE)
    assert Device(tmp_path / "one", lambda: HERE).rid == device.rid


def test_the_keys_that_projects_got_are_given_up_in_a_copy_too(tmp_path: Path) -> None:
    device = known(tmp_path / "one", HERE)
    device.rekey(PROJECT)
    given = device.signing_key(PROJECT)
    assert given.public != device.key.public
    assert device.former(PROJECT) == {device.rid}
    clone = Device(cloned(device, tmp_path / "two"), lambda: ELSEWHERE)
    assert clone.signing_key(PROJECT).public == clone.key.public
    assert {key.public for key in clone.owed(PROJECT)} == {device.key.public, given.public}


def test_a_project_that_takes_a_new_key_twice_remembers_both(tmp_path: Path) -> None:
    device = Device(tmp_path)
    device.rekey(PROJECT)
    first = device.signing_key(PROJECT)
    device.rekey(PROJECT)
    assert {key.public for key in device.owed(PROJECT)} == {device.key.public, first.public}
    assert Device(tmp_path).signing_key(PROJECT).public not in (device.key.public, first.public)
    assert device.signing_key(b"other project 16").public == device.key.public


@pytest.mark.skipif(os.name == "nt", reason="who may read a file is told otherwise there")
def test_keys_and_fingerprint_are_for_their_owner_only(tmp_path: Path) -> None:
    device = Device(cloned(known(tmp_path / "one", HERE), tmp_path / "two"), lambda: ELSEWHERE)
    device.rekey(PROJECT)
    device.rekey(PROJECT)
    files = [path for path in device.folder.iterdir() if ".sqlite" not in path.name]
    assert {path.name for path in files} >= {"device.machine", "device.key.former-1"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


@pytest.mark.parametrize("stop", ["before the key", "after the key"])
def test_a_power_cut_while_a_copy_takes_its_key_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: str
) -> None:
    device = known(tmp_path / "one", HERE)
    folder = cloned(device, tmp_path / "two")
    name = "device.key" if stop == "before the key" else "device.machine"
    whole = keyring.replace

    def cut(path: Path, text: str) -> None:
        if path.name == name:
            raise KeyboardInterrupt
        whole(path, text)

    with monkeypatch.context() as patched:
        patched.setattr(keyring, "replace", cut)
        with pytest.raises(KeyboardInterrupt):
            Device(folder, lambda: ELSEWHERE)
    clone = Device(folder, lambda: ELSEWHERE)
    assert clone.rid != device.rid
    assert device.rid in clone.former(PROJECT)
    assert device.key.public in {key.public for key in clone.owed(PROJECT)}
    assert Device(folder, lambda: ELSEWHERE).rid == clone.rid


def test_programs_that_start_together_in_a_copy_have_one_key(tmp_path: Path) -> None:
    folder = cloned(known(tmp_path / "one", HERE), tmp_path / "two")
    start = """
import sys
from pathlib import Path
from collabmap.store import machine
from collabmap.store.device import Device
seen = machine.fingerprint("1" * 32, [bytes.fromhex("3c5282aabb02")])
sys.stdin.readline()
print(Device(Path(sys.argv[1]), lambda: seen).rid.hex())
"""
    command = [sys.executable, "-c", start, str(folder)]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert len({process.communicate()[0] for process in started} - {""}) == 1
    assert all(process.returncode == 0 for process in started)


# --- which machines are the same --------------------------------------------------------------

hashes = st.binary(min_size=1, max_size=2)
fingerprints = st.builds(Fingerprint, hashes | st.just(b""), st.frozensets(hashes, max_size=3))


@given(fingerprints, fingerprints)
def test_only_what_certainly_differs_is_foreign(one: Fingerprint, other: Fingerprint) -> None:
    assert one.is_foreign_to(other) == other.is_foreign_to(one)
    assert not one.is_foreign_to(one)
    assert not one.is_foreign_to(Fingerprint(b"", frozenset()))
    if one.addresses & other.addresses:
        assert not one.is_foreign_to(other)
    if one.is_foreign_to(other):
        assert one.machine != other.machine or not one.addresses & other.addresses


@pytest.mark.parametrize(
    ("seen", "is_foreign"),
    [
        (machine.fingerprint("1" * 32, [OTHER_CARD]), True),  # imaged: the identity came along
        (machine.fingerprint("2" * 32, []), True),
        (machine.fingerprint("2" * 32, [CARD]), False),  # the system was installed anew
        (machine.fingerprint("1" * 32, [CARD, OTHER_CARD]), False),  # one more card
        (machine.fingerprint("1" * 32, []), False),  # all cards switched off
        (machine.fingerprint("", []), False),
    ],
)
def test_a_new_card_or_system_is_no_new_machine(seen: Fingerprint, is_foreign: bool) -> None:
    assert seen.is_foreign_to(HERE) == is_foreign


def test_a_machine_is_known_by_every_card_it_ever_had(tmp_path: Path) -> None:
    both = machine.fingerprint("1" * 32, [CARD, OTHER_CARD])
    rid = Device(tmp_path, lambda: HERE).rid
    assert Device(tmp_path, lambda: both).rid == rid
    # The first card was taken out, the second is enough.
    assert Device(tmp_path, lambda: ELSEWHERE).rid == rid
    assert Device(tmp_path, lambda: HERE).rid == rid


def test_a_folder_that_is_carried_around_belongs_to_no_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLLABMAP_HOME", str(tmp_path))
    rid = Device.default().rid
    assert not (tmp_path / "device.machine").exists()
    assert Device.default().rid == rid


@pytest.mark.parametrize("text", ["", "{", "[]", '{"rid": 3}', '{"rid": "00", "machine": ""}'])
def test_a_broken_fingerprint_raises_no_alarm(tmp_path: Path, text: str) -> None:
    rid = Device(tmp_path, lambda: HERE).rid
    (tmp_path / "device.machine").write_text(text, encoding="ascii")
    assert Device(tmp_path, lambda: ELSEWHERE).rid == rid
    assert Device(tmp_path, lambda: ELSEWHERE).rid == rid


def test_a_card_that_invents_its_address_is_not_one_to_be_known_by() -> None:
    invented, group, empty = bytes.fromhex("3e5282aabb01"), b"\x01" * 6, bytes(6)
    assert machine.fingerprint("", [invented, group, empty, b""]).addresses == frozenset()
    assert len(machine.fingerprint("", [CARD]).addresses) == 1


def test_the_identity_itself_is_not_kept(tmp_path: Path) -> None:
    Device(tmp_path, lambda: machine.fingerprint("abcd" * 8, [CARD]))
    kept = (tmp_path / "device.machine").read_text(encoding="ascii")
    assert "abcdabcd" not in kept
    assert CARD.hex() not in kept


def test_built_in_cards_are_found_and_a_plugged_in_one_is_not(tmp_path: Path) -> None:
    cards = tmp_path / "net"
    for name, bus, kind in (("zz0", "pci0", "0"), ("zz1", "usb1", "0"), ("zz2", "pci1", "3")):
        (tmp_path / bus).mkdir()
        (cards / name).mkdir(parents=True)
        (cards / name / "device").symlink_to(tmp_path / bus)
        (cards / name / "addr_assign_type").write_text(f"{kind}\n")
        (cards / name / "address").write_text("3c:52:82:aa:bb:01\n")
    (cards / "lo").mkdir()
    assert list(machine.linux_addresses(cards)) == [CARD]
    assert list(machine.linux_addresses(tmp_path / "none")) == []


def test_an_image_before_its_first_start_has_no_identity(tmp_path: Path) -> None:
    empty, full = tmp_path / "empty", tmp_path / "full"
    empty.write_text("uninitialized\n")
    full.write_text("0123456789abcdef" * 2 + "\n")
    assert machine.linux_machine([tmp_path / "none", empty]) == ""
    assert machine.linux_machine([empty, full]) == "0123456789abcdef" * 2


def test_windows_table_of_interfaces_is_read_as_its_header_says() -> None:
    def row(address: bytes, flags: int) -> bytes:
        fields = bytearray(1352)
        struct.pack_into("<I", fields, 1056, len(address))
        fields[1092 : 1092 + len(address)] = address
        fields[1152] = flags
        return bytes(fields)

    table = struct.pack("<Q", 3) + row(CARD, 1) + row(OTHER_CARD, 2) + row(b"", 1)
    assert list(machine.if_table_addresses(table)) == [CARD, b""]
    assert list(machine.if_table_addresses(b"")) == []


def test_this_machine_is_not_foreign_to_itself() -> None:
    assert not machine.read().is_foreign_to(machine.read())
