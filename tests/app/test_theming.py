"""A theme that grows while the evening runs, and what is written into its fields."""

import pytest
from sharing import Copies, carry, send, view

from collabmap.app.session import Session
from collabmap.domain.definitions import CATEGORY, FIELD
from collabmap.domain.feature import PlaceDraft
from collabmap.errors import FieldUnknown, NotAllowed, ValueInvalid

PLACES = (FIELD, "places")
OWNER = (FIELD, "owner")
SAID = {
    PLACES: {"type": "number", "label_fr": "Places", "label_en": "Seats", "unit": "pers."},
    OWNER: {"type": "phone", "label_fr": "Téléphone", "label_en": "Phone", "is_private": True},
}


@pytest.fixture
def camille(camille: Session) -> Session:
    camille.define(SAID)
    return camille


@pytest.fixture
def aicha(copy: Copies) -> Session:
    return copy("Aïcha")


def draft(**values: object) -> PlaceDraft:
    return PlaceDraft("Salle du Ponant", "culture", 7.42, 43.73, values=values)


def test_a_field_is_asked_once_it_is_defined(aicha: Session) -> None:
    place = aicha.add(draft(places=80, owner="06 12 34 56 78"))

    assert view(aicha, place).values == {"places": 80, "owner": "06 12 34 56 78"}


def test_what_is_private_is_read_by_coordinators_and_its_author_alone(
    aicha: Session, camille: Session
) -> None:
    place = aicha.add(draft(places=80, owner="06 12 34 56 78"))
    send(aicha, camille)
    aicha.begin_person("Marcel")

    assert view(camille, place).values["owner"] == "06 12 34 56 78"
    assert view(aicha, place).values == {"places": 80}
    assert view(aicha, place).sealed_fields == ("owner",)


def test_a_value_is_changed_and_emptied_as_any_other(camille: Session) -> None:
    place = camille.add(draft(places=80))
    camille.edit(view(camille, place), {"f:places": 90})
    assert view(camille, place).values == {"places": 90}

    camille.edit(view(camille, place), {"f:places": None})
    assert view(camille, place).values == {}
    camille.undo()
    assert view(camille, place).values == {"places": 90}


def test_what_makes_no_sense_is_refused(camille: Session) -> None:
    with pytest.raises(FieldUnknown):
        camille.add(draft(colour="red"))
    with pytest.raises(ValueInvalid):
        camille.add(draft(places="many"))
    assert camille.info().places == 0


def test_only_coordinators_define(aicha: Session) -> None:
    with pytest.raises(NotAllowed):
        aicha.define(SAID)


def test_a_field_that_is_hidden_keeps_its_values(camille: Session) -> None:
    place = camille.add(draft(places=80))
    camille.define({PLACES: {"is_hidden": True}})

    asked = [field.id for field in camille.theme.fields_of("culture")]
    assert "owner" in asked
    assert "places" not in asked
    assert view(camille, place).values == {"places": 80}


def test_two_coordinators_who_change_different_things_both_have_their_way(
    camille: Session, aicha: Session
) -> None:
    aicha.add(draft(places=80))
    send(aicha, camille)
    camille.grant(aicha.rid, "coordinator")
    carry(camille, aicha)
    camille.define(
        {PLACES: {"label_fr": "Places assises"}, (CATEGORY, "culture"): {"icon": "tree"}}
    )
    aicha.define({PLACES: {"unit": "sièges"}, (CATEGORY, "culture"): {"label_fr": "Arts"}})

    send(aicha, camille)
    carry(camille, aicha)

    assert camille.theme == aicha.theme
    field, category = camille.theme.field("places"), camille.theme.category("culture")
    assert field is not None
    assert (field.label_fr, field.unit) == ("Places assises", "sièges")
    assert (category.label_fr, category.icon) == ("Arts", "tree")


def test_a_private_value_keeps_its_type(camille: Session) -> None:
    rent = (FIELD, "rent")
    camille.define({rent: {"type": "number", "label_fr": "Loyer", "is_private": True}})

    place = camille.add(draft(rent=450, places=80))

    assert view(camille, place).values == {"rent": 450, "places": 80}


def test_how_long_a_sealed_value_is_tells_nothing_of_it(camille: Session) -> None:
    fields = {"ill": "yes_no", "rent": "number", "state": "choice"}
    options = [
        {"id": "a", "label_fr": "A", "label_en": "A"},
        {"id": "quite-another", "label_fr": "B", "label_en": "B"},
    ]
    camille.define(
        {
            (FIELD, key): {"type": type_, "label_fr": key, "is_private": True}
            | ({"options": options} if type_ == "choice" else {})
            for key, type_ in fields.items()
        }
    )
    said: tuple[dict[str, object], ...] = (
        {"ill": True, "rent": 4, "state": "a"},
        {"ill": False, "rent": 1234.5, "state": "quite-another"},
    )
    lengths = set()
    for values in said:
        place = camille.add(draft(**values))
        assert view(camille, place).values == values
        (create,) = camille.project.model.changes(place)
        lengths |= {len(create.payload[f"f:{key}"]) for key in fields}
    assert len(lengths) == 1
