"""The machine below a device's folder: how a copy of the folder on another one is noticed.

Only hashes are kept, and only what lasts: the identity that the system gave itself, and the
addresses burned into built-in network cards.  Where neither can be read nothing is ever noticed,
which is the lesser evil: a false alarm would cost a coordinator the role.
"""

import array
import hashlib
import json
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from subprocess import SubprocessError
from typing import NamedTuple, TypeVar

T = TypeVar("T")

_HASH_BYTES = 16
_MAX_ADDRESSES = 64
_NET = Path("/sys/class/net")
_MACHINE_IDS = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
# Source: linux/sockios.h and linux/ethtool.h.
_SIOCETHTOOL, _ETHTOOL_GPERMADDR, _MAX_ADDR_LEN = 0x8946, 0x20, 32
# Source: netioapi.h, MIB_IF_ROW2: where its fields lie, in bytes.
_ROW_BYTES, _FIRST_ROW, _LENGTH_AT, _PERMANENT_AT, _FLAGS_AT = 1352, 8, 1056, 1092, 1152
_LOCALLY_ADMINISTERED, _GROUP = 0x02, 0x01


class Fingerprint(NamedTuple):
    """machine: hash of the system's identity, empty if unreadable.  addresses: hashes."""

    machine: bytes
    addresses: frozenset[bytes]

    def is_foreign_to(self, other: "Fingerprint") -> bool:
        """Whether two fingerprints are certainly of two machines.

        A common card outweighs all: a system that was installed anew has another identity.
        """
        if self.addresses and other.addresses:
            return not self.addresses & other.addresses
        return bool(self.machine and other.machine and self.machine != other.machine)

    def joined(self, other: "Fingerprint") -> "Fingerprint":
        """Return this one, knowing also what the other one knew: a card may be switched off."""
        addresses = self.addresses | other.addresses
        if len(addresses) > _MAX_ADDRESSES:
            addresses = self.addresses
        return Fingerprint(self.machine or other.machine, addresses)

    def encode(self, rid: bytes) -> str:
        """Return the text kept beside the key of a replica."""
        addresses = sorted(address.hex() for address in self.addresses)
        return json.dumps({"rid": rid.hex(), "machine": self.machine.hex(), "cards": addresses})


# What a device asks for the machine that it runs on; None: bound to no machine.
Look = Callable[[], Fingerprint]


def read_kept(text: str, rid: bytes) -> Fingerprint | None:
    """Return the fingerprint kept with a replica's key, None if it is of another or unreadable."""
    try:
        kept = json.loads(text)
        if kept["rid"] != rid.hex():
            return None
        cards = frozenset(bytes.fromhex(card) for card in kept["cards"])
        return Fingerprint(bytes.fromhex(kept["machine"]), cards)
    except (ValueError, KeyError, TypeError):
        return None


def read() -> Fingerprint:
    """Return the fingerprint of this machine, as far as it can be read."""
    return fingerprint(_tried(_machine, ""), _tried(_addresses, []))


def fingerprint(machine: str, addresses: Iterable[bytes]) -> Fingerprint:
    """Return a fingerprint.

    addresses: of network cards; those that no maker burned in are left out.
    """
    named = _hash("machine", machine.strip().lower().encode()) if machine.strip() else b""
    cards = frozenset(_hash("card", a) for a in addresses if _is_burned_in(a))
    return Fingerprint(named, cards)


def _hash(what: str, value: bytes) -> bytes:
    # The identity itself is a secret of the system: machine-id(5).
    key = f"collabmap {what}".encode()
    return hashlib.blake2b(value, digest_size=_HASH_BYTES, key=key).digest()


def _is_burned_in(address: bytes) -> bool:
    return len(address) >= 6 and any(address) and not address[0] & (_LOCALLY_ADMINISTERED | _GROUP)


def _tried(look: Callable[[], T], nothing: T) -> T:
    try:
        return look()
    # Whatever a system answers, a town must be able to start.
    except (OSError, ValueError, LookupError, AttributeError, struct.error, SubprocessError):
        return nothing


def _machine() -> str:
    if sys.platform == "win32":
        return _windows_guid()
    elif sys.platform == "darwin":
        return _mac_uuid()
    else:
        return linux_machine(_MACHINE_IDS)


def _addresses() -> list[bytes]:
    if sys.platform == "win32":
        return list(if_table_addresses(_windows_if_table()))
    elif sys.platform == "darwin":
        # The identity is the hardware's own there, whatever was copied.
        return []
    else:
        return list(linux_addresses(_NET))


# --- Linux ------------------------------------------------------------------------------------


def linux_machine(paths: Iterable[Path]) -> str:
    """Return the first identity that files like /etc/machine-id hold, '' if none does."""
    for path in paths:
        try:
            text = path.read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            continue
        # "uninitialized" is what an image holds before its first start.
        if len(text) == 32:
            return text
    return ""


def linux_addresses(folder: Path) -> Iterator[bytes]:
    """Yield the addresses of the built-in network cards.  folder: /sys/class/net.

    One that is plugged in by USB is left out: it wanders from laptop to laptop.
    """
    for card in sorted(folder.iterdir()) if folder.is_dir() else ():
        device = card / "device"
        if not device.exists() or "usb" in str(device.resolve()):
            continue
        address = _permanent_address(card.name) or _assigned_address(card)
        if address:
            yield address


def _assigned_address(card: Path) -> bytes:
    """Return the address in use, if it is the permanent one (a wireless card may invent some)."""
    try:
        if (card / "addr_assign_type").read_text().strip() != "0":
            return b""
        return bytes.fromhex((card / "address").read_text().strip().replace(":", ""))
    except (OSError, ValueError):
        return b""


def _permanent_address(name: str) -> bytes:
    if sys.platform == "win32":
        return b""
    else:
        import fcntl

        head = struct.pack("=II", _ETHTOOL_GPERMADDR, _MAX_ADDR_LEN)
        answer = array.array("B", head + bytes(_MAX_ADDR_LEN))
        where = answer.buffer_info()[0]
        request = struct.pack("16sP", name.encode()[:15], where).ljust(40, b"\0")
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
                fcntl.ioctl(asked.fileno(), _SIOCETHTOOL, request)
        except OSError:
            return b""
        size: int = struct.unpack_from("=I", answer, 4)[0]
        return bytes(answer[8 : 8 + min(size, _MAX_ADDR_LEN)])


# --- Windows and macOS ------------------------------------------------------------------------


def _windows_guid() -> str:
    if sys.platform == "win32":
        import winreg

        place = r"SOFTWARE\Microsoft\Cryptography"
        access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, place, 0, access) as key:
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
    else:
        return ""


def _windows_if_table() -> bytes:
    """Return the bytes of a MIB_IF_TABLE2, empty where it cannot be had."""
    if sys.platform == "win32":
        import ctypes

        library = ctypes.WinDLL("iphlpapi")
        table = ctypes.c_void_p()
        if library.GetIfTable2(ctypes.byref(table)) != 0 or not table.value:
            return b""
        try:
            count = struct.unpack("<I", ctypes.string_at(table.value, 4))[0]
            return ctypes.string_at(table.value, _FIRST_ROW + count * _ROW_BYTES)
        finally:
            library.FreeMibTable(table)
    else:
        return b""


def if_table_addresses(table: bytes) -> Iterator[bytes]:
    """Yield the permanent addresses of the hardware interfaces in a MIB_IF_TABLE2's bytes."""
    for start in range(_FIRST_ROW, len(table) - _ROW_BYTES + 1, _ROW_BYTES):
        row = table[start : start + _ROW_BYTES]
        length = min(struct.unpack_from("<I", row, _LENGTH_AT)[0], 32)
        # HardwareInterface is the first bit of InterfaceAndOperStatusFlags.
        if row[_FLAGS_AT] & 1:
            yield row[_PERMANENT_AT : _PERMANENT_AT + length]


def _mac_uuid() -> str:
    command = ["/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout
    for line in said.splitlines():
        if "IOPlatformUUID" in line:
            return line.split('"')[-2]
    return ""
