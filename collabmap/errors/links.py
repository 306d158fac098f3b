"""The errors of links between places."""

from collabmap.errors.tree import InputInvalid


class LinkTypeUnknown(InputInvalid):
    """known: ids of the kinds of link of the theme."""

    code = "link-type-unknown"
    message = "This map has no kind of link “{value}”."
    hint = "It has: {known}. Take in the latest changes of the map if one is missing."


class LinkToItself(InputInvalid):
    code = "link-to-itself"
    message = "“{name}” cannot be linked to itself."
    hint = "Choose another place for the other end of the link."


class LinkUnknown(InputInvalid):
    code = "link-unknown"
    message = "There is no link “{value}”."
    hint = "“collabmap link list” says which links there are."
