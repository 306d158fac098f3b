"""What similar places have is offered: of the same category, around here, never private."""

import pytest

from collabmap.app.session import Session
from collabmap.domain.definitions import FIELD
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geo import LngLat


@pytest.fixture
def camille(camille: Session) -> Session:
    camille.define(
        {
            (FIELD, "owner"): {"type": "text", "label_fr": "Gestionnaire"},
            (FIELD, "phone"): {"type": "phone", "label_fr": "Téléphone", "is_private": True},
        }
    )
    return camille


def add(session: Session, owner: str, lng: float, category: str = "nature") -> None:
    values = {"owner": owner, "phone": "06 12 34 56 78"}
    session.add(PlaceDraft("Parc", category, lng, 43.73, tags=("ombre", owner), values=values))


def test_what_several_places_nearby_have_comes_first(camille: Session) -> None:
    for owner in ("Ville", "Ville", "Ville", "Office", "Office", "Voisins"):
        add(camille, owner, 7.42)
    for _place in range(5):
        add(camille, "Loin", 9.0)
        add(camille, "Club", 7.42, "sport")

    usual = camille.reader.usual_values("nature", LngLat(7.42, 43.73))
    assert usual.values == {"owner": ["Ville", "Office"]}
    assert list(usual.tags) == ["ombre", "Ville", "Office"]


def test_where_none_lies_near_the_latest_help(camille: Session) -> None:
    add(camille, "Ville", 7.42)
    add(camille, "Ville", 7.42)

    assert camille.reader.usual_values("nature", LngLat(-179.99, 10)).values == {"owner": ["Ville"]}
    assert camille.reader.usual_values("nature").values == {"owner": ["Ville"]}
    assert camille.reader.usual_values("culture").values == {}


def test_what_has_become_private_is_offered_no_longer(camille: Session) -> None:
    add(camille, "Ville", 7.42)
    add(camille, "Ville", 7.42)
    camille.define({(FIELD, "owner"): {"is_private": True}})

    assert camille.reader.usual_values("nature").values == {}
