"""On which drive a map lies, by what the system's own tables say."""

import sys
from pathlib import Path

import pytest

from collabmap.store.drives import Drive, drive_in, drive_of, is_removable_or_network

MOUNTS = """\
sysfs /sys sysfs rw 0 0
/dev/nvme0n1p2 / ext4 rw 0 0
/dev/nvme0n1p1 /boot/efi vfat rw 0 0
/dev/sda1 /data ext4 rw 0 0
//mairie/plans /srv/plans cifs rw 0 0
nas:/volume1 /net/nas nfs4 rw 0 0
jo@host: /net/far fuse.sshfs rw 0 0
/dev/sdb1 /media/jo/CLE\\040MAIRIE exfat rw 0 0
/dev/sdc1 /mnt/stick vfat rw 0 0
/dev/sdd1 /mnt/card ext4 rw 0 0
tmpfs /run/shm tmpfs rw 0 0
"""


@pytest.fixture
def sys_folder(tmp_path: Path) -> Path:
    """A /sys where sdd is removable and sda is not."""
    blocks = tmp_path / "class" / "block"
    blocks.mkdir(parents=True)
    for disk, removable in (("sda", "0"), ("sdd", "1")):
        partition = tmp_path / "devices" / disk / f"{disk}1"
        partition.mkdir(parents=True)
        (partition.parent / "removable").write_text(f"{removable}\n", encoding="ascii")
        (blocks / f"{disk}1").symlink_to(partition)
    return tmp_path


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
@pytest.mark.parametrize(
    ("path", "drive"),
    [
        ("/srv/town.collabmap", Drive.OWN),
        ("/data/town.collabmap", Drive.OWN),
        ("/boot/efi/town.collabmap", Drive.OWN),
        ("/run/shm/town.collabmap", Drive.OWN),
        ("/srv/plans/town.collabmap", Drive.NETWORK),
        ("/srv/plans2/town.collabmap", Drive.OWN),
        ("/net/nas/a/b/town.collabmap", Drive.NETWORK),
        ("/net/far/town.collabmap", Drive.NETWORK),
        ("/media/jo/CLE MAIRIE/town.collabmap", Drive.REMOVABLE),
        ("/mnt/stick/town.collabmap", Drive.REMOVABLE),
        ("/mnt/card/town.collabmap", Drive.REMOVABLE),
    ],
)
def test_the_table_of_mounts_says_where_a_path_lies(
    path: str, drive: Drive, sys_folder: Path
) -> None:
    assert drive_in(MOUNTS, Path(path), sys_folder) is drive


def test_what_the_system_does_not_say_is_taken_for_ones_own(sys_folder: Path) -> None:
    assert drive_in("", Path("/data"), sys_folder) is Drive.OWN
    assert drive_in("nonsense\n", Path("/data"), sys_folder) is Drive.OWN


def test_this_system_is_asked_without_an_error(tmp_path: Path) -> None:
    assert drive_of(tmp_path / "not yet there.collabmap") in Drive
    assert is_removable_or_network(tmp_path) == (drive_of(tmp_path) is not Drive.OWN)
