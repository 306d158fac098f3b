"""Links between places, on a desk: made and taken away.

What a link is, and why it has no words of its own: docs/decisions/0036-links.md.
"""

from collabmap.app import editing
from collabmap.app.desk import Desk
from collabmap.app.themes import theme_of
from collabmap.domain import ids
from collabmap.domain.change import LINK, Kind, encode
from collabmap.domain.effect import Effect
from collabmap.domain.feature import FeatureState, PlaceView
from collabmap.domain.structure import add_structure
from collabmap.errors import LinkToItself, LinkTypeUnknown, PlaceUnknown

REMOVED = "remove_link"


def add_link(desk: Desk, view: PlaceView, target: bytes, type_: str) -> Effect:
    """Link a place to another one; nothing is written where they are linked just so already.

    type_: id of a kind of link of the theme, also of one that is no longer offered, or that is not
    made for such places: a category may change after a link is made.  Raises LinkTypeUnknown,
    LinkToItself, PlaceUnknown.
    """
    other = desk.reader.place(target)
    if other is None or other.state == FeatureState.REJECTED:
        raise PlaceUnknown(value=target.hex())
    if other.id == view.id:
        raise LinkToItself(name=view.name)
    with desk.project.reading():
        known = [kind.id for kind in theme_of(desk.project).link_types]
    if type_ not in known:
        raise LinkTypeUnknown(value=type_, known=", ".join(known))
    here = desk.reader.links(view.id)
    if any((link.source, link.target, link.type) == (view.id, other.id, type_) for link in here):
        return Effect()
    subject, element = editing.member_of(desk, view.id), ids.new_id(desk.now())
    structure = add_structure(LINK, element, own_accept=desk.is_coordinator, target=other.id)
    effect, names = desk.write([(Kind.ADD, subject, structure, encode(type_))])
    desk.remember(LINK, subject, names=names)
    return effect


def remove_link(desk: Desk, view: PlaceView, element: bytes) -> Effect:
    """Take a link away that `view` showed; another's only once a coordinator agrees.

    Two people may have made the same one, of which one is shown: all that say it go.
    """
    there = {link.element: (link.target, link.type) for link in view.links}
    told = there.get(element)
    alike = {each for each, says in there.items() if says == told} if told else {element}
    seen = frozenset().union(*(view.basis.links.get(each, frozenset()) for each in alike))
    rows = editing.remove_rows(desk, view.id, LINK, seen, view.basis.tail)
    if not rows:
        return Effect()
    effect, names = desk.write(rows)
    desk.remember(REMOVED, view.id, names=names)
    return effect
