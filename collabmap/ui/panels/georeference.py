"""A scanned plan or an aerial photo laid over the map: the same spots chosen on both."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from collabmap.app.progress import CancelToken, Progress
from collabmap.app.words import _, explain, ngettext
from collabmap.domain.geo import LngLat
from collabmap.domain.georeference import MIN_POINTS, ControlPoint, Fit, fit
from collabmap.errors import Cancelled, CollabMapError, PointsInLine
from collabmap.ui import files
from collabmap.ui.map.tracing import Tracing
from collabmap.ui.messages import Bar
from collabmap.ui.panels.georeference_spots import SpotList, quality_words
from collabmap.ui.tasks import LongTask, ProgressCallback
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.choice_card import WayCard
from collabmap.ui.widgets.fields import Labelled, LineField
from collabmap.ui.widgets.note import Note
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.percent_slider import PercentSlider
from collabmap.ui.widgets.picture_view import PictureView
from collabmap.ui.widgets.steps import Steps

if TYPE_CHECKING:
    from collabmap.app.base_maps import BaseMapView
    from collabmap.app.session import Session
    from collabmap.basemap.scan import ScanReport
    from collabmap.render.picture import Picture
    from collabmap.ui.main_window import MainWindow

# What is kept of the picture for looking at it whole, and for laying it over the map.
THUMBNAIL_PX = 1600


class Opened(NamedTuple):
    """A picture as it was opened, small."""

    picture: "Picture"
    thumbnail: QImage


class GeoreferencePanel(Panel):
    """step: 'choose' a picture, 'spots', or 'working'.

    pending: a spot of the picture that waits for its place on the map.
    """

    width_px = 360
    card_px = 440

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.step = "choose"
        self.points: list[ControlPoint] = []
        self.pending: tuple[float, float] | None = None
        self.fit: Fit | None = None
        self._opened: Opened | None = None
        self._task: LongTask | None = None
        self._hint: Bar | None = None
        self.card_words = _("Picture")
        self.add_title(_("Lay a plan over the map"), back=True)
        self.steps = Steps([_("Picture"), _("Spots"), _("Add")])
        self.head.addWidget(self.steps)
        self.now = Note("", title=_("A plan, or an aerial photo"), icon="information")
        self.head.addWidget(self.now)
        self._build_body()
        self.to_map = Button(_("Back"), icon="arrow-left", height_px=48)
        self.to_map.clicked.connect(self.leave)
        self.primary = Button("", "primary", height_px=52)
        self.primary.clicked.connect(self._on_primary)
        self.foot.addWidget(self.to_map)
        self.foot.addWidget(self.primary)
        self.view = PictureView()
        # Until it is the page: a widget of nobody's is freed by any thread.
        self.view.setParent(self)
        self.view.hide()
        self.view.spot_chosen.connect(self._on_spot)
        self.view.detail_wanted.connect(self._on_detail)
        window.map.place_clicked.connect(self._on_place)
        self._show()

    def _build_body(self) -> None:
        self.choice = WayCard("image-plus", _("Choose a picture…"), _("PNG, JPEG, WebP, TIFF"))
        self.choice.clicked.connect(self.choose)
        self.body.addWidget(self.choice)
        self.spots = SpotList()
        self.spots.shown.connect(self._on_shown)
        self.spots.removed.connect(self.remove)
        self.body.addWidget(self.spots)
        self.opacity = PercentSlider(60)
        self.opacity.valueChanged.connect(self._trace)
        self.clearness = Labelled(_("How clearly it shows"), self.opacity)
        self.name = LineField()
        self.credit = LineField(_("Town archives, 1850"))
        self.name_field = Labelled(_("Its name"), self.name)
        self.credit_field = Labelled(
            _("Whom it is from"), self.credit, hint=_("Shown in the corner of the map.")
        )
        for part in (self.clearness, self.name_field, self.credit_field):
            self.body.addWidget(part)
        self.body.addStretch(1)

    def first_focus(self) -> QWidget | None:
        return self.primary if self.primary.isEnabled() else self.choice

    def help_keys(self) -> list[tuple[str, str]]:
        return [("Enter", _("Take the spot in the middle of the picture or the map"))]

    def entered(self) -> None:
        self._trace()

    def left(self) -> None:
        self._forget_pending()
        self.main.map.show_tracing(None)

    def took_escape(self) -> bool:
        if self.pending is None:
            return False
        self._forget_pending()
        self._show()
        self._go_to_picture()
        return True

    # --- the picture -----------------------------------------------------------------------

    def choose(self) -> None:
        """Ask for the picture."""
        kinds = _("Pictures")
        path, _kind = QFileDialog.getOpenFileName(
            self,
            _("Choose the picture of a plan"),
            str(files.documents()),
            f"{kinds} (*.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp)",
        )
        if path:
            self.open_picture(Path(path))

    def open_picture(self, path: Path) -> None:
        """Show a picture; spots that were chosen on another are forgotten."""
        self.main.tasks.run(
            lambda: _open(path),
            lambda opened: self._on_opened(path, opened),
            owner=self,
            key="plan",
        )

    def _on_opened(self, path: Path, opened: Opened) -> None:
        self._opened = opened
        self._forget_pending()
        self.points = []
        self.step = "spots"
        self.choice.set_words(path.name, _("Choose another picture…"))
        self.name.setText(path.stem)
        self.card = self.view
        self.main.body.refresh()
        self.view.show_picture(opened.thumbnail, opened.picture.size)
        self._refit()
        self._go_to_picture()

    def _on_detail(self, level: int, rect: QRect) -> None:
        opened = self._opened
        if opened is not None:
            self.main.tasks.run(
                lambda: opened.picture.part(level, rect),
                lambda image: self.view.set_detail(level, rect, image),
                owner=self,
                key="plan-detail",
            )

    def _go_to_picture(self) -> None:
        self.main.body.show_tab("card")
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- the spots -------------------------------------------------------------------------

    def _on_spot(self, x: float, y: float) -> None:
        if self.step != "spots":
            return
        self.pending = (x, y)
        self._show()
        self.main.map.start_placing()
        self.main.body.show_tab("centre")
        # By keyboard, so that the cross shows where Enter would put the spot.
        self.main.map.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if self.main.body.is_narrow:
            # This panel, which says it elsewhere, is behind the map here.
            self._hint = self.main.messages.info(*self._what_now())
            self._hint.stay()

    def _on_place(self, position: LngLat) -> None:
        if self.pending is None or self.step != "spots":
            return
        self.points.append(ControlPoint(*self.pending, *position))
        self._forget_pending()
        self._refit()
        self._go_to_picture()

    def _forget_pending(self) -> None:
        if self.pending is not None:
            self.pending = None
            self.main.map.stop_placing()
        hint, self._hint = self._hint, None
        self.main.messages.close(hint)

    def remove(self, rank: int) -> None:
        """Take a spot away; the others are numbered anew."""
        if self.step == "spots":
            del self.points[rank]
            self._refit()

    def _on_shown(self, rank: int) -> None:
        point = self.points[rank]
        self.view.show_spot(point.x, point.y)
        self.main.map.fly_to(point.lng, point.lat)

    def _refit(self) -> None:
        self.fit = None
        if len(self.points) >= MIN_POINTS:
            try:
                self.fit = fit(self.points)
            except PointsInLine:
                self.fit = None
        self.spots.set_spots(len(self.points), self.fit)
        self._show()
        self._trace()

    def _trace(self) -> None:
        """Lay the picture and the spots over the map as they are now."""
        opened, found = self._opened, self.fit
        if opened is None:
            self.main.map.show_tracing(None)
            return
        spots = tuple(LngLat(point.lng, point.lat) for point in self.points)
        if found is None:
            self.main.map.show_tracing(Tracing(spots))
            return
        scale = opened.picture.size.width / opened.thumbnail.width()
        share = self.opacity.value() / 100
        self.main.map.show_tracing(Tracing(spots, opened.thumbnail, found.affine, scale, share))

    # --- what is said ----------------------------------------------------------------------

    def _show(self) -> None:
        title, words = self._what_now()
        self.now.title.setText(title)
        self.now.text.setText(words)
        self.now.setAccessibleName(f"{title} {words}")
        has_picture, can_add = self._opened is not None, self.fit is not None
        self.steps.set_step(0 if not has_picture else 2 if can_add else 1)
        is_free = self.step != "working"
        self.choice.setEnabled(is_free)
        self.spots.setEnabled(is_free)
        for part in (self.clearness, self.name_field, self.credit_field):
            part.setVisible(can_add)
        self.view.set_spots([(point.x, point.y) for point in self.points], self.pending)
        self.primary.setText(_("Add this plan") if has_picture else _("Choose a picture"))
        self.primary.set_icon("layers-plus" if has_picture else "image-plus")
        self.primary.setEnabled(is_free and (can_add or not has_picture))

    def _what_now(self) -> tuple[str, str]:
        if self._opened is None:
            return _("A plan, or an aerial photo"), _(
                "It is cut to fit and lies over the base map."
            )
        if self.step == "working":
            return _("The plan is being added"), _("You can go on with other things meanwhile.")
        if self.pending is not None:
            return (
                _("Now click on the same spot on the map"),
                _("Or move the map with the arrow keys, then press Enter."),
            )
        missing = MIN_POINTS - len(self.points)
        if missing > 0:
            words = ngettext(
                "{count} more spot, far from the others.",
                "{count} more spots, far apart: corners of streets, a church.",
                missing,
            )
            return (
                _("Click on the picture, on a spot you find on the map"),
                words.format(count=missing),
            )
        if self.fit is None:
            return explain(PointsInLine())
        return quality_words(len(self.points), self.fit)

    # --- adding ----------------------------------------------------------------------------

    def _on_primary(self) -> None:
        if self._opened is None:
            self.choose()
        elif self.fit is not None:
            self.add()

    def add(self) -> None:
        """Cut the picture into a base map beside the project, away from this thread."""
        info, opened, found = self.main.info, self._opened, self.fit
        if info is None or opened is None or found is None or self.step == "working":
            return
        if info.read_only:
            self.main.say_read_only()
            return
        title = self.name.text().strip() or opened.picture.path.stem
        credit, image = self.credit.text().strip(), opened.picture.path
        project = info.path
        self.step = "working"
        self._show()

        def work(progress: ProgressCallback, cancel: CancelToken) -> "ScanReport":
            from collabmap.app.tile_packs import slug_of
            from collabmap.basemap import scan

            name = f"{project.stem}.{slug_of(title) or 'plan'}.mbtiles"
            return scan.place(
                image,
                files.free_path(project.with_name(name)),
                found.affine,
                name=title,
                attribution=credit,
                progress=lambda done, total, part: progress(Progress(done, total, part)),
                cancel=cancel.check,
            )

        # No owner: whoever leaves the panel meanwhile is told all the same.
        self._task = self.main.tasks.long_aside(
            _("Adding the plan"),
            work,
            lambda report: self._on_written(report, title),
            self._on_failed,
        )

    def _on_written(self, report: "ScanReport", title: str) -> None:
        """Put the finished pack on the list of the project's base maps."""

        def work(session: "Session") -> "tuple[BaseMapView, ...]":
            session.add_base_map(report.path, title=title)
            return session.base_maps()

        self.main.tasks.write(
            work, lambda views: self._on_added(report, title, views), self._on_failed
        )

    def _on_added(self, report: "ScanReport", title: str, views: "tuple[BaseMapView, ...]") -> None:
        window = self.main
        window.show_base_maps(views, is_new=True)
        window.messages.done(
            _("“{title}” is on the map").format(title=title),
            _("It goes along with every copy you hand out."),
        )
        if isValid(self):
            self.step = "spots"
            if window.panel_host.current is self:
                self.leave()
                # Once the map has the room that the picture took.
                QTimer.singleShot(0, window.map, lambda: window.map.fit(report.bounds))

    def _on_failed(self, error: CollabMapError) -> None:
        if isValid(self):
            self.step = "spots"
            self._show()
            self.primary.setFocus()
        self.main.messages.show(error, kind="info" if isinstance(error, Cancelled) else "error")


def _open(path: Path) -> Opened:
    # Qt's readers of pictures, which no other panel needs.
    from collabmap.render.picture import Picture

    picture = Picture(path)
    return Opened(picture, picture.thumbnail(THUMBNAIL_PX))
