"""The one window: its regions, the panels that fill them, and what its actions do.

What panels may use: `tasks`, `messages`, `map`, `panel_host`, `actions_table`, `device`, `info`
(ProjectInfo, None while no map is open), `person` (PersonView, None while nobody has said a
name), `theme`, and the signals below.
"""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from collabmap.app.words import _
from collabmap.domain.effect import Effect
from collabmap.domain.feature import PersonView
from collabmap.domain.theme import Theme
from collabmap.ui.actions import Actions
from collabmap.ui.body import Body
from collabmap.ui.map.view import MapView
from collabmap.ui.map_marks import MapMarks
from collabmap.ui.messages import Messages
from collabmap.ui.placing import Placing
from collabmap.ui.project_desk import ProjectDesk
from collabmap.ui.tasks import Tasks
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.panel_host import PanelHost
from collabmap.ui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from collabmap.app.lanes import Lanes
    from collabmap.app.session import ProjectInfo
    from collabmap.store.device import Device

# name -> 'module:class'; each is built as Class(window) when it is first asked for.
PANELS = {
    "browse": "collabmap.ui.panels.browse:BrowsePanel",
    "place": "collabmap.ui.panels.place_card:PlaceCard",
    "place_form": "collabmap.ui.panels.place_form:PlaceForm",
    "send": "collabmap.ui.panels.send:SendPanel",
    "receive": "collabmap.ui.panels.receive:ReceivePanel",
    "review": "collabmap.ui.panels.review:ReviewPanel",
    "give_back": "collabmap.ui.panels.share:GiveBackPanel",
    "hand_out": "collabmap.ui.panels.share:HandOutPanel",
    "export": "collabmap.ui.panels.share:ExportPanel",
}


class MainWindow(QWidget):
    """person_changed: PersonView or None.  effects_arrived: an Effect, on the GUI thread.

    project_changed: ProjectInfo or None.  mode_changed: 'contribute' or 'review'.
    """

    person_changed = Signal(object)
    effects_arrived = Signal(object)
    project_changed = Signal(object)
    mode_changed = Signal(str)
    _effect_left_lane = Signal(object)

    def __init__(self, device: "Device", theme: Theme) -> None:
        super().__init__()
        self.device = device
        self.theme = theme
        self.info: ProjectInfo | None = None
        self.person: PersonView | None = None
        self.only_looking = False
        self.mode = "contribute"
        self.setWindowTitle("CollabMap")
        self.setMinimumSize(640, 480)

        self.tasks = Tasks(self)
        self.map = MapView(self)
        self.map.set_theme(theme)
        self.marks = MapMarks(self)
        self.placing = Placing(self)
        self.desk = ProjectDesk(self)
        self.tasks.failed.connect(lambda error: self.messages.show(error))
        self.map.mark_clicked.connect(self.open_place)
        self.map.empty_clicked.connect(self.clear_selection)
        self.map.tiles_failed.connect(lambda error: self.messages.show(error))
        self._effect_left_lane.connect(self._on_effect)
        self._build()

    # --- regions -----------------------------------------------------------------------------

    def _build(self) -> None:
        """Build everything that holds words; the map is kept when the language changes."""
        self.actions_table = Actions(self)
        self.top_bar = TopBar(self)
        self.messages = Messages()
        self.panel_host = PanelHost(self.tasks)
        self.panel_host.changed.connect(self._on_panel_changed)
        self.body = Body(self.panel_host, self.map)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.body)
        layout = self.layout() or QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self.top_bar, self.messages, self.pages):
            layout.addWidget(part)
        layout.setStretch(2, 1)

    # --- panels ------------------------------------------------------------------------------

    def open_panel(self, name: str) -> Panel:
        """Build the panel of that name and show it; Escape or its arrow comes back."""
        panel = self.build_panel(name)
        self.panel_host.show_panel(name, panel)
        return panel

    def build_panel(self, name: str) -> Panel:
        module, _colon, class_name = PANELS[name].partition(":")
        panel_class: type[Panel] = getattr(importlib.import_module(module), class_name)
        return panel_class(self)

    @property
    def lanes(self) -> "Lanes | None":
        return self.tasks.lanes

    @property
    def can_write(self) -> bool:
        """Whether somebody here may add and change places in the open map."""
        return self.info is not None and not self.info.read_only and self.person is not None

    @property
    def is_coordinator(self) -> bool:
        return self.can_write and self.info is not None and self.info.role == "coordinator"
