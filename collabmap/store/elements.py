"""What is told of a feature beside its values: comments, photos, links, questions."""

import sqlite3
from collections.abc import Iterable
from typing import Any

from collabmap.domain.change import COMMENT, FIELD_PREFIX, LINK, Change, Kind
from collabmap.domain.feature import ChangeId, Comment, Link, Measured, Photo, Question
from collabmap.domain.outcome import Face, Outcome
from collabmap.store.blobs import Blobs
from collabmap.store.links import PUBLISHED, SHOWN
from collabmap.store.photo_index import photo_of
from collabmap.store.project import Project
from collabmap.store.questions import asked, is_text
from collabmap.store.rows import ON_MAP

# What a redact can take from a published feature; what else one may have has no column.
_FIELDS = ("category", "contact", "description", "geometry", "name")


def said_by(project: Project, change: Change) -> tuple[str, int]:
    """Return under which name and when, in ms as shown, a change was made."""
    row = project.connection.execute(
        "SELECT name FROM person WHERE uuid = ? AND rid = ?", (change.person, change.stamp.rid)
    ).fetchone()
    return (row[0] if row else ""), project.model.ledger.shown_ms(*change.stamp)


def comments_of(project: Project, face: Face) -> tuple[Comment, ...]:
    """Return the comments on a feature, the first one first."""
    return tuple(_comment(project, e) for e in face.elements if is_text(e, COMMENT))


def _comment(project: Project, element: Change) -> Comment:
    name, at_ms = said_by(project, element)
    return Comment(name, at_ms, element.payload, element.person, element.id)


def photos_of(project: Project, face: Face) -> tuple[Photo, ...]:
    """Return the photos of a feature, the first one first."""
    blobs = Blobs.beside(project.path)
    found: dict[bytes, Photo] = {}
    for element in face.elements:
        if (named := photo_of(element)) is not None:
            author, at_ms = said_by(project, element)
            photo = Photo(
                element.keys[0], named.blob, named.thumbnail, named.text, author, at_ms,
                blobs.has(named.blob), named.size_bytes, element.person, named.field,
            )  # fmt: skip
            found.setdefault(photo.element, photo)
    return tuple(found.values())


def links_of(project: Project, face: Face) -> tuple[Link, ...]:
    """Return the links of a feature to others that are on the map; those to others are kept."""
    found: dict[bytes, Link] = {}
    for element in face.elements:
        if element.element == LINK and len(element.keys) == 2:
            target = project.model.canonical(element.keys[1])
            row = project.connection.execute(
                "SELECT name, category FROM shown WHERE uuid = ? AND life = ?", (target, ON_MAP)
            ).fetchone()
            if row is not None:
                type_ = element.payload if isinstance(element.payload, str) else ""
                link = Link(
                    element.keys[0], target, row[0], row[1], type_, *said_by(project, element)
                )
                found.setdefault(link.element, link)
    return tuple(found.values())


def measured_of(db: sqlite3.Connection, feature: bytes) -> tuple[Measured, ...]:
    """Return the readings of a feature as they were added, without the readings themselves."""
    rows = db.execute(
        "SELECT r.element, r.field, r.unit, r.readings, r.first, r.last, r.least, r.most,"
        " coalesce(p.uuid, x''), coalesce(p.name, ''), r.at, r.faces & ? FROM reading r"
        " JOIN feature f ON f.id = r.feature LEFT JOIN person p ON p.id = r.author"
        " WHERE f.uuid = ? AND r.faces & ? ORDER BY r.first, r.element",
        (PUBLISHED, feature, SHOWN),
    )
    return tuple(_measured(row) for row in rows)


def _measured(row: tuple[Any, ...]) -> Measured:
    element, field, unit, count, first, last, least, most, author, name, at_ms, faces = row
    return Measured(
        element, field, unit, count, first, last, least, most, author, name, at_ms, bool(faces)
    )


def questions_of(
    project: Project, outcome: Outcome, changes: Iterable[Change]
) -> tuple[Question, ...]:
    """Return what coordinators asked about what is not decided yet, with the answers, in order."""
    return tuple(
        Question(
            verdict.payload,
            *said_by(project, verdict),
            tuple(_comment(project, answer) for answer in answers),
        )
        for verdict, answers in asked(project.model.ledger, outcome, changes)
    )


def removed_from(face: Face, redacted: frozenset[ChangeId]) -> tuple[str, ...]:
    """Return the fields whose value was redacted."""
    return tuple(
        name
        for name, writes in face.registers.items()
        if (name in _FIELDS or name.startswith(FIELD_PREFIX)) and writes[0].id in redacted
    )


def removed_everywhere(project: Project) -> dict[bytes, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return of each feature the fields whose value was redacted, as shown and as published."""
    redactions = project.model.ledger.redactions
    names = redactions.by_coordinators | {name for name, _ in redactions.by_authors}
    rows = (project.log.row_of(name) for name in names)
    subjects = {
        project.model.canonical(row.subject)
        for row in rows
        if row is not None and row.kind in (Kind.CREATE, Kind.SET)
    }
    found = {}
    for subject in subjects:
        outcome = project.model.outcome(subject)
        parts = (outcome.shown, outcome.published)
        shown, published = (removed_from(face, outcome.redacted) for face in parts)
        if shown or published:
            found[subject] = (shown, published)
    return found
