"""The verbs of a session about its theme; what each does is in theming.py."""

from collabmap.app import theming
from collabmap.app.base_map_verbs import BaseMapVerbs
from collabmap.app.desk import in_words
from collabmap.app.theming import Said
from collabmap.domain.effect import Effect


class ThemeVerbs(BaseMapVerbs):
    """A desk whose theme can be changed."""

    @in_words
    def define(self, said: Said) -> Effect:
        """Say something new of categories, fields and kinds of link: one signed deed.

        said: (what, key) -> {property: value}; see domain/definitions.py and domain/theme_parts.py.
        Raises NotAllowed.
        """
        return theming.define(self, said)
