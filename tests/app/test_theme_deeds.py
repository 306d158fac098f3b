"""A map that takes another theme: one deed, nothing lost, and undone as any other."""

import json
from pathlib import Path

import pytest
from sharing import Copies, carry, send, view

from collabmap.app.session import Session
from collabmap.app.themes import find_theme, ready_theme
from collabmap.domain.definitions import CATEGORY, FIELD, LINK_TYPE, PROJECT, SELF
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.theme import Theme
from collabmap.errors import NotAllowed, ThemeInvalid, ThemeUnknown, UndoOvertaken
from collabmap.store.device import Device

PLACES = (FIELD, "places")
SAID = {
    PLACES: {"type": "number", "label_fr": "Places", "label_en": "Seats", "unit": "pers."},
    (CATEGORY, "culture"): {"label_fr": "Arts"},
}


@pytest.fixture
def jo(camille: Session, copy: Copies) -> Session:
    """A second coordinator."""
    session = copy("Jo")
    session.add(PlaceDraft("Salle", "culture", 7.42, 43.73))
    send(session, camille)
    camille.grant(session.rid, "coordinator")
    carry(camille, session)
    return session


def offered(theme: Theme) -> list[str]:
    return [category.id for category in theme.offered]


def test_a_map_takes_another_theme_and_keeps_what_it_had(camille: Session) -> None:
    camille.define(SAID)
    place = camille.add(PlaceDraft("Salle", "culture", 7.42, 43.73, values={"places": 80}))
    air = ready_theme("qualite-air")
    camille.apply_theme(air)

    now = camille.theme
    assert offered(now) == offered(air)
    assert now.fields_of("station") == air.fields_of("station")
    assert now.link_types == air.link_types
    assert now.label("fr") == "Qualité de l’air"
    assert view(camille, place).values == {"places": 80}
    assert now.category("culture").label("fr") == "Arts"


def test_taking_a_theme_again_says_nothing(camille: Session) -> None:
    camille.apply_theme(ready_theme("qualite-air"))
    before = camille.project.model.ledger.definitions
    camille.apply_theme(ready_theme("qualite-air"))

    assert camille.project.model.ledger.definitions is before


def test_going_back_to_the_first_theme_brings_all_of_it_back(camille: Session) -> None:
    first = camille.theme
    camille.apply_theme(ready_theme("qualite-air"))
    camille.apply_theme(first)

    assert offered(camille.theme) == offered(first)
    for category in first.categories:
        asked = camille.theme.fields_of(category.id)
        assert asked == first.fields_of(category.id)


def test_a_field_that_has_another_type_here_keeps_it_and_its_values(camille: Session) -> None:
    camille.define(
        {(FIELD, "capacity"): {"type": "text", "label_fr": "Capacité", "label_en": "Capacity"}}
    )
    place = camille.add(
        PlaceDraft("Salle", "culture", 7.42, 43.73, values={"capacity": "une centaine"})
    )
    camille.apply_theme(ready_theme("lieux-partages"))

    theme = camille.theme
    before, beside = theme.field("capacity"), theme.field("capacity-number")
    assert before is not None
    assert (before.type, before.is_hidden) == ("text", True)
    assert beside in theme.fields_of("salle")
    assert view(camille, place).values == {"capacity": "une centaine"}

    camille.apply_theme(ready_theme("lieux-partages"))
    assert camille.theme == theme


def test_undo_and_redo_of_a_theme(camille: Session) -> None:
    first = camille.theme
    camille.apply_theme(ready_theme("qualite-air"))
    second = camille.theme
    label = camille.undo_words()[0]
    assert label is not None
    assert (label.kind, label.name) == ("apply_theme", second.label("en"))

    assert camille.undo().done
    assert offered(camille.theme) == offered(first)
    assert camille.theme.fields_of("culture") == first.fields_of("culture")
    assert camille.theme.label_fr == first.label_fr
    assert camille.redo().done
    assert camille.theme == second


def test_several_definitions_are_undone_one_after_the_other(camille: Session) -> None:
    seen = [camille.theme]
    for words in ({"label_fr": "Arts"}, {"label_fr": "Spectacles"}, {"icon": "tree"}):
        camille.define({(CATEGORY, "culture"): words})
        seen.append(camille.theme)
    for before in reversed(seen[:-1]):
        assert camille.undo().done
        assert camille.theme == before
    for after in seen[1:]:
        assert camille.redo().done
        assert camille.theme == after


def test_what_came_new_is_hidden_by_undo_and_shown_again_by_redo(camille: Session) -> None:
    camille.define({PLACES: SAID[PLACES]})
    label = camille.undo_words()[0]
    assert label is not None
    assert (label.kind, label.name) == ("define", "Seats")
    camille.define({PLACES: {"unit": "sièges"}})
    assert camille.undo().done
    field = camille.theme.field("places")
    assert field is not None
    assert (field.unit, field.is_hidden) == ("pers.", False)

    assert camille.undo().done
    assert camille.theme.field("places") not in camille.theme.fields_of("culture")
    assert camille.redo().done
    assert field in camille.theme.fields_of("culture")


def test_what_another_coordinator_said_since_is_not_undone(camille: Session, jo: Session) -> None:
    camille.define(SAID)
    carry(camille, jo)
    jo.define({PLACES: {"unit": "sièges"}})
    carry(jo, camille)

    result = camille.undo()
    assert not result.done
    assert isinstance(result.why_not, UndoOvertaken)
    field = camille.theme.field("places")
    assert field is not None
    assert (field.unit, field.is_hidden) == ("sièges", False)


def test_two_laptops_whose_themes_differ_for_an_hour_lose_nothing(
    camille: Session, jo: Session
) -> None:
    """One takes the theme of air, the other adds a field to culture and a place with it."""
    camille.apply_theme(ready_theme("qualite-air"))
    station = camille.add(PlaceDraft("Port", "station", 7.42, 43.73, values={"height": 3}))
    jo.define(SAID)
    hall = jo.add(PlaceDraft("Salle", "culture", 7.42, 43.73, values={"places": 80}))
    carry(camille, jo)
    carry(jo, camille)

    assert camille.theme == jo.theme
    for session in (camille, jo):
        assert view(session, station).values == {"height": 3}
        assert view(session, hall).values == {"places": 80}
        assert session.theme.field("places") in session.theme.fields_of("culture")
        assert "station" in offered(session.theme)
        assert "culture" not in offered(session.theme)
        assert session.theme.category("culture").label_fr == "Arts"


def test_a_theme_goes_from_map_to_map_as_a_file(camille: Session, tmp_path: Path) -> None:
    camille.apply_theme(ready_theme("lieux-partages"))
    camille.define(SAID)
    camille.define({(FIELD, "area"): {"is_hidden": True}})
    camille.export_theme(tmp_path / "ours.json")
    other = Session.create(tmp_path / "other", Device(tmp_path / "o"), "Autre", "Inès")
    other.apply_theme(find_theme(str(tmp_path / "ours.json")))

    assert offered(other.theme) == offered(camille.theme)
    asked = {field.id for field in other.theme.fields_of("salle")}
    assert "places" in asked
    assert "area" not in asked
    assert other.theme.field("area") is None
    other.close()


def test_what_merging_left_behind_is_put_right_in_the_file(
    camille: Session, tmp_path: Path
) -> None:
    yes_no = {"type": "yes_no", "label_fr": "Un", "label_en": ""}
    camille.define(
        {
            (FIELD, "a"): {**yes_no, "only_if": {"field": "b", "values": [True]}},
            (FIELD, "b"): {**yes_no, "only_if": {"field": "a", "values": [True]}},
            (FIELD, "c"): {"type": "choice", "label_fr": "C", "label_en": "C"},
            (FIELD, "d"): {"type": "number", "label_fr": "D", "minimum": 9, "maximum": 1},
            (FIELD, "e"): {"type": "text", "label_fr": "E\n", "categories": ["nowhere"]},
            (LINK_TYPE, "l"): {"label_fr": "L", "inverse_fr": "M"},
            (CATEGORY, "z"): {"label_fr": "Nature", "hue": "#123456", "drawn": []},
            (PROJECT, SELF): {"label_fr": "", "label_en": ""},
        }
    )
    camille.export_theme(tmp_path / "ours.json")

    found = find_theme(str(tmp_path / "ours.json"))
    assert {"a", "b", "d"} <= {field.id for field in found.fields}
    assert found.label("fr") == "Ville"
    assert {"Nature", "Nature (nature)"} <= {category.label_fr for category in found.categories}


def test_an_icon_of_a_newer_version_is_the_usual_one_in_the_file(
    camille: Session, tmp_path: Path
) -> None:
    camille.define({(CATEGORY, "culture"): {"icon": "drawn-next-year"}})
    camille.export_theme(tmp_path / "ours.json")

    found = find_theme(str(tmp_path / "ours.json"))
    assert found.category("culture").icon == "map-marker"
    assert camille.theme.category("culture").icon == "drawn-next-year"


def test_only_coordinators_give_a_map_another_theme(camille: Session, tmp_path: Path) -> None:
    kit = camille.hand_out(tmp_path / "kit").path
    (tmp_path / "copy").mkdir()
    session = Session.open_kit(kit, tmp_path / "copy", Device(tmp_path / "r"))
    session.begin_person("Aïcha")

    with pytest.raises(NotAllowed):
        session.apply_theme(ready_theme("qualite-air"))
    session.close()


def test_a_file_with_something_wrong_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ours.json"
    path.write_text(json.dumps({"format": "collabmap-theme", "version": 1}), encoding="utf-8")

    with pytest.raises(ThemeInvalid):
        find_theme(str(path))
    with pytest.raises(ThemeUnknown):
        find_theme("no-such-theme")
