"""A folder of photos is looked at, and planned, before anything is written."""

from pathlib import Path

import pytest
from pictures import photo

from collabmap.app.photo_folder import plan, read_folder
from collabmap.app.progress import CancelToken, Progress
from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.errors import Cancelled, FolderGone, PhotosNotFound

WELL = PlaceDraft("Puits", "eau", 7.42, 43.73)


def test_folders_in_it_count_and_hidden_ones_do_not(tmp_path: Path) -> None:
    for name in ("a/1.jpg", "a/b/2.JPG", ".thumbs/3.jpg", "._4.jpg", "notes.txt"):
        path = tmp_path / "album" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        photo(path.with_suffix(".jpg"), None)
        path.with_suffix(".jpg").rename(path)
    found = read_folder(tmp_path / "album")

    assert sorted(p.path.name for p in found.photos) == ["1.jpg", "2.JPG"]


def test_reading_many_says_how_far_it_is_and_can_be_stopped(tmp_path: Path) -> None:
    first = photo(tmp_path / "0.jpg", None).read_bytes()
    for number in range(1, 200):
        (tmp_path / f"{number}.jpg").write_bytes(first)
    cancel, told = CancelToken(), list[Progress]()

    def tell(progress: Progress) -> None:
        told.append(progress)
        if progress.done == 50:
            cancel.cancel()

    with pytest.raises(Cancelled):
        read_folder(tmp_path, tell, cancel)
    assert told[-1] == Progress(50, 200, "photos")


def test_a_folder_that_is_gone_or_holds_none_is_said_to(tmp_path: Path) -> None:
    with pytest.raises(FolderGone):
        read_folder(tmp_path / "gone")
    (tmp_path / "empty").mkdir()
    with pytest.raises(PhotosNotFound):
        read_folder(tmp_path / "empty")


def test_photos_go_to_the_nearest_place_within_reach(camille: Session, tmp_path: Path) -> None:
    well = camille.add(WELL)
    camille.add(PlaceDraft("Loin", "eau", 7.43, 43.74))
    photo(tmp_path / "1.jpg", (7.4201, 43.73), 1)
    photo(tmp_path / "2.jpg", (7.4199, 43.73), 2)
    photo(tmp_path / "3.jpg", (7.425, 43.735), 30)
    photo(tmp_path / "4.jpg", None)
    found = plan(camille.reader, read_folder(tmp_path))

    assert [(stop.place, len(stop.photos)) for stop in found.stops] == [(well, 2), (None, 1)]
    assert [p.path.name for p in found.unplaced] == ["4.jpg"]
    assert found.count == 3


def test_a_new_place_with_photos_is_one_deed(camille: Session, tmp_path: Path) -> None:
    from collabmap.render.photo import prepare

    small = [prepare(photo(tmp_path / f"{n}.jpg", None, shade=n).read_bytes()) for n in range(3)]
    first = camille.add_photos(WELL, small[:2])
    later = camille.add_photos(first.place, small[2:])
    camille.remember_photos([first, later])
    view = camille.reader.place(first.place)
    assert view is not None
    assert len(view.photos) == 3

    camille.undo()
    assert camille.reader.place(first.place) is None
