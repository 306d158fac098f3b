"""What happens on an evening: all that people and their laptops do, and how often."""

import random
from collections.abc import Callable

from collabmap.errors import NotInvited, RoleTakenAway

from .acts_of_coordinators import (
    alias,
    clock_note,
    decide,
    invite,
    redact,
    role,
    say,
)
from .acts_of_laptops import (
    backup,
    fork,
    hold,
    newer_version,
    post,
    rebuild,
    reopen,
    sync,
    sync_by_folder,
    turn_clock,
)
from .acts_of_people import (
    add,
    answer,
    comment,
    delete,
    delete_unseen,
    edit,
    link,
    measure,
    redo,
    retag,
    seal,
    switch_person,
    undo,
)
from .evening import Laptop, Town, published_rows

Chance = random.Random
Act = Callable[[Town, Laptop, Chance], None]
ACTS: dict[Act, int] = {
    add: 3, edit: 26, retag: 8, comment: 4, delete: 7, link: 4, measure: 4, undo: 6, redo: 4,
    switch_person: 4, seal: 4, decide: 12, say: 7, answer: 1, delete_unseen: 1, alias: 3, role: 7,
    invite: 5, clock_note: 1, redact: 3, sync: 44, post: 8, hold: 5, rebuild: 2, turn_clock: 2,
    backup: 3, fork: 1, reopen: 2, newer_version: 1, sync_by_folder: 2,
}  # fmt: skip


AFAR = (sync, post, hold, backup, fork, redact, reopen, sync_by_folder, newer_version)


def act(town: Town, what: Act, chance: Chance) -> None:
    """Let somebody do something; a resident's deed leaves the published map as it was."""
    laptop = chance.choice(town.laptops)
    if what in (decide, say, alias, role, invite) and chance.random() < 0.5:
        # Left to chance alone, most that is said of others would be said without the right to.
        laptop = chance.choice(town.laptops[:2])
    town.steps += 1
    may_decide = laptop.rid in town.witness.coordinators
    local = what not in AFAR
    before = published_rows(laptop.session) if local and not may_decide else None
    try:
        what(town, laptop, chance)
    except (NotInvited, RoleTakenAway):
        town.count("not invited")
    if before is not None:
        # Law 8: published changes only through coordinators.
        assert published_rows(laptop.session) == before
