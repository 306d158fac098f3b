"""The links in view as sentences: the equal of the graph for the keyboard and screen readers."""

from collabmap.app.ecosystem_words import name_of
from collabmap.app.link_words import sentence
from collabmap.app.words import _, format_number, language, ngettext
from collabmap.domain.graph_scope import Shown
from collabmap.domain.links import LinkGraph, LinkRow
from collabmap.domain.theme import Theme
from collabmap.ui.widgets.line_list import Line


def link_lines(theme: Theme, graph: LinkGraph, shown: Shown, selected: bytes | None) -> list[Line]:
    """Return a line for each link, those of the selected node first."""
    own = [link for link in shown.links if selected in (link.source, link.target)]
    others = [link for link in shown.links if selected not in (link.source, link.target)]
    lines: list[Line] = []
    end = graph.nodes.get(selected) if selected is not None else None
    if end is not None and own:
        title = _("Links of “{name}”").format(name=name_of(end))
        lines += [Line(title, is_head=True), *_lines(theme, graph, own, selected)]
    if others:
        count = ngettext("{count} other link", "{count} other links", len(others))
        title = count.format(count=format_number(len(others)))
        lines += [Line(title, is_head=True), *_lines(theme, graph, others, None)]
    return lines


def _lines(
    theme: Theme, graph: LinkGraph, links: list[LinkRow], selected: bytes | None
) -> list[Line]:
    """Return lines that open the other end, or where nothing is selected the first one."""
    found = []
    for link in links:
        other = graph.nodes[link.target if link.source == selected else link.source]
        found.append(
            Line(
                sentence(theme, graph, link),
                theme.category(other.category).label(language()),
                "" if link.is_published else _("awaiting review"),
                key=other.id,
                category=other.category,
            )
        )
    return sorted(found, key=lambda line: line.title.casefold())
