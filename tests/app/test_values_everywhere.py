"""What is in a theme's fields is seen, decided, settled, united, told and exported as the rest."""

import json
from pathlib import Path
from typing import Any

import pytest
from sharing import Copies, carry, send, view

from collabmap.app.field_words import field_label, field_word, in_order, value_text
from collabmap.app.history_words import entry_words
from collabmap.app.place_values import sibling_value, value_rows
from collabmap.app.session import Session
from collabmap.app.settling_disagreements import Written, joined
from collabmap.app.themes import ready_theme
from collabmap.app.words import set_language
from collabmap.domain.definitions import FIELD
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.theme import Theme
from collabmap.review.queue import ReviewItem, private_texts

HALL = {
    "capacity": 80,
    "occupancy": "some-days",
    "availability": ["evening", "sunday"],
    "accessibility": "full",
    "opening-hours": "Mo-Fr 09:00-18:00",
    "website": "https://ponant.example.org/salle",
    "conditions": "Clés chez Odile",
    "cost": "paid",
    "price": 12.5,
    "phone": "06 12 34 56 78",
    "contact-person": "Odile",
}


@pytest.fixture
def camille(camille: Session) -> Session:
    camille.apply_theme(ready_theme("lieux-partages"))
    return camille


@pytest.fixture
def aicha(copy: Copies) -> Session:
    return copy("Aïcha")


@pytest.fixture
def paul(copy: Copies) -> Session:
    return copy("Paul")


def hall(**values: Any) -> PlaceDraft:
    return PlaceDraft("Salle du Ponant", "salle", 7.42, 43.73, values=values)


def item_of(session: Session) -> ReviewItem:
    (item,) = session.reader.review_items()
    return item


def words_of(item: ReviewItem, theme: Theme) -> dict[str, tuple[str, str]]:
    return {
        field_label(f.field, theme): (
            value_text(f.field, f.before, theme, item.named),
            value_text(f.field, f.after, theme, item.named),
        )
        for f in item.fields
        if f.is_of_theme
    }


@pytest.fixture
def published(camille: Session, aicha: Session, paul: Session, tmp_path: Path) -> bytes:
    """A hall that is on the map of all three."""
    place = camille.add(hall(**HALL))
    for other in (aicha, paul):
        carry(camille, other)
    return place


# --- seen -----------------------------------------------------------------------------------------


def test_a_place_tells_its_values_in_the_order_of_the_theme(
    camille: Session, published: bytes
) -> None:
    set_language("fr")
    rows = value_rows(view(camille, published), camille.theme)

    told = {row.label: row.words for row in rows}
    assert told["Capacité"] == "80\u00a0pers."
    assert told["Sert-il aujourd’hui\u202f?"] == "Certains jours"
    assert told["Quand est-ce disponible\u202f?"] == "Le soir · Le dimanche"
    assert told["Prix"] == "12,5\u00a0€"
    order = [field.id for field in camille.theme.fields]
    assert [row.field for row in rows] == sorted((r.field for r in rows), key=order.index)
    assert {row.field for row in rows if row.is_private} == {"phone", "contact-person"}


def test_who_may_not_read_a_private_value_is_told_that_it_is_kept(
    aicha: Session, published: bytes
) -> None:
    set_language("en")
    rows = {row.field: row for row in value_rows(view(aicha, published), aicha.theme)}

    assert rows["phone"].value is None
    assert rows["phone"].words == "Kept; only coordinators can read it."
    assert rows["phone"].is_private


def test_what_is_hidden_or_no_longer_asked_is_kept_and_not_shown(
    camille: Session, published: bytes
) -> None:
    camille.define({(FIELD, "capacity"): {"is_hidden": True}})
    camille.edit(view(camille, published), {"f:cost": "free"})

    seen = view(camille, published)
    assert {"capacity", "price"} <= seen.values.keys()
    assert not {"capacity", "price"} & {row.field for row in value_rows(seen, camille.theme)}


def test_a_place_that_is_referred_to_is_called_by_its_name(
    camille: Session, published: bytes
) -> None:
    room = camille.add(
        PlaceDraft("Petite salle", "salle", 7.42, 43.73, values={"part-of": published.hex()})
    )
    (row,) = value_rows(view(camille, room), camille.theme)

    assert row.words == "Salle du Ponant"


def test_words_in_a_field_are_searched_and_private_ones_never(
    camille: Session, aicha: Session, published: bytes
) -> None:
    def found(session: Session, text: str) -> list[str]:
        rows, _total = session.reader.places(text=text)
        return [row.name for row in rows]

    for session in (camille, aicha):
        assert found(session, "clés") == ["Salle du Ponant"]
        assert found(session, "Odile") == ["Salle du Ponant"], "as the conditions say"
        assert found(session, "some-days") == []
    camille.edit(view(camille, published), {"f:conditions": None})
    assert found(camille, "Odile") == []


# --- decided --------------------------------------------------------------------------------------


def test_a_change_is_reviewed_field_by_field(
    camille: Session, aicha: Session, published: bytes, tmp_path: Path
) -> None:
    set_language("en")
    aicha.edit(
        view(aicha, published),
        {"f:capacity": 100, "f:availability": None, "f:conditions": "Clés chez Léo"},
    )
    send(aicha, camille)
    item = item_of(camille)

    assert words_of(item, camille.theme) == {
        "Capacity": ("80\u00a0pers.", "100\u00a0pers."),
        "When is it available?": ("Evenings · Sundays", ""),
        "Conditions": ("Clés chez Odile", "Clés chez Léo"),
    }
    first = [f.field for f in in_order(item.fields, camille.theme)]
    assert first == ["f:capacity", "f:availability", "f:conditions"]
    camille.accept(item, leave={"f:availability", "f:conditions"})

    values = view(camille, published).values
    assert values["capacity"] == 100
    assert values["availability"] == ["evening", "sunday"]
    assert values["conditions"] == "Clés chez Odile"
    assert camille.reader.review_items() == []
    camille.undo()
    assert words_of(item_of(camille), camille.theme) == words_of(item, camille.theme)


def test_a_value_where_there_was_none_can_be_left_out(
    camille: Session, aicha: Session, published: bytes, tmp_path: Path
) -> None:
    aicha.edit(view(aicha, published), {"f:area": 60, "f:manager": "Mairie"})
    send(aicha, camille)
    camille.accept(item_of(camille), leave={"f:area"})

    values = view(camille, published).values
    assert "area" not in values
    assert values["manager"] == "Mairie"
    assert camille.reader.review_items() == []


def test_private_values_are_reviewed_as_the_contact_is(
    camille: Session, aicha: Session, published: bytes, tmp_path: Path
) -> None:
    aicha.edit(view(aicha, published), {"f:phone": "06 98 76 54 32", "f:area": 60})
    send(aicha, camille)
    item = item_of(camille)

    assert [field.field for field in item.fields] == ["f:area"]
    assert item.private_changed == ("f:phone",)
    assert value_text("f:phone", private_texts(item)["f:phone"], camille.theme) == "06 98 76 54 32"
    before = value_text("f:phone", item.parts.private_before["f:phone"], camille.theme)
    assert before == "06 12 34 56 78"

    camille.accept(item, leave={"f:phone"})
    assert view(camille, published).values["phone"] == "06 12 34 56 78"
    assert view(camille, published).values["area"] == 60


# --- disputed -------------------------------------------------------------------------------------


def disagree(
    camille: Session, aicha: Session, paul: Session, place: bytes, **values: Any
) -> ReviewItem:
    for session, at in ((aicha, 0), (paul, 1)):
        edits = {f"f:{name.replace('_', '-')}": both[at] for name, both in values.items()}
        session.edit(view(session, place), edits)
        send(session, camille)
    return item_of(camille)


def test_two_values_stand_side_by_side_and_one_is_kept(
    camille: Session, aicha: Session, paul: Session, published: bytes, tmp_path: Path
) -> None:
    set_language("en")
    item = disagree(camille, aicha, paul, published, capacity=(90, 110))
    (dispute,) = item.disputes
    theme = camille.theme

    assert [value_text(dispute.field, s.text, theme) for s in dispute.sides] == [
        "90\u00a0pers.",
        "110\u00a0pers.",
    ]
    assert dispute.start is not None
    assert value_text(dispute.field, dispute.start.text, theme) == "80\u00a0pers."
    assert joined(dispute, theme) is None
    shown = view(camille, published)
    (sibling,) = shown.siblings
    told = {value_text("f:capacity", str(shown.values["capacity"]), theme)}
    told.add(sibling_value(sibling, shown, theme) or "")
    assert told == {"90\u00a0pers.", "110\u00a0pers."}
    camille.settle(item, {dispute.field: dispute.sides[0].changes[0]}, {})
    assert view(camille, published).values["capacity"] == 90
    assert camille.reader.review_items() == []


@pytest.mark.parametrize(
    ("field", "both", "together"),
    [
        ("availability", (["evening"], ["saturday"]), ["evening", "saturday"]),
        ("conditions", ("Sans musique", "Avec clés"), "Sans musique / Avec clés"),
    ],
)
def test_both_values_are_kept_where_that_makes_sense(
    camille: Session, aicha: Session, paul: Session, published: bytes, tmp_path: Path,
    field: str, both: tuple[Any, Any], together: Any,
) -> None:  # fmt: skip
    item = disagree(camille, aicha, paul, published, **{field: both})
    (dispute,) = item.disputes
    own = joined(dispute, camille.theme)
    assert own is not None
    camille.settle(item, {}, {dispute.field: own})

    assert view(camille, published).values[field] == together


def test_a_value_of_ones_own_settles_it(
    camille: Session, aicha: Session, paul: Session, published: bytes, tmp_path: Path
) -> None:
    item = disagree(camille, aicha, paul, published, capacity=(90, 110))
    camille.settle(item, {}, {"f:capacity": Written(100)})

    assert view(camille, published).values["capacity"] == 100
    assert camille.reader.review_items() == []


def test_emptied_by_one_and_changed_by_another_is_settled_either_way(
    camille: Session, aicha: Session, paul: Session, published: bytes, tmp_path: Path
) -> None:
    item = disagree(camille, aicha, paul, published, capacity=(None, 110))
    (dispute,) = item.disputes
    empty = next(side for side in dispute.sides if not side.text)
    camille.settle(item, {dispute.field: empty.changes[0]}, {})

    assert "capacity" not in view(camille, published).values
    camille.undo()
    item = item_of(camille)
    (dispute,) = item.disputes
    other = next(side for side in dispute.sides if side.text)
    camille.settle(item, {dispute.field: other.changes[0]}, {})
    assert view(camille, published).values["capacity"] == 110


def test_private_values_that_differ_are_settled_as_equals(
    camille: Session, aicha: Session, paul: Session, published: bytes, tmp_path: Path
) -> None:
    phones = ("06 11 11 11 11", "06 22 22 22 22")
    item = disagree(camille, aicha, paul, published, phone=phones)
    (field,) = item.fields

    assert (item.kind, field.field) == ("disagreement", "f:phone")
    texts = [value_text("f:phone", value.text, camille.theme) for value in field.values]
    assert texts == list(phones)
    camille.accept(item, choose={"f:phone": field.values[0].change})
    assert view(camille, published).values["phone"] == phones[0]
    assert camille.reader.review_items() == []


# --- told -----------------------------------------------------------------------------------------


def test_the_history_tells_values_in_words_and_private_ones_without_them(
    camille: Session, aicha: Session, published: bytes, tmp_path: Path
) -> None:
    set_language("en")
    aicha.edit(view(aicha, published), {"f:occupancy": "full", "f:phone": "06 98 76 54 32"})
    send(aicha, camille)
    camille.accept(item_of(camille))

    said = [
        words
        for entry in camille.reader.history(published)
        for words in entry_words(entry, camille.theme)
    ]
    assert "Is it in use today?: Some days → Yes, fully" in said
    assert "Phone changed" in said
    assert "Accepted: is it in use today, phone" in said
    assert not any("98 76" in words for words in said)


def test_the_name_of_a_field_stands_inside_a_line_without_its_capital() -> None:
    set_language("fr")
    theme = ready_theme("qualite-air")

    assert field_word("f:height", theme) == "hauteur au-dessus du sol"
    assert field_word("f:co2", theme) == "CO₂ à l’intérieur"
    assert field_word("f:unknown-here", theme) == "unknown-here"


# --- united ---------------------------------------------------------------------------------------


def test_places_that_are_one_keep_the_value_that_was_chosen(
    camille: Session, published: bytes
) -> None:
    other = camille.add(hall(capacity=95, area=70))
    item = camille.reader.duplicate_item((published, other))
    assert item is not None
    differing = {field.field: field for field in item.differing}

    assert [v.text for v in differing["f:capacity"].values] == ["80", "95"]
    views = [view(camille, place) for place in (published, other)]
    choose = {**item.proposed, "f:capacity": other, "f:conditions": other, "f:area": other}
    camille.unite(views, choose)
    values = view(camille, published).values
    assert (values["capacity"], values["area"]) == (95, 70)
    assert "conditions" not in values
    assert values["phone"] == "06 12 34 56 78"


# --- exported -------------------------------------------------------------------------------------


def exported(session: Session, folder: Path, language: str = "fr") -> dict[str, Any]:
    session.export_geojson(folder / "out.geojson", draft=False, language=language)
    found: dict[str, Any] = json.loads((folder / "out.geojson").read_text(encoding="utf-8"))
    return found


def test_the_export_has_flat_typed_columns_and_says_what_they_are(
    camille: Session, published: bytes, tmp_path: Path
) -> None:
    camille.define(
        {(FIELD, "name"): {"type": "text", "label_fr": "Vieux nom", "label_en": "Old name"}}
    )
    room = camille.add(
        PlaceDraft(
            "Petite salle", "salle", 7.42, 43.73,
            values={"part-of": published.hex(), "name": "La cave", "noise-allowed": True},
        )
    )  # fmt: skip
    data = exported(camille, tmp_path)
    by_name = {f["properties"]["name"]: f["properties"] for f in data["features"]}
    told = by_name["Salle du Ponant"]

    assert told["capacity"] == 80
    assert told["price"] == 12.5
    assert (told["occupancy"], told["occupancy_label"]) == ("some-days", "Certains jours")
    assert told["availability"] == "evening;sunday"
    assert told["availability_label"] == "Le soir;Le dimanche"
    assert told["opening-hours"] == "Mo-Fr 09:00-18:00"
    small = by_name["Petite salle"]
    assert small["field-name"] == "La cave"
    assert small["noise-allowed"] is True
    by_id = {f["id"]: f["properties"]["name"] for f in data["features"]}
    assert by_id[small["part-of"]] == "Salle du Ponant"
    assert room
    about = {field["property"]: field for field in data["fields"]}
    assert about["capacity"] == {
        "property": "capacity", "label": "Capacité", "type": "number", "unit": "pers.",
    }  # fmt: skip
    assert about["occupancy"]["options"]["empty"] == "Non, il est vide"
    for value in told.values():
        assert not isinstance(value, list)


def test_no_export_holds_what_is_private_hidden_or_of_another_category(
    camille: Session, published: bytes, tmp_path: Path
) -> None:
    camille.define(
        {
            (FIELD, "conditions"): {"is_private": True},
            (FIELD, "area"): {"is_hidden": True},
        }
    )
    camille.edit(view(camille, published), {"f:area": 60, "category": "jardin"})
    text = json.dumps(exported(camille, tmp_path), ensure_ascii=False)

    for word in ("06 12", "Odile", "phone", "contact-person", "conditions", "area"):
        assert word not in text, word
    assert "noise-allowed" in text, "the column is told of"
