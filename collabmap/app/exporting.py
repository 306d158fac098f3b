"""Exports: what leaves the house, and the figures of a project."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from collabmap.app import base_maps
from collabmap.app.base_maps import BaseMapView
from collabmap.app.desk import Desk, Report
from collabmap.app.progress import CancelToken, Progress
from collabmap.store import features, link_graph
from collabmap.store.links import PUBLISHED, SHOWN

if TYPE_CHECKING:
    from collabmap.formats.geojson import ExportLink

# What most base maps are made from; so are those that say nothing.
ATTRIBUTION = "© contributeurs OpenStreetMap"


@dataclass(frozen=True, slots=True)
class ProjectInfo:
    """The figures of a project.  role: 'coordinator', 'resident' or 'guest'.

    base_maps: bottom to top.  basemap: the lowest that is shown.
    """

    name: str
    path: Path
    project_id_hex: str
    role: str
    places: int
    published: int
    pending: int
    people: int
    changes: int
    digest_hex: str
    read_only: bool
    basemap: Path | None
    base_maps: tuple[BaseMapView, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportReport:
    """left_out: places on the map that are not published, or published without a position."""

    path: Path
    features: int
    left_out: int


def info(desk: Desk) -> ProjectInfo:
    """Return the figures of the project."""
    project = desk.project
    with project.reading():
        counts = features.counts(project.connection)
        people = project.connection.execute("SELECT count(*) FROM person").fetchone()[0]
        changes = project.connection.execute(
            "SELECT coalesce(sum(last - first + 1), 0) + (SELECT count(*) FROM tail) FROM segment"
        ).fetchone()[0]
        digest = project.model.digest()
    return ProjectInfo(
        desk.name,
        desk.path,
        project.id.hex(),
        desk.role,
        counts.places,
        counts.published,
        counts.pending,
        people,
        changes,
        digest,
        desk.read_only,
        desk.basemap,
        base_maps.base_maps(project),
    )


def _attribution(maps: Iterable[BaseMapView]) -> str | None:
    """Return whom the maps are from on which positions were chosen, each named once."""
    shown = [view.attribution or ATTRIBUTION for view in maps if view.is_shown]
    words = (ATTRIBUTION if "OpenStreetMap" in each else each for each in shown)
    return " · ".join(dict.fromkeys(words)) or None


def _links(desk: Desk, *, draft: bool, language: str) -> list["ExportLink"]:
    """Return the accepted links between published places; with draft, those on the map."""
    from collabmap.formats.geojson import ExportLink

    graph = link_graph.graph(desk.project, face=SHOWN if draft else PUBLISHED)
    return [
        ExportLink(
            link.source,
            link.target,
            link.type,
            desk.theme.link_type(link.type).label(language) if link.type else "",
        )
        for link in graph.links
        if draft or all(graph.nodes[end].is_published for end in (link.source, link.target))
    ]


def export_geojson(
    desk: Desk,
    path: Path,
    draft: bool,
    language: str,
    progress: Report | None,
    cancel: CancelToken | None,
) -> ExportReport:
    """Write the published features, one at a time."""
    from collabmap.app import place_tags
    from collabmap.app.export_values import FieldColumns
    from collabmap.formats.geojson import RESERVED, ExportFeature, write_geojson
    from collabmap.store.reading_columns import latest_of_all

    project, theme = desk.project, desk.theme
    columns = FieldColumns(theme, language, RESERVED)
    if not desk.read_only:
        place_tags.refresh(project)

    def rows() -> Iterator[ExportFeature]:
        namer = place_tags.PlaceNamer(project)
        for row in features.published(project, draft=draft):
            category = theme.category(row.category)
            yield ExportFeature(
                id=row.id,
                geometry_wkb=row.geometry_wkb,
                name=row.name,
                category=category,
                category_label=category.label(language),
                description=row.description,
                tags=row.tags,
                author=row.author,
                born_ms=row.born_ms,
                changed_ms=row.changed_ms,
                state=row.state if draft else None,
                removed=row.removed,
                place="" if row.at is None else namer.name(row.id, row.at),
                values=columns.properties(row.values, row.category, row.removed)
                | columns.measured(measured.get(row.id, ())),
            )

    with project.reading():
        measured = latest_of_all(project.connection, SHOWN if draft else PUBLISHED)
        _, total = features.published_extent(project.connection, draft=draft)

        def tell(done: int) -> None:
            if progress is not None:
                progress(Progress(done, total, "export"))

        count = write_geojson(
            path,
            rows(),
            links=_links(desk, draft=draft, language=language),
            title=desk.name,
            attribution=_attribution(base_maps.base_maps(project)),
            fields=columns.about(),
            progress=tell,
            cancel=cancel,
        )
        places = features.counts(project.connection).places
    return ExportReport(path, count, max(0, places - count))
