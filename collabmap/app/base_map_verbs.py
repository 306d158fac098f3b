"""The verbs of a session about its base maps; what each does is in base_maps.py and kit_maps.py."""

from collections.abc import Iterable
from pathlib import Path

from collabmap.app import base_maps, kit_maps, tile_packs
from collabmap.app.base_maps import BaseMapView, Listing
from collabmap.app.desk import Report, in_words
from collabmap.app.kit_maps import HandoutPlan
from collabmap.app.progress import CancelToken
from collabmap.app.review_verbs import ReviewVerbs
from collabmap.errors import CollabMapError


class BaseMapVerbs(ReviewVerbs):
    """kit_problems: why base maps of the kit that this map was opened from were left out."""

    kit_problems: tuple[CollabMapError, ...] = ()

    def close(self) -> None:
        """Close the project; base maps that were to go and could not, go now."""
        if not self.project.is_closed:
            tile_packs.sweep(self)
        super().close()

    @in_words
    def base_maps(self) -> tuple[BaseMapView, ...]:
        """Return the base maps of this project, bottom to top."""
        return base_maps.base_maps(self.project)

    @in_words
    def add_base_map(
        self,
        path: Path,
        *,
        title: str | None = None,
        replace: str | None = None,
        progress: Report | None = None,
        cancel: CancelToken | None = None,
    ) -> BaseMapView:
        """Put a base map on top of the list, copied beside the project.

        replace: the file whose place it takes.  Raises TilesUnreadable and its like,
        BaseMapListed, BaseMapUnknown, FileMissing, ProjectReadOnly, DiskFull, Cancelled.
        """
        return base_maps.add(
            self, path, title=title, replace=replace, progress=progress, cancel=cancel
        )

    @in_words
    def remove_base_map(self, file: str, *, delete_file: bool = False) -> Listing:
        """Take a base map off the list; its file stays, unless it is to be deleted too."""
        return base_maps.remove(self, file, delete_file=delete_file)

    @in_words
    def delete_unlisted_base_map(self, file: str) -> Listing:
        """Delete a base map that lies beside the project and is not on its list."""
        return base_maps.delete_unlisted(self, file)

    @in_words
    def move_base_map(self, file: str, by: int) -> tuple[BaseMapView, ...]:
        """Move a base map up (by 1) or down (by -1).  Raises BaseMapUnknown, ProjectReadOnly."""
        return base_maps.move(self, file, by)

    @in_words
    def adjust_base_map(
        self,
        file: str,
        *,
        title: str | None = None,
        opacity: float | None = None,
        is_visible: bool | None = None,
    ) -> tuple[BaseMapView, ...]:
        """Change how a base map is shown or called.  Raises BaseMapUnknown, ProjectReadOnly."""
        return base_maps.adjust(self, file, title=title, opacity=opacity, is_visible=is_visible)

    @in_words
    def check_base_maps(
        self,
        *,
        accept: Iterable[str] = (),
        progress: Report | None = None,
        cancel: CancelToken | None = None,
    ) -> tuple[BaseMapView, ...]:
        """Compare every base map with its hash.  accept: files to take as they are."""
        return base_maps.check(self, accept=accept, progress=progress, cancel=cancel)

    @in_words
    def handout_plan(self) -> HandoutPlan:
        """Return what a copy to hand out would hold, and how large that is."""
        return kit_maps.plan(self)
