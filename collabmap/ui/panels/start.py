"""The first page while no map is open: a new one, one that exists, the demonstration."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, QStandardPaths, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFileDialog,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from collabmap.app.words import _, explain, format_date
from collabmap.errors import CollabMapError, FileExists, NameMissing
from collabmap.render.icons import paint_icon
from collabmap.ui import look
from collabmap.ui.panels.start_theme import StartTheme
from collabmap.ui.tasks import Tasks
from collabmap.ui.widgets.buttons import Button, IconButton
from collabmap.ui.widgets.card_page import CardPage
from collabmap.ui.widgets.choice import paint_focus_ring
from collabmap.ui.widgets.fields import Labelled, LineField
from collabmap.ui.widgets.progress import ThinBar
from collabmap.ui.widgets.text import ElidedText, Text
from collabmap.ui.widgets.tip import plain_tip

if TYPE_CHECKING:
    from collabmap.store.device import RecentProject

MAX_RECENT = 5


def default_folder() -> Path:
    """Return where new and received maps lie: CollabMap in the person's documents."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or Path.home()) / "CollabMap"


def role_words(role: str) -> str:
    """Return a role as people read it."""
    words = {"coordinator": _("coordinator"), "resident": _("resident"), "guest": _("guest")}
    return words.get(role, role)


class RecentRow(QAbstractButton):
    """One map opened before: its name, and when."""

    def __init__(self, project: "RecentProject") -> None:
        super().__init__()
        self.path = project.path
        self.setText(project.name)
        when = format_date(project.opened_ms)
        self._second = f"{role_words(project.role)} · {when}"
        self.setAccessibleName(f"{project.name}, {self._second}")
        self.setToolTip(plain_tip(str(project.path)))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(look.px(200), look.px(54))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.hover))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        side, middle = look.px(22), self.height() / 2
        paint_icon(
            painter,
            "map-outline",
            QRectF(look.px(8), middle - side / 2, side, side),
            tokens.primary,
        )
        left = look.px(42)
        for text, size, weight, ink, top in (
            (self.text(), 14, 600, tokens.text, middle - look.px(20)),
            (self._second, 12, 400, tokens.muted, middle + look.px(1)),
        ):
            font = look.font(size, weight)
            box = QRectF(left, top, self.width() - left - look.px(8), look.px(19))
            painter.setFont(font)
            painter.setPen(QColor(ink))
            shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)
        paint_focus_ring(self, painter)
        painter.end()


class StartPage(CardPage):
    """open_wanted: Path of a map or a kit.  create_wanted: (Path, name, person, base map, theme).

    demo_wanted: the demonstration.  back_wanted: to the map that is still open.
    """

    open_wanted = Signal(object)
    create_wanted = Signal(object, str, str, object, str)
    demo_wanted = Signal()
    back_wanted = Signal()

    def __init__(self, tasks: Tasks, *, can_go_back: bool = False) -> None:
        super().__init__(over_map=False)
        self.setAccessibleName("CollabMap")
        self._tasks = tasks
        self._bar = ThinBar(tasks)
        self._bar.setParent(self)
        self._folder = default_folder()
        self._basemap: Path | None = None
        self.add_emblem("CollabMap", _("A town's people make their own map"))
        self._can_go_back = can_go_back
        self._build_choice()
        self._build_new()
        self._busy = Text("", "muted", wrap=True)
        self._busy.hide()
        self.left.addWidget(self._busy)
        self.left.addStretch(1)
        self.open_wanted.connect(self._on_open)

    # --- the choice ----------------------------------------------------------------------

    def _build_choice(self) -> None:
        self._choice = QWidget()
        layout = QVBoxLayout(self._choice)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addSpacing(16)
        layout.addWidget(Text(_("Which map?"), "page", wrap=True))
        layout.addWidget(
            Text(_("It lies on this computer. No internet is needed."), "lead", wrap=True)
        )
        layout.addSpacing(14)
        self.new = Button(_("New map"), "primary", icon="map-plus", height_px=56)
        self.open = Button(_("Open a map…"), icon="folder-open-outline", height_px=52)
        self.demo = Button(_("Try the demonstration"), icon="play-circle-outline", height_px=52)
        for button in (self.new, self.open, self.demo):
            layout.addWidget(button)
        layout.addWidget(
            Text(
                _("The demonstration is an evening in Monaco: its map, its people, their places."),
                "second",
                wrap=True,
            )
        )
        if self._can_go_back:
            back = Button(_("Back to the map"), "quiet", icon="arrow-left")
            back.clicked.connect(self.back_wanted)
            layout.addWidget(back, 0, Qt.AlignmentFlag.AlignHCenter)
        self.left.addWidget(self._choice)
        self.new.clicked.connect(self.show_new)
        self.open.clicked.connect(self.choose_file)
        self.demo.clicked.connect(self.try_demo)

    def try_demo(self) -> None:
        """Ask for the demonstration."""
        self.set_busy(_("Preparing the demonstration…"))
        self.demo_wanted.emit()

    def _on_open(self, path: Path) -> None:
        self.set_busy(_("Opening “{name}”…").format(name=path.stem))

    def set_busy(self, words: str) -> None:
        """Say what is under way, and begin nothing else meanwhile; '' for nothing."""
        for button in (self.new, self.open, self.demo, self.create_button):
            button.setEnabled(not words)
        for row in self.findChildren(RecentRow):
            row.setEnabled(not words)
        self._busy.setText(words)
        self._busy.setVisible(bool(words))

    @property
    def busy_words(self) -> str:
        """What is said to be under way, '' for nothing."""
        return self._busy.text()

    def choose_file(self) -> None:
        """Ask for a file to open."""
        path, _filter = QFileDialog.getOpenFileName(
            self,
            _("Open a map"),
            str(self._folder if self._folder.is_dir() else Path.home()),
            _("Maps") + " (*.collabmap *.cmkit)",
        )
        if path:
            self.open_wanted.emit(Path(path))

    # --- a new map -----------------------------------------------------------------------

    def _build_new(self) -> None:
        self._new = QWidget()
        layout = QVBoxLayout(self._new)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(4)
        back = IconButton("arrow-left", _("Back"), side_px=40)
        back.clicked.connect(self.show_choice)
        head.addWidget(back)
        head.addWidget(Text(_("New map"), "title", wrap=True), 1)
        layout.addLayout(head)
        self.name = LineField(_("For example: our living map"))
        self.name_row = Labelled(_("Name of the map"), self.name, required=True)
        self.person = LineField()
        self.person_row = Labelled(
            _("Your first name, or a nickname"),
            self.person,
            required=True,
            hint=_("You will be its coordinator. No e-mail, no password."),
        )
        for field in (self.name, self.person):
            field.setMaxLength(200)
            field.returnPressed.connect(self._on_create)
        self.name.textChanged.connect(lambda: self.name_row.set_error(""))
        self.person.textChanged.connect(lambda: self.person_row.set_error(""))
        layout.addWidget(self.name_row)
        layout.addWidget(self.person_row)
        self.theme = StartTheme(self._tasks)
        layout.addWidget(self.theme)
        self._folder_label = ElidedText("", "muted")
        self._basemap_label = ElidedText("", "muted")
        layout.addLayout(
            self._chooser(_("Folder"), self._folder_label, "folder", self._choose_folder)
        )
        layout.addLayout(
            self._chooser(
                _("Base map (optional)"), self._basemap_label, "basemap", self._choose_basemap
            )
        )
        self._wrong = Text("", "error", wrap=True)
        self._wrong.hide()
        layout.addWidget(self._wrong)
        layout.addSpacing(4)
        self.create_button = Button(_("Create the map"), "primary", icon="check-bold", height_px=56)
        self.create_button.clicked.connect(self._on_create)
        layout.addWidget(self.create_button)
        self.left.addWidget(self._new)
        self._new.hide()
        self._show_choices()

    def _chooser(
        self, label: str, shown: ElidedText, name: str, run: Callable[[], None]
    ) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Text(label, "label"))
        words.addWidget(shown)
        row.addLayout(words, 1)
        button = Button(_("Choose…"), height_px=40)
        button.setAccessibleName(f"{label}: {_('Choose…')}")
        button.setObjectName(name)
        button.clicked.connect(run)
        row.addWidget(button)
        return row

    def show_new(self) -> None:
        """Show the fields of a new map in place of the choice."""
        self._choice.hide()
        self._new.show()
        self.theme.load()
        self.name.setFocus()

    def show_choice(self) -> None:
        self._new.hide()
        self._choice.show()
        self.new.setFocus()

    def step_back(self) -> None:
        """Escape: from the new map to the choice, from there to the map that is open."""
        if self.shows_new:
            self.show_choice()
        elif self._can_go_back:
            self.back_wanted.emit()

    @property
    def shows_new(self) -> bool:
        return not self._new.isHidden()

    def set_folder(self, folder: Path) -> None:
        """Make new maps in this folder."""
        self._folder = folder
        self._show_choices()

    def set_basemap(self, basemap: Path | None) -> None:
        """Give the new map this base map."""
        self._basemap = basemap
        self._show_choices()

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, _("Folder"), str(self._folder))
        if folder:
            self.set_folder(Path(folder))

    def _choose_basemap(self) -> None:
        path, _filter = QFileDialog.getOpenFileName(
            self, _("Base map"), str(Path.home()), _("Base maps") + " (*.mbtiles)"
        )
        if path:
            self.set_basemap(Path(path))

    def _show_choices(self) -> None:
        self._folder_label.set_whole(str(self._folder))
        none = _("None: you can place things without one.")
        self._basemap_label.set_whole(self._basemap.name if self._basemap else none)

    def _on_create(self) -> None:
        name, person = self.name.text().strip(), self.person.text().strip()
        self._wrong.hide()
        missing, _place_hint = explain(NameMissing())
        self.name_row.set_error("" if name else missing)
        self.person_row.set_error("" if person else missing)
        if not name or not person:
            (self.person if name else self.name).setFocus()
            return
        self.set_busy(_("Making the map…"))
        path = self._folder / (file_name(name) + ".collabmap")
        self.create_wanted.emit(path, name, person, self._basemap, self.theme.name)

    @property
    def wrong(self) -> str:
        """What the form says stood in the way, '' for nothing."""
        return "" if self._wrong.isHidden() else self._wrong.text()

    def refuse(self, error: CollabMapError) -> bool:
        """Say in the form what stood in the way; False while the form is not shown."""
        self.set_busy("")
        if not self.shows_new:
            return False
        if isinstance(error, FileExists):
            self.name_row.set_error(" ".join(explain(error)))
            self.name.setFocus()
        else:
            self._wrong.setText(" ".join(explain(error)))
            self._wrong.show()
        return True

    # --- the right column ----------------------------------------------------------------

    def set_recent(self, recent: "list[RecentProject]") -> None:
        """Fill the right column: the maps opened before, or how it works for the first time."""
        if recent:
            self.right.setSpacing(4)
            self.right.addWidget(Text(_("Recent maps"), "heading", wrap=True))
            self.right.addSpacing(6)
            for project in recent[:MAX_RECENT]:
                row = RecentRow(project)
                row.clicked.connect(
                    lambda _checked=False, path=project.path: self.open_wanted.emit(path)
                )
                self.right.addWidget(row)
        else:
            self.right.addWidget(Text(_("How it works"), "heading", wrap=True))
            self.right.addSpacing(4)
            for icon, title, words in (
                ("map-marker-plus", _("Everybody adds places"), _("A name is enough to begin.")),
                ("usb-flash-drive", _("A stick carries them"), _("Or a shared folder.")),
                ("check-decagram", _("A person reads them"), _("Both opinions are kept.")),
                ("earth", _("The town keeps its map"), _("As open data, for good.")),
            ):
                self.add_line(icon, title, words)
        self.right.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._bar.setGeometry(0, 0, self.width(), self._bar.height())


def file_name(name: str) -> str:
    """Return a name that every file system takes, close to what was typed."""
    kept = "".join(c if c.isalnum() or c in " -_" else " " for c in name)
    return " ".join(kept.split())[:80] or "carte"
