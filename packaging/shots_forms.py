"""Pictures of the form of a rich theme: few questions first, answers, what is wrong, days."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shots import Camera

    from collabmap.domain.feature import PlaceDraft
    from collabmap.domain.theme_changes import Said
    from collabmap.ui.panels.field_form import FieldForm
    from collabmap.ui.panels.place_form import PlaceForm

_SAID: tuple[tuple[str, dict[str, Any]], ...] = (
    ("keeper", {"type": "text", "label_fr": "Qui s’en occupe ?", "label_en": "Who cares for it?"}),
    (
        "seats",
        {
            "type": "number", "label_fr": "Places", "label_en": "Seats", "unit": "pers.",
            "minimum": 0.0, "maximum": 2000.0, "is_required": True,
        },
    ),
    (
        "state",
        {
            "type": "choice", "label_fr": "État", "label_en": "State", "default": "good",
            "options": [
                {"id": "good", "label_fr": "Bon", "label_en": "Good"},
                {"id": "worn", "label_fr": "Usé", "label_en": "Worn"},
                {"id": "bad", "label_fr": "À refaire", "label_en": "To be redone"},
            ],
        },
    ),
    (
        "there",
        {
            "type": "choices", "label_fr": "On y trouve", "label_en": "What there is",
            "options": [
                {"id": "shade", "label_fr": "De l’ombre", "label_en": "Shade"},
                {"id": "table", "label_fr": "Des tables", "label_en": "Tables"},
                {"id": "water", "label_fr": "Un point d’eau", "label_en": "Water"},
                {"id": "power", "label_fr": "Une prise électrique", "label_en": "A socket"},
            ],
        },
    ),
    ("free", {"type": "yes_no", "label_fr": "Libre en soirée ?", "label_en": "Free at night?"}),
    (
        "why",
        {
            "type": "long_text", "label_fr": "Qu’est-ce qui l’empêche ?",
            "label_en": "What is in the way?", "only_if": {"field": "free", "values": [False]},
        },
    ),
    ("hours", {"type": "hours", "label_fr": "Horaires", "label_en": "Opening hours"}),
    ("since", {"type": "date", "label_fr": "Ouvert depuis", "label_en": "Open since"}),
    ("next", {"type": "date_time", "label_fr": "Prochaine réunion", "label_en": "Next meeting"}),
    ("rating", {"type": "rating", "label_fr": "Votre avis", "label_en": "What you think of it"}),
    (
        "owner",
        {
            "type": "phone", "label_fr": "Téléphone du gardien", "label_en": "Telephone",
            "is_private": True,
        },
    ),
    ("near", {"type": "reference", "label_fr": "Dépend de", "label_en": "Belongs to"}),
    ("photos", {"type": "photo", "label_fr": "Photos", "label_en": "Photos"}),
)  # fmt: skip


def filling_in_forms(camera: "Camera", folder: Path, language: str) -> None:
    """From the first questions of a shared place to all of them, as a coordinator's map asks."""
    window = camera.window
    window.messages.clear()
    window.go_to_mode("contribute")
    _define(camera)
    _add_similar(camera, language)
    form = _begin(camera)
    form.tiles.choose("culture")
    form.choose_category("culture")
    form.name.setText({"fr": "Salle du Ponant", "en": "Ponant hall"}[language])
    camera.settle()
    camera.take(folder, "200-what-a-theme-asks")
    _answer(form.fields, language)
    _scroll_to(camera, form, "seats")
    camera.take(folder, "201-answers")
    form.fields.rows["seats"].editor.set_value("beaucoup")
    form.submit()
    camera.take(folder, "202-what-is-wrong")
    form.fields.rows["seats"].fill(80)
    form.fields.show_all()
    _scroll_to(camera, form, "since")
    camera.take(folder, "203-the-other-questions")
    _days(camera, folder, form)
    _calendar(camera, folder, form)
    _reference(camera, folder, form, language)
    _scroll_to(camera, form, "rating")
    camera.take(folder, "207-stars-and-private")
    window.placing.give_up()
    window.messages.clear()


def _define(camera: "Camera") -> None:
    said: Said = {
        ("field", key): {**words, "categories": ["culture"], "order": -20.0 + rank}
        for rank, (key, words) in enumerate(_SAID)
    }
    camera.window.tasks.write(lambda session: session.define(said), lambda _effect: None)
    camera.settle()


def _add_similar(camera: "Camera", language: str) -> None:
    """Add two places whose answers are offered for a third."""
    from collabmap.domain.feature import PlaceDraft

    keeper = {"fr": "Ville de Monaco", "en": "City of Monaco"}[language]
    for name, lng in (("Salle A", 7.4156), ("Salle B", 7.4161)):
        values = {"keeper": keeper, "seats": 120}
        _add(camera, PlaceDraft(name, "culture", lng, 43.7296, values=values))
    camera.settle()


def _add(camera: "Camera", draft: "PlaceDraft") -> None:
    camera.window.tasks.write(lambda session: session.add(draft), lambda _id: None)


def _begin(camera: "Camera") -> "PlaceForm":
    from PySide6.QtCore import QPointF

    window = camera.window
    window.commands.add_place("")
    camera.settle()
    view = window.map
    view.click_at(QPointF(view.width() * 0.6, view.height() * 0.4))
    camera.settle()
    form = window.placing.form
    assert form is not None
    # The window may not know the theme of a moment ago.
    camera.window.tasks.read(lambda reader: reader.theme(), form.set_theme)
    camera.settle()
    return form


def _answer(fields: "FieldForm", language: str) -> None:
    rows = fields.rows
    rows["seats"].editor.set_value(1250)
    rows["there"].editor.set_value(["shade", "water"])
    rows["free"].editor.set_value(False)
    rows["free"].editor.changed.emit()
    why = {"fr": "Il n’y a personne pour fermer.", "en": "Nobody is there to lock up."}
    rows["why"].editor.set_value(why[language])


def _scroll_to(camera: "Camera", form: "PlaceForm", field: str) -> None:
    camera.settle()
    row = form.fields.rows[field]
    bar = form.scroller.verticalScrollBar()
    inside = form.scroller.widget()
    assert inside is not None
    bar.setValue(row.mapTo(inside, row.rect().topLeft()).y() - 12)
    camera.settle()


def _days(camera: "Camera", folder: Path, form: "PlaceForm") -> None:
    from collabmap.ui.fields.hours import HoursEditor

    editor = form.fields.rows["hours"].editor
    assert isinstance(editor, HoursEditor)
    editor.set_value("Mo-Fr 09:00-12:30,14:00-18:00; Sa 10:00-12:00")
    editor.button.click()
    _scroll_to(camera, form, "hours")
    camera.take(folder, "204-opening-hours-by-day")
    editor.button.click()


def _calendar(camera: "Camera", folder: Path, form: "PlaceForm") -> None:
    from collabmap.ui.fields.lines import DayEditor
    from collabmap.ui.widgets.popover import Popover

    editor = form.fields.rows["since"].editor
    assert isinstance(editor, DayEditor)
    editor.set_value("2026-03-12")
    _scroll_to(camera, form, "since")
    editor.button.click()
    camera.take(folder, "205-calendar")
    for popover in camera.window.findChildren(Popover):
        if popover.isVisible():
            popover.close_popover()


def _reference(camera: "Camera", folder: Path, form: "PlaceForm", language: str) -> None:
    from collabmap.ui.fields.reference import ReferenceEditor

    editor = form.fields.rows["near"].editor
    assert isinstance(editor, ReferenceEditor)
    editor.search.setText({"fr": "ma", "en": "ma"}[language])
    editor.search.textEdited.emit("ma")
    editor.search.setFocus()
    camera.settle()
    _scroll_to(camera, form, "near")
    camera.take(folder, "206-a-place-it-refers-to")
