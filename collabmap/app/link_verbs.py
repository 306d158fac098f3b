"""The verbs of a session about links between places; what each does is in links.py."""

from collabmap.app import links
from collabmap.app.desk import in_words
from collabmap.app.theme_verbs import ThemeVerbs
from collabmap.domain.effect import Effect
from collabmap.domain.feature import PlaceView


class LinkVerbs(ThemeVerbs):
    """A desk that links places."""

    @in_words
    def add_link(self, view: PlaceView, target: bytes, type_: str) -> Effect:
        """Link a place to another one; nothing is written where they are linked so already.

        type_: id of a kind of link of the theme.  Raises LinkTypeUnknown, LinkToItself,
        PlaceUnknown, NobodyHere.
        """
        return links.add_link(self, view, target, type_)

    @in_words
    def remove_link(self, view: PlaceView, element: bytes) -> Effect:
        """Take away a link that `view` showed; another's once a coordinator agrees."""
        return links.remove_link(self, view, element)
