"""Pictures of what a map offers and asks being changed: categories, fields, kinds of link."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shots import Camera

    from collabmap.store.device import Device


def prepare_theme(folder: Path) -> tuple["Device", Path]:
    """Return a coordinator's laptop with a map of shared places, nothing on it yet."""
    from collabmap.app.session import Session
    from collabmap.store.device import Device

    device = Device(folder / "theme-camille")
    name = "La Condamine"
    session = Session.create(folder / "theme", device, name, "Camille", theme="lieux-partages")
    with closing(session):
        return device, session.path


def editing_the_theme(camera: "Camera", folder: Path, project: Path, language: str) -> None:
    """From the categories to a field, an icon, another theme, and the kinds of link."""
    from collabmap.ui.panels.categories import CategoriesPanel
    from collabmap.ui.panels.link_types import LinkTypesPanel

    window = camera.window
    window.desk.open(project)
    camera.until(lambda: window.info is not None)
    camera.settle()
    window.sections.go_to("categories")
    panel = camera.shown(CategoriesPanel)
    camera.take(folder, "190-categories")
    panel.category.icon_button.click()
    panel.category.icons.search.setText({"fr": "musique", "en": "music"}[language])
    camera.take(folder, "191-icons")
    panel.category.close_icons()
    field = next(f for f in panel.theme.fields_of(panel.chosen) if f.type == "choice")
    panel.open_field(field.id)
    camera.take(folder, "192-a-field")
    bar = panel.field.scroller.verticalScrollBar()
    bar.setValue(bar.maximum())
    camera.take(folder, "193-when-it-is-asked")
    panel.open_category(panel.chosen)
    panel.category.add_field.click()
    camera.take(folder, "194-what-kind-of-answer")
    panel.new_category()
    camera.take(folder, "195-a-new-category")
    panel.open_themes()
    camera.settle()
    panel.themes.cards[2].choose.click()
    camera.take(folder, "196-ready-themes")
    panel.themes.scroller.verticalScrollBar().setValue(0)
    camera.take(folder, "199-the-name-of-the-theme")
    window.sections.go_to("ecosystem")
    kinds = camera.shown(LinkTypesPanel)
    camera.take(folder, "197-kinds-of-link")
    kinds.open_kind(kinds.theme.link_types[3].id)
    camera.take(folder, "198-a-kind-of-link")
    window.go_to_mode("contribute")
