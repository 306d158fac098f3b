"""Which panels there are, and which of them each mode begins with."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collabmap.domain.feature import PlaceView
    from collabmap.ui.main_window import MainWindow
    from collabmap.ui.panels.place_form import PlaceForm

# name -> 'module:class'; each is built as Class(window) when it is first asked for.
PANELS = {
    "browse": "collabmap.ui.panels.browse:BrowsePanel",
    "filter": "collabmap.ui.panels.filter:FilterPanel",
    "place": "collabmap.ui.panels.place_card:PlaceCard",
    "link": "collabmap.ui.panels.link:LinkPanel",
    "send": "collabmap.ui.panels.send:SendPanel",
    "receive": "collabmap.ui.panels.receive:ReceivePanel",
    "review": "collabmap.ui.panels.review:ReviewPanel",
    "claims": "collabmap.ui.panels.claims:ClaimsPanel",
    "review_bulk": "collabmap.ui.panels.review_bulk:BulkPanel",
    "history": "collabmap.ui.panels.history:HistoryPanel",
    "decisions": "collabmap.ui.panels.audit:AuditPanel",
    "give_back": "collabmap.ui.panels.share:GiveBackPanel",
    "hand_out": "collabmap.ui.panels.share:HandOutPanel",
    "export": "collabmap.ui.panels.share:ExportPanel",
    "event": "collabmap.ui.event.palette:EventPanel",
    "event_street": "collabmap.ui.event.street:StreetPanel",
    "evening": "collabmap.ui.panels.evening:EveningPanel",
    "results": "collabmap.ui.panels.results:ResultsPanel",
    "guide": "collabmap.ui.panels.guide:GuidePanel",
    "categories": "collabmap.ui.panels.categories:CategoriesPanel",
    "link_types": "collabmap.ui.panels.link_types:LinkTypesPanel",
    "people": "collabmap.ui.panels.people:PeoplePanel",
    "folder": "collabmap.ui.panels.folder:FolderPanel",
    "merges": "collabmap.ui.panels.merge_history:MergeHistoryPanel",
    "merge_report": "collabmap.ui.panels.merge_report:MergeReportPanel",
    "photo_folder": "collabmap.ui.panels.photo_folder:PhotoFolderPanel",
    "readings": "collabmap.ui.panels.readings:ReadingsPanel",
    "readings_import": "collabmap.ui.panels.readings_import:ReadingsImportPanel",
    "walk": "collabmap.ui.panels.walk:WalkPanel",
    "graph": "collabmap.ui.panels.graph:GraphPanel",
    "measure": "collabmap.ui.panels.measure:MeasurePanel",
    "mine": "collabmap.ui.panels.mine:MinePanel",
    "deleted": "collabmap.ui.panels.deleted:DeletedPanel",
    "receipts": "collabmap.ui.panels.receipts:ReceiptsPanel",
    "hidden": "collabmap.ui.panels.hidden:HiddenPanel",
    "forget": "collabmap.ui.panels.forget:ForgetPanel",
    "base_maps": "collabmap.ui.panels.base_maps:BaseMapsPanel",
    "base_map_new": "collabmap.ui.panels.base_map_new:BaseMapPanel",
    "georeference": "collabmap.ui.panels.georeference:GeoreferencePanel",
}
# The first panel of a mode; in 'prepare' it is that of the section.
ROOTS = {"contribute": "browse", "review": "review"}


def place_form(window: "MainWindow", place: "PlaceView | None" = None) -> "PlaceForm":
    """Return a new form, built as late as the panels are.  place: the one to edit, None for new."""
    from collabmap.ui.panels.place_form import PlaceForm

    return PlaceForm(window, place)
