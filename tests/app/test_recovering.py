"""The recovery key on paper: the map outlives the laptop of who founded it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sharing import add, copy_for, founder, places

from collabmap.app import sealing
from collabmap.app.session import Session
from collabmap.domain import signing
from collabmap.domain.codes import CodeKind, read_code, write_code
from collabmap.domain.feature import PlaceDraft
from collabmap.errors import CodeMistyped, CodeOfAnotherKind, NotSenior, RecoveryWrong

CONTACT = PlaceDraft("Lavoir", "eau", 7.42, 43.73, contact="06 00 00 00 00")


@pytest.fixture
def camille(tmp_path: Path) -> Iterator[Session]:
    session = founder(tmp_path)
    yield session
    session.close()
    session.device.close()


@pytest.fixture
def aicha(camille: Session) -> Iterator[Session]:
    session = copy_for(camille, "Aïcha")
    yield session
    session.close()
    session.device.close()


def carry(source: Session, target: Session) -> None:
    path = source.path.with_suffix(".cmbundle")
    target.merge([source.give_back(path).path])


def published(session: Session) -> set[str]:
    return {mark.name for mark in session.reader.marks() if mark.state == "accepted"}


def contact(session: Session, name: str) -> str | None:
    mark = next(mark for mark in session.reader.marks() if mark.name == name)
    view = session.reader.place(mark.id)
    assert view is not None
    return view.contact


def test_the_key_for_paper_is_told_once_and_kept_nowhere(camille: Session) -> None:
    code = camille.recovery_code
    secret = read_code(CodeKind.RECOVERY, code)
    assert (
        signing.key_of_secret(secret, signing.RECOVERY).public == camille.project.genesis.recovery
    )
    camille.close()
    again = Session.open(camille.path, camille.device)
    assert again.recovery_code == ""
    again.close()
    written = [*camille.path.parent.glob("**/*")]
    data = b"".join(path.read_bytes() for path in written if path.is_file())
    forms = (secret, secret.hex().encode(), code.encode(), code.replace("-", "").encode())
    assert [form for form in forms if form in data] == []


def test_a_residents_laptop_takes_the_map_over_when_the_founders_is_lost(
    camille: Session, aicha: Session, tmp_path: Path
) -> None:
    camille.add(CONTACT)
    carry(camille, aicha)
    add(aicha, "Puits")
    code = camille.recovery_code
    camille.close()
    assert contact(aicha, "Lavoir") is None
    aicha.recover(code.lower().replace("-", " "))
    assert aicha.role == "coordinator"
    assert contact(aicha, "Lavoir") == CONTACT.contact
    # What waited before is not published by that.
    assert published(aicha) == {"Lavoir"}
    aicha.accept(aicha.reader.review_items()[0])
    add(aicha, "Banc")
    zoe = copy_for(aicha, "Zoé")
    add(zoe, "Four")
    carry(zoe, aicha)
    assert published(aicha) == {"Lavoir", "Puits", "Banc"}
    assert places(aicha) == {"Lavoir", "Puits", "Banc", "Four"}
    carry(aicha, zoe)
    assert published(zoe) == published(aicha)
    assert zoe.info().digest_hex == aicha.info().digest_hex
    report = aicha.export_geojson(tmp_path / "town.geojson")
    assert report.features == 3
    zoe.close()


def test_the_founders_stolen_laptop_is_shut_out_by_the_key_on_paper(
    camille: Session, aicha: Session
) -> None:
    add(aicha, "Puits", "Banc")
    carry(aicha, camille)
    first, second = camille.reader.review_items()
    camille.accept(first)
    carry(camille, aicha)
    aicha.recover(camille.recovery_code, revoke_founder=True)
    # The thief goes on, and does not know.
    camille.accept(second)
    camille.grant(camille.read_device_code(camille.device_code()), "coordinator")
    aicha.add(CONTACT)
    for source, target in ((camille, aicha), (aicha, camille)) * 2:
        carry(source, target)
    assert published(aicha) == published(camille) == {first.name, "Lavoir"}
    assert camille.role == "guest"
    assert contact(aicha, "Lavoir") == CONTACT.contact
    assert contact(camille, "Lavoir") is None
    with camille.project.reading():
        keys = sealing.private_keys(camille.project, camille.key)
    assert sealing.sealing_key(camille.project) not in keys
    assert aicha.info().digest_hex == camille.info().digest_hex


def test_the_founder_cannot_take_back_what_the_key_on_paper_gave(
    camille: Session, aicha: Session
) -> None:
    aicha.recover(camille.recovery_code)
    carry(aicha, camille)
    with pytest.raises(NotSenior):
        camille.revoke(aicha.rid)
    with pytest.raises(NotSenior):
        aicha.revoke(camille.rid)


def test_whoever_recovered_takes_the_place_of_the_founder(camille: Session, aicha: Session) -> None:
    jo = copy_for(camille, "Jo")
    camille.grant(camille.read_device_code(jo.device_code()), "coordinator")
    carry(camille, aicha)
    aicha.recover(camille.recovery_code)
    aicha.revoke(jo.rid)
    carry(aicha, jo)
    assert jo.role == "guest"
    jo.close()


def test_the_founder_is_shut_out_later_by_the_same_key(camille: Session, aicha: Session) -> None:
    code = camille.recovery_code
    aicha.recover(code)
    aicha.recover(code)
    carry(aicha, camille)
    assert camille.role == "coordinator"
    aicha.recover(code, revoke_founder=True)
    carry(aicha, camille)
    assert (camille.role, aicha.role) == ("guest", "coordinator")


def test_two_laptops_recover_without_knowing_of_one_another(
    camille: Session, aicha: Session
) -> None:
    zoe = copy_for(camille, "Zoé")
    for session in (aicha, zoe):
        session.recover(camille.recovery_code)
        add(session, f"de {session.rid.hex()}")
    for source, target in ((aicha, zoe), (zoe, aicha)):
        carry(source, target)
    assert aicha.role == zoe.role == "coordinator"
    assert len(published(aicha)) == len(published(zoe)) == 2
    # The log of the key has two ends now; it goes on all the same.
    zoe.recover(camille.recovery_code, revoke_founder=True)
    carry(zoe, aicha)
    roles = {view.rid: view.role for view in aicha.devices()}
    assert roles[camille.rid] == "guest"
    assert aicha.info().digest_hex == zoe.info().digest_hex
    zoe.close()


def test_a_key_that_is_not_this_maps_is_refused(
    camille: Session, aicha: Session, tmp_path: Path
) -> None:
    code = camille.recovery_code
    before = aicha.info()
    with pytest.raises(RecoveryWrong):
        aicha.recover(write_code(CodeKind.RECOVERY, b"of another map!!"))
    with pytest.raises(CodeMistyped):
        aicha.recover(("2" if code[0] != "2" else "3") + code[1:])
    with pytest.raises(CodeOfAnotherKind):
        aicha.recover(camille.invite().code)
    assert aicha.info() == before
    assert aicha.role == "resident"


def test_a_laptop_that_was_never_invited_recovers_too(camille: Session, tmp_path: Path) -> None:
    from collabmap.store.device import Device

    camille.add(CONTACT)
    camille.seal()
    (tmp_path / "old").mkdir()
    camille.project.copy_to(tmp_path / "old" / "map.collabmap")
    session = Session.open(tmp_path / "old" / "map.collabmap", Device(tmp_path / "new"))
    assert session.role == "guest"
    session.recover(camille.recovery_code)
    session.begin_person("Jo")
    add(session, "Puits")
    assert published(session) == {"Lavoir", "Puits"}
    assert contact(session, "Lavoir") == CONTACT.contact
    session.close()
