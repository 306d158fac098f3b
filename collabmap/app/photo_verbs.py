"""The verbs of a session about its photos; what each does is in photos.py."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from collabmap.app import photos
from collabmap.app.desk import in_words
from collabmap.app.photos import Added
from collabmap.app.theme_verbs import ThemeVerbs
from collabmap.domain.effect import Effect
from collabmap.domain.feature import PlaceDraft, PlaceView

if TYPE_CHECKING:
    from collabmap.render.photo import Prepared


class PhotoVerbs(ThemeVerbs):
    """A desk to which photos are brought."""

    @in_words
    def add_photo(self, view: PlaceView, data: bytes, text: str = "") -> Effect:
        """Add a photo (a file's bytes) to a place, made small, without where it was taken.

        text: what there is to see.  Raises PhotoUnreadable, PhotoCut, PhotoTooLarge, NobodyHere.
        """
        return photos.add_photo(self, view, data, text)

    @in_words
    def add_photos(
        self, place: bytes | PlaceDraft, prepared: Sequence["Prepared"], field: str = ""
    ) -> Added:
        """Add photos that were made small already to a place, or to a new one.

        field: of the theme, which they answer; '' for none.
        To be undone they are remembered afterwards, by `remember_photos`: many such calls may be
        one deed.
        """
        return photos.add_photos(self, place, prepared, field)

    @in_words
    def remember_photos(self, added: Sequence[Added]) -> None:
        """Let all that was added be undone at once."""
        photos.remember_added(self, added)

    @in_words
    def remove_photo(self, view: PlaceView, element: bytes) -> Effect:
        """Take away a photo that `view` showed; another's once a coordinator agrees."""
        return photos.remove_photo(self, view, element)

    @in_words
    def photo_bytes(self, blob: bytes) -> bytes | None:
        """Return a picture (JPEG) by the name in a Photo, None if it is not here yet."""
        return photos.photo_bytes(self.path, blob)
