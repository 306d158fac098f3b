"""The laws meet the same evenings for the same code: keys, ids and salts are drawn alike."""

import random
import secrets

import pytest


@pytest.fixture(autouse=True)
def _same_secrets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(request.node.nodeid)
    monkeypatch.setattr(secrets, "token_bytes", lambda count=32: chance.randbytes(count))
