"""What is taken home of an evening: its numbers as a table, a poster, a page for the site."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from collabmap.app.results import write_results
from collabmap.app.words import _
from collabmap.errors import CollabMapError
from collabmap.formats.whole_file import whole_file
from collabmap.render.png import png
from collabmap.ui import files
from collabmap.ui.panels.audit_head import evening_title

if TYPE_CHECKING:
    from collabmap.ui.panels.results import ResultsPanel


class ResultsSaving(QObject):
    """Asks where, and writes aside what the page shows by then."""

    def __init__(self, panel: "ResultsPanel") -> None:
        super().__init__(panel)
        self._panel = panel
        head = panel.head_of_page
        head.save.clicked.connect(self.choose_table)
        head.poster.clicked.connect(self.choose_poster)
        head.web.clicked.connect(self.choose_page)

    # --- where -----------------------------------------------------------------------------

    def choose_table(self) -> None:
        """Ask where the numbers are saved: as a table or as a picture of the page."""
        kinds = f"{_('Table')} (*.csv);;{_('Picture')} (*.png)"
        self._choose(_("Save the numbers"), _("Results {map}"), ".csv", kinds, self.save)

    def choose_poster(self) -> None:
        """Ask where the sheet for the wall is saved."""
        kinds = f"{_('A3 poster')} (*.pdf)"
        self._choose(_("A3 poster"), _("Poster {map}"), ".pdf", kinds, self.write_poster)

    def choose_page(self) -> None:
        """Ask where the page for the town's site is saved."""
        kinds = f"{_('Web page')} (*.html)"
        self._choose(_("Web page"), _("Results {map}"), ".html", kinds, self.write_page)

    def _choose(
        self, title: str, name: str, suffix: str, kinds: str, write: Callable[[Path], object]
    ) -> None:
        info = self._panel.main.info
        assert info is not None
        stem = files.dated_stem(name.format(map=info.name), files.now_ms())
        usual = str(files.documents() / f"{stem}{suffix}")
        path, _filter = QFileDialog.getSaveFileName(self._panel, title, usual, kinds)
        if path:
            write(Path(path))

    # --- what ------------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Write the numbers as a table, or what is on the screen where the name ends in .png."""
        panel = self._panel
        story, results = panel.story, panel.results
        if story is None or results is None:
            return
        if path.suffix.lower() == ".png":
            picture = panel.view.grab().toImage()
            self._write(lambda: _write_picture(path, picture), path, _("The numbers are saved"))
            return
        path = path if path.suffix else path.with_suffix(".csv")
        write = partial(write_results, path, results, story, panel.main.theme, panel.span)
        self._write(write, path, _("The numbers are saved"))

    def write_poster(self, path: Path) -> None:
        """Write a sheet for the wall: the numbers, the map and the charts of the evening."""
        self._tell(path if path.suffix else path.with_suffix(".pdf"), _("The poster is saved"))

    def write_page(self, path: Path) -> None:
        """Write the same as one file for the town's site."""
        self._tell(path if path.suffix else path.with_suffix(".html"), _("The page is saved"))

    def _tell(self, path: Path, done: str) -> None:
        panel = self._panel
        info, story, results, which = panel.main.info, panel.story, panel.results, panel.evening
        if info is None or story is None or results is None or which is None:
            return
        when = " · ".join(filter(None, (evening_title(which), panel.head_of_page.where.text())))
        name, theme, span = info.name, panel.main.theme, panel.span
        base_maps = panel.main.base_maps.views

        def work() -> None:
            # Imported late: few evenings end with it, and it brings what paints on paper.
            from collabmap.app.poster import Told, write_poster
            from collabmap.app.results_page import write_page

            write = write_poster if path.suffix.lower() == ".pdf" else write_page
            write(path, Told(name, when, results, story, span, theme, base_maps))

        self._write(work, path, done)

    def _write(self, work: Callable[[], object], path: Path, done: str) -> None:
        panel = self._panel
        panel.head_of_page.set_busy(True)

        def over(_result: object) -> None:
            panel.head_of_page.set_busy(False)
            open_folder = (_("Open the folder"), lambda: files.show_folder(path))
            panel.main.messages.done(done, path.name, open_folder)

        def failed(error: CollabMapError) -> None:
            panel.head_of_page.set_busy(False)
            panel.main.messages.show(error)

        panel.main.tasks.beside(work, over, failed, owner=panel)


def _write_picture(path: Path, picture: QImage) -> None:
    with whole_file(path) as file:
        file.write(png(picture))
