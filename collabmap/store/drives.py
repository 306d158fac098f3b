"""Where a path lies: on this computer's own disk, on a stick, or on a drive over the network.

SQLite needs locks and a disk that keeps what it says it keeps; sticks are pulled out, and network
drives promise both without having them.  A map is copied to the computer first.
"""

import os
import sys
from enum import StrEnum
from pathlib import Path

# Source: filesystems(5), and the FUSE file systems that reach other machines.
_NETWORK = frozenset(
    {
        "9p",
        "afs",
        "afpfs",
        "ceph",
        "cifs",
        "davfs",
        "fuse.davfs2",
        "fuse.gvfsd-fuse",
        "fuse.rclone",
        "fuse.sshfs",
        "glusterfs",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb2",
        "smb3",
        "smbfs",
        "webdav",
    }
)
# What sticks and cards are formatted with; they keep no promises when pulled out.
_OF_STICKS = frozenset({"exfat", "msdos", "vfat"})
_REMOVABLE_FOLDERS = ("/media/", "/run/media/")
# Return values of GetDriveTypeW.
_WINDOWS_REMOVABLE, _WINDOWS_REMOTE = 2, 4
# Flag of statfs(2) on macOS: the file system is stored locally.  Source: sys/mount.h.
_MNT_LOCAL = 0x00001000


class Drive(StrEnum):
    """What kind of drive a path lies on."""

    OWN = "own"
    REMOVABLE = "removable"
    NETWORK = "network"


def drive_of(path: Path) -> Drive:
    """Return what kind of drive a path lies on; the own one where the system doesn't say."""
    real = Path(os.path.realpath(path))
    try:
        if sys.platform == "win32":
            return _on_windows(real)
        if sys.platform == "darwin":
            return _on_macos(real)
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="surrogateescape")
        return drive_in(mounts, real, Path("/sys"))
    except OSError:
        return Drive.OWN


def is_removable_or_network(path: Path) -> bool:
    """Whether a map that lies there had better be copied to the computer first."""
    return drive_of(path) is not Drive.OWN


# --- Linux ------------------------------------------------------------------------------------


def drive_in(mounts: str, path: Path, sys_folder: Path) -> Drive:
    """Return what kind of drive a real path lies on, by a table as /proc/self/mounts gives it.

    sys_folder: /sys, which knows what the block devices are.
    """
    device, folder, kind = "", "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        mounted = _unescape(fields[1])
        # The last of several at one place is the one that is seen.
        if len(mounted) >= len(folder) and path.is_relative_to(mounted):
            device, folder, kind = _unescape(fields[0]), mounted, fields[2]
    if kind in _NETWORK:
        return Drive.NETWORK
    is_stick = (
        f"{folder}/".startswith(_REMOVABLE_FOLDERS)
        or (kind in _OF_STICKS and not folder.startswith("/boot"))
        or _is_removable_device(device, sys_folder)
    )
    return Drive.REMOVABLE if is_stick else Drive.OWN


def _unescape(text: str) -> str:
    """Return a field of the table: spaces and the like are written in octal.  Source: fstab(5)."""
    for written, meant in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(written, meant)
    return text


def _is_removable_device(device: str, sys_folder: Path) -> bool:
    if not device.startswith("/dev/"):
        return False
    # A partition lies inside the folder of its disk, and only the disk says what it is.
    place = sys_folder / "class" / "block" / Path(device).name
    for folder in (place, Path(os.path.realpath(place)).parent):
        try:
            if (folder / "removable").read_text(encoding="ascii").strip() == "1":
                return True
        except OSError:
            continue
    return False


# --- the others -------------------------------------------------------------------------------


def _on_windows(path: Path) -> Drive:
    import ctypes

    if path.drive.startswith("\\\\"):
        return Drive.NETWORK
    kind = getattr(ctypes, "windll").kernel32.GetDriveTypeW(path.anchor)  # noqa: B009
    if kind == _WINDOWS_REMOTE:
        return Drive.NETWORK
    return Drive.REMOVABLE if kind == _WINDOWS_REMOVABLE else Drive.OWN


def _on_macos(path: Path) -> Drive:
    import ctypes
    import ctypes.util
    import struct

    buffer = ctypes.create_string_buffer(4096)
    library = ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)
    statfs = getattr(library, "statfs$INODE64", library.statfs)
    if statfs(os.fsencode(path), buffer) == 0:
        # struct statfs: two u32, five u64, a file-system id (2 x i32), owner, type, then the flags.
        (flags,) = struct.unpack_from("=I", buffer, 2 * 4 + 5 * 8 + 8 + 4 + 4)
        if not flags & _MNT_LOCAL:
            return Drive.NETWORK
    # The system's own disk is linked below /Volumes too, but its real path is /.
    return Drive.REMOVABLE if str(path).startswith("/Volumes/") else Drive.OWN
