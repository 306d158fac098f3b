"""The verbs of a session about its theme; what each does is in theming.py."""

from pathlib import Path

from collabmap.app import theming
from collabmap.app.base_map_verbs import BaseMapVerbs
from collabmap.app.desk import in_words
from collabmap.domain.effect import Effect
from collabmap.domain.theme import Theme
from collabmap.domain.theme_changes import Said


class ThemeVerbs(BaseMapVerbs):
    """A desk whose theme can be changed."""

    @in_words
    def define(self, said: Said) -> Effect:
        """Say something new of categories, fields and kinds of link: one signed deed.

        said: (what, key) -> {property: value}; see domain/definitions.py and domain/theme_parts.py.
        Raises NotAllowed.
        """
        return theming.define(self, said)

    @in_words
    def apply_theme(self, theme: Theme) -> Effect:
        """Give the map another theme: one signed deed, that can be undone.

        What the map has and the theme has not is hidden, and keeps its places and values.
        Raises NotAllowed.
        """
        return theming.apply_theme(self, theme)

    @in_words
    def export_theme(self, path: Path) -> None:
        """Write the theme of the map as a file for others, without what is hidden.

        Raises what `whole_file` raises.
        """
        theming.export_theme(self, path)
