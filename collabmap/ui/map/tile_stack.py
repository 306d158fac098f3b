"""Base maps on top of each other, over the world: what of which is drawn, and read next."""

from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap, QRegion

from collabmap.basemap.cartography import PALETTES, WORLD_LAST_ZOOM, Style, halfway
from collabmap.domain.tiles import Tile
from collabmap.errors import BaseMapGone, FileMissing
from collabmap.render.camera import Camera
from collabmap.ui.map.pictures import OpenPictures, PackInfo, WorldPictures
from collabmap.ui.map.tile_layer import Piece, PixmapCache, TileLayer, round_zoom
from collabmap.ui.map.tile_loader import TileLoader, Wish
from collabmap.ui.map.tile_watch import FileWatch

# How long the world waits for the look of the base map above it, before it takes the window's.
PATIENCE_MS = 300
# How long after the first frame of the first maps the names of the world come, which take time to
# prepare, and the whole world, which stands in for all else.
LEISURE_MS = 250
# No base map of the stack takes a name of the world away.
ALL_NAMES = 99


class StackedMap(NamedTuple):
    """key: the same for the same map, as it is shown again in another order or opacity.

    Of a file it is its path: that is watched, for it may be pulled out with its stick.
    """

    key: Hashable
    open: OpenPictures
    opacity: float = 1.0


class TileStack(QObject):
    """changed: something new to paint.  opened: PackInfo of the lowest map.

    style_seen: the style of the lowest map that has one, or None.  failed: CollabMapError.
    returned: the name of a file that was out of reach and is shown again.
    is_complete: the last frame lacked nothing.  shows_world: it showed the overview.
    """

    changed = Signal()
    opened = Signal(object)
    style_seen = Signal(object)
    failed = Signal(object)
    returned = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_complete = False
        self.shows_world = False
        self._cache = PixmapCache()
        self._loader = TileLoader(self)
        self._loader.opened.connect(self._on_opened)
        self._loader.styled.connect(self._on_styled)
        self._loader.loaded.connect(self._on_loaded)
        self._loader.failed.connect(self._on_failed)
        self._layers: list[TileLayer] = []
        self._keys: list[Hashable] = []
        self._openers: dict[Hashable, OpenPictures] = {}
        # Those whose file is out of reach, and that was said.
        self._lost: set[Hashable] = set()
        self._watch = FileWatch(self)
        self._watch.gone.connect(self._on_gone)
        self._watch.came.connect(self._on_came)
        self._world: TileLayer | None = None
        # In another look or language: shown until the new one is there.
        self._former: TileLayer | None = None
        self._world_is: tuple[object, ...] = ()
        self._look: Style = "light"
        self._language = "en"
        self._style: Style | None = None
        self._is_patient = True
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._lose_patience)
        self._is_told = self._has_leisure = False
        self._leisure = QTimer(self, singleShot=True, interval=LEISURE_MS)
        self._leisure.timeout.connect(self._find_leisure)

    # --- what is shown ---------------------------------------------------------------------------

    @property
    def is_settled(self) -> bool:
        """Whether the last frame lacked nothing and nothing more will come by itself."""
        has_root = self._world is not None and self._root(self._world) in self._cache
        return self.is_complete and (has_root or not self._is_told)

    @property
    def info(self) -> PackInfo | None:
        """What the lowest base map says of itself, None while there is none."""
        return self._layers[0].info if self._layers else None

    @property
    def attributions(self) -> list[str]:
        """Whom the base maps are from, as their files say, from the lowest up."""
        return [layer.info.attribution for layer in self._layers if layer.info is not None]

    def set_maps(self, maps: Sequence[StackedMap]) -> None:
        """Show base maps, from the lowest up; what was shown already stays as it is."""
        known = {
            key: layer
            for key, layer in zip(self._keys, self._layers, strict=True)
            if not (layer.is_over and layer.info is not None)
        }
        layers = []
        for each in maps:
            layer = known.pop(each.key, None)
            if layer is None:
                layer = TileLayer(self._loader.add(each.open), self._cache)
            layer.opacity = each.opacity
            layers.append(layer)
        for layer in set(self._layers) - set(layers):
            self._loader.remove(layer.number)
            self._cache.forget(layer.number)
        self._layers, self._keys = layers, [each.key for each in maps]
        self._openers = {each.key: each.open for each in maps}
        self._lost &= self._openers.keys()
        self._follow_files()
        self.is_complete = False
        self._is_told = self._is_patient = True
        self._patience.start()
        self._see_style()
        self.changed.emit()

    def set_look(self, style: Style, language: str) -> None:
        """Say how the world looks where no base map decides, and in which language it speaks."""
        if (style, language) != (self._look, self._language):
            self._look, self._language = style, language
            self.changed.emit()

    def release(self, key: Hashable) -> Callable[[float], bool]:
        """Stop reading a base map; what is on the screen stays until `set_maps`.

        Returns what waits until its file is closed, for at most so many seconds, and whether it
        is: not to be called by the GUI thread.
        """
        numbers = []
        for known, layer in zip(self._keys, self._layers, strict=True):
            if known == key:
                layer.is_over = True
                self._loader.remove(layer.number)
                numbers.append(layer.number)
        self._follow_files()

        def wait(timeout_s: float) -> bool:
            return all(self._loader.wait_until_closed(number, timeout_s) for number in numbers)

        return wait

    def close(self) -> None:
        """Stop the threads and wait for them."""
        self._patience.stop()
        self._leisure.stop()
        self._watch.stop()
        self._loader.stop()
        self._loader.wait()
        self._watch.wait()

    # --- painting --------------------------------------------------------------------------------

    def paint(self, painter: QPainter, camera: Camera, dpr: float) -> None:
        """Paint what is there, ask for what is not.  painter: in logical pixels of the view.

        From the top down it is decided what is drawn, from the bottom up it is: what others cover
        is neither drawn nor read.
        """
        # Near a town the world is plain land: it is not even opened for the first frame.
        is_far = round_zoom(camera.zoom) <= WORLD_LAST_ZOOM
        if self._is_told and (is_far or self._has_leisure):
            self._set_world(dpr)
        worlds = self._worlds() if is_far else []
        self._cache.begin_frame()
        view = QRect(0, 0, round(camera.width * dpr), round(camera.height * dpr))
        hidden = QRegion()
        drawn: list[tuple[TileLayer, list[Piece], QRect | None]] = []
        wishes: dict[TileLayer, list[Tile]] = {}
        self.is_complete, self.shows_world = True, False
        for layer in [*reversed(self._layers), *worlds]:
            if layer.opacity <= 0 or (layer.is_over and layer.info is None):
                continue
            if _covers(hidden, view):
                break
            pieces, missing, covered = layer.plan(camera, dpr, hidden)
            if layer.info is None or missing:
                self.is_complete = False
            elif layer is self._world:
                self._forget_former()
            # A far tile reaches well beyond its pack's area; it must not cover the sharp ones of a
            # map below.  Of the lowest, what it has is better than nothing.
            is_upper = layer in self._layers[1:]
            area = layer.bounds_box(camera, dpr) if is_upper else None
            if layer.opacity >= 1:
                hidden = hidden.united(covered & QRegion(area) if area else covered)
            drawn.append((layer, pieces, area))
            wishes[layer] = missing
            self.shows_world |= layer in worlds and bool(pieces)
        if self._is_told and is_far and not worlds and not _covers(hidden, view):
            self.is_complete = False  # The world waits for the look of the base maps.
        has_time = self.is_complete and self._is_told
        if has_time and not self._has_leisure and not self._leisure.isActive():
            self._leisure.start()
        if not _covers(hidden, view):
            self._paint_paper(painter, camera)
        for layer, pieces, area in reversed(drawn):
            painter.save()
            # In device pixels, where a picture that needs no scaling is only copied.
            painter.scale(1 / dpr, 1 / dpr)
            painter.setOpacity(layer.opacity)
            if area is not None:
                painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
            _draw(painter, pieces)
            painter.restore()
        self._loader.want(
            # From the top down: what lies on top may cover what would be read for nothing.
            [Wish(layer.number, tile) for layer, tiles in wishes.items() for tile in tiles]
            + self._missing_root()
        )

    def _paint_paper(self, painter: QPainter, camera: Camera) -> None:
        """Paint plain land, and beyond the world's edges what is neither land nor sea."""
        palette = PALETTES[self._style or self._look]
        whole = QRectF(0, 0, camera.width, camera.height)
        world = QRectF(*camera.to_screen(0.0, 0.0), camera.scale, camera.scale)
        if not world.contains(whole):
            painter.fillRect(whole, QColor(halfway(palette.water, palette.land)))
        painter.fillRect(whole & world, QColor(palette.land))

    def _missing_root(self) -> list[Wish]:
        """Return the wish for the whole world, which stands in for all else, until it is there."""
        if self._world is None or self._world.info is None or not self._has_leisure:
            return []
        root = self._root(self._world)
        # Asked for in every frame, it is never the longest unused.
        return [root] if self._cache.get(root) is None else []

    @staticmethod
    def _root(world: TileLayer) -> Wish:
        return Wish(world.number, Tile(0, 0, 0))

    def _worlds(self) -> list[TileLayer]:
        """Return the world, and under it the one that it takes the place of."""
        return [world for world in (self._world, self._former) if world is not None]

    def _set_world(self, dpr: float) -> None:
        """Have the world in the look that goes with the base maps, once they have told theirs."""
        is_pending = any(not each.is_styled and not each.is_over for each in self._layers)
        if is_pending and self._is_patient:
            return
        opened = [layer.first_zoom for layer in self._layers if layer.info is not None]
        names_until = min(opened, default=ALL_NAMES) - 1 if self._has_leisure else -1
        scale = 2 if dpr >= 1.5 else 1
        style = self._style or self._look
        wanted = (style, self._language, names_until, scale)
        if wanted == self._world_is:
            return
        self._forget_former()
        if self._world is not None:
            self._loader.remove(self._world.number)
            self._world.is_over = True
            self._former = self._world
        language = self._language
        number = self._loader.add(
            lambda: WorldPictures(style, language, names_until, scale), threads=1
        )
        self._world, self._world_is = TileLayer(number, self._cache), wanted

    def _forget_former(self) -> None:
        if self._former is not None:
            self._cache.forget(self._former.number)
            self._former = None

    # --- what the loader tells -------------------------------------------------------------------

    def _layer(self, number: int) -> TileLayer | None:
        layers = [*self._layers, *self._worlds()]
        return next((layer for layer in layers if layer.number == number), None)

    def _on_opened(self, number: int, info: PackInfo) -> None:
        layer = self._layer(number)
        if layer is not None:
            layer.info = info
            key = self._key_of(layer)
            if key in self._lost and isinstance(key, Path):
                self._lost.discard(key)
                self.returned.emit(key.name)
            if self._layers and layer is self._layers[0]:
                self.opened.emit(info)
            self.changed.emit()

    def _on_styled(self, number: int, style: Style | None) -> None:
        layer = self._layer(number)
        if layer is not None and layer is not self._world:
            layer.style, layer.is_styled = style, True
            self._see_style()
            self.changed.emit()

    def _on_loaded(self, wish: Wish, image: QImage | None) -> None:
        self._loader.received(wish)
        layer = self._layer(wish.source)
        if layer is None:
            return
        if image is None:
            layer.mark_absent(wish.tile)
        else:
            self._cache.put(wish, QPixmap.fromImage(image))
        self.changed.emit()

    def _on_failed(self, number: int, error: object) -> None:
        layer = self._layer(number)
        if layer is None:
            return
        key = self._key_of(layer)
        if isinstance(error, FileMissing) and isinstance(key, Path):
            self._lose(key)
            return
        if layer.info is None:
            layer.is_over = True
        if key in self._lost:
            # Half of it may be back: whoever copies it is not done yet.
            assert isinstance(key, Path)
            self._watch.expect(key)
        else:
            self.failed.emit(error)
        self.changed.emit()

    # --- files that are out of reach -------------------------------------------------------------

    def _key_of(self, layer: TileLayer) -> Hashable | None:
        pairs = zip(self._keys, self._layers, strict=True)
        return next((key for key, each in pairs if each is layer), None)

    def _follow_files(self) -> None:
        """Watch the files that are shown, but for those that somebody is about to replace."""
        self._watch.follow(
            key
            for key, layer in zip(self._keys, self._layers, strict=True)
            if isinstance(key, Path) and not (layer.is_over and layer.info is not None)
        )

    def _on_gone(self, path: Path) -> None:
        if path in self._keys:
            self._lose(path)

    def _lose(self, path: Path) -> None:
        """Show what lies below in a file's place, until it is back."""
        layer = self._layers[self._keys.index(path)]
        self._loader.remove(layer.number)
        self._cache.forget(layer.number)
        layer.is_over, layer.info, layer.style = True, None, None
        self._watch.expect(path)
        if path not in self._lost:
            self._lost.add(path)
            self.failed.emit(BaseMapGone(name=path.name))
        self._see_style()
        self.changed.emit()

    def _on_came(self, path: Path) -> None:
        """Read a file from the beginning: it is back, or another one now."""
        if path not in self._keys:
            return
        place = self._keys.index(path)
        before = self._layers[place]
        if before.is_over and before.info is not None:
            # Somebody has asked for it to be left alone.
            return
        self._loader.remove(before.number)
        self._cache.forget(before.number)
        number = self._loader.add(self._openers[path])
        self._layers[place] = TileLayer(number, self._cache, before.opacity)
        self.is_complete = False
        self.changed.emit()

    def _see_style(self) -> None:
        style = next((each.style for each in self._layers if each.style is not None), None)
        if style != self._style:
            self._style = style
            self.style_seen.emit(style)

    def _find_leisure(self) -> None:
        self._has_leisure = True
        self.changed.emit()

    def _lose_patience(self) -> None:
        self._is_patient = False
        if self._world is None:
            self.changed.emit()


def _covers(region: QRegion, box: QRect) -> bool:
    return QRegion(box).subtracted(region).isEmpty()


def _draw(painter: QPainter, pieces: list[Piece]) -> None:
    is_smooth = None
    for box, pixmap, part, _is_opaque in pieces:
        # Smoothing costs five times as much as copying, and would soften what needs no scaling.
        is_scaled = abs(box.width() - part.width()) > 0.5
        if is_scaled != is_smooth:
            is_smooth = is_scaled
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_scaled)
        painter.drawPixmap(QRectF(box), pixmap, part)
