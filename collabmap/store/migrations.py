"""The schema of the project file, one function a step.

The log (segment, tail) is signed and never migrated; everything else is a read model that
store/readmodel.py rebuilds from it.
"""

from typing import TYPE_CHECKING

from sqlite_utils.migrations import Migrations

from collabmap.store.awaiting import TABLE as AWAITING
from collabmap.store.awaiting import begin
from collabmap.store.care import TABLE as CARE
from collabmap.store.duplicates import TABLES as DUPLICATES
from collabmap.store.links import TABLE as LINK
from collabmap.store.links import begin as begin_links
from collabmap.store.place_tags import TABLE
from collabmap.store.readings import INDEX as READING_INDEX
from collabmap.store.readings import TABLE as READING
from collabmap.store.readings import begin as begin_readings

if TYPE_CHECKING:
    from sqlite_utils.db import Database

migrations = Migrations("collabmap")


@migrations()
def m0003_format_1(db: "Database") -> None:
    """All of it, as of format version 1; files of the versions before were never given out."""
    _run(
        db,
        """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
        -- state: 0 waits for the one before it, 1 applied, 2 needs a newer version, 3 held here
        -- whole: 0 once payloads were forgotten
        CREATE TABLE segment (
            id INTEGER PRIMARY KEY,
            name BLOB NOT NULL UNIQUE,
            rid BLOB NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            previous BLOB NOT NULL,
            hint INTEGER NOT NULL,
            state INTEGER NOT NULL,
            whole INTEGER NOT NULL DEFAULT 1,
            data BLOB NOT NULL
        ) STRICT;
        CREATE INDEX segment_branch ON segment (rid, last);
        CREATE INDEX segment_previous ON segment (previous);
        CREATE TABLE tail (
            seq INTEGER PRIMARY KEY,
            kind INTEGER NOT NULL,
            time INTEGER NOT NULL,
            subject BLOB NOT NULL,
            structure BLOB NOT NULL,
            payload BLOB
        ) STRICT;
        -- What an earlier owner of this file had not sealed: kept, never signed as ours.
        CREATE TABLE tail_set_aside (rid BLOB NOT NULL, seq INTEGER NOT NULL, data BLOB NOT NULL)
            STRICT;
        -- When a redact was first seen here: what another wrote is dropped some days later.
        CREATE TABLE redact_seen (
            segment INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            seen INTEGER NOT NULL,
            done INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (segment, ordinal)
        ) STRICT, WITHOUT ROWID;
        -- rank: of the change that gave the name, empty for somebody who said none yet.
        CREATE TABLE person (
            id INTEGER PRIMARY KEY,
            rid BLOB NOT NULL,
            uuid BLOB NOT NULL,
            name TEXT NOT NULL,
            consent INTEGER NOT NULL,
            rank BLOB NOT NULL,
            UNIQUE (uuid, rid)
        ) STRICT;
        -- The changes of a feature other than its birth; under 0 and less those about the whole
        -- project (ledger.py).  segment 0 is the tail, whose ordinal is the sequence number.
        CREATE TABLE mention (
            feature INTEGER NOT NULL,
            segment INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            PRIMARY KEY (feature, segment, ordinal)
        ) STRICT, WITHOUT ROWID;
        -- life: 0 gone or waiting for its create, 1 on the map, 2 refused, 3 one with another
        -- published: 0 not, 1 as shown, 2 otherwise (see the table published), 3 as it was born:
        -- what the row of an overlaid feature says
        -- plain: see rows.py.  born: a time of the hybrid clock.  geometry: null for a point.
        -- fields: null for none.
        CREATE TABLE feature (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE,
            birth_segment INTEGER,
            birth_ordinal INTEGER,
            plain INTEGER NOT NULL DEFAULT 0,
            life INTEGER NOT NULL DEFAULT 0,
            state TEXT,
            waiting INTEGER NOT NULL DEFAULT 0,
            disagreement INTEGER NOT NULL DEFAULT 0,
            published INTEGER NOT NULL DEFAULT 0,
            author INTEGER,
            born INTEGER,
            changed INTEGER,
            category TEXT,
            name TEXT,
            lng REAL,
            lat REAL,
            geometry BLOB,
            fields TEXT,
            digest BLOB
        ) STRICT;
        CREATE INDEX feature_waiting ON feature (born) WHERE waiting;
        -- What a feature is now, where its own row goes on standing for its create: writing here,
        -- side by side, costs a fraction of writing all over a large map.
        CREATE TABLE overlay (
            feature INTEGER PRIMARY KEY,
            life INTEGER NOT NULL,
            state TEXT,
            waiting INTEGER NOT NULL,
            disagreement INTEGER NOT NULL,
            published INTEGER NOT NULL,
            author INTEGER,
            born INTEGER,
            changed INTEGER,
            category TEXT,
            name TEXT,
            lng REAL,
            lat REAL,
            geometry BLOB,
            fields TEXT,
            digest BLOB
        ) STRICT;
        CREATE INDEX overlay_waiting ON overlay (feature) WHERE waiting;
        CREATE TABLE published (
            feature INTEGER PRIMARY KEY,
            changed INTEGER,
            category TEXT,
            name TEXT,
            lng REAL,
            lat REAL,
            geometry BLOB,
            fields TEXT
        ) STRICT;
        -- Where the features on the map lie: a point in its cell (domain/cells.py), anything else
        -- in its box.
        CREATE TABLE feature_cell (
            cell INTEGER NOT NULL,
            feature INTEGER NOT NULL,
            PRIMARY KEY (cell, feature)
        ) STRICT, WITHOUT ROWID;
        CREATE VIRTUAL TABLE feature_box USING rtree (id, west, east, south, north);
        CREATE VIRTUAL TABLE feature_text USING fts5 (
            name, words, content = '', columnsize = 0, detail = none,
            tokenize = "unicode61 remove_diacritics 2"
        );
        """,
    )


@migrations()
def m0004_base_maps(db: "Database") -> None:
    """The base maps beside the file; an empty list that was never begun is the one file of old."""
    _run(
        db,
        """
        -- See base_maps.py.  position: from the bottom up.
        CREATE TABLE base_maps (
            slug TEXT PRIMARY KEY,
            position INTEGER NOT NULL,
            file TEXT NOT NULL,
            title TEXT NOT NULL,
            digest BLOB NOT NULL,
            size INTEGER NOT NULL,
            modified INTEGER NOT NULL,
            opacity REAL NOT NULL,
            is_visible INTEGER NOT NULL,
            origin TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
    )


@migrations()
def m0005_place_tags(db: "Database") -> None:
    """Where each feature lies, in words (see place_tags.py)."""
    db.conn.execute(f"CREATE TABLE {TABLE}")
    db.conn.execute("CREATE INDEX place_tag_where ON place_tag (commune, quarter)")


@migrations()
def m0006_care(db: "Database") -> None:
    """Which features need care (see care.py); those that are on the map without a position do."""
    db.conn.execute(f"CREATE TABLE {CARE}")
    db.conn.execute(
        "INSERT INTO care SELECT f.id, 'unreadable' FROM feature f"
        " LEFT JOIN overlay o ON o.feature = f.id WHERE iif(o.feature IS NULL, f.life, o.life) = 1"
        " AND iif(o.feature IS NULL, f.lng, o.lng) IS NULL"
    )


@migrations()
def m0007_duplicates(db: "Database") -> None:
    """Which features may be one (see duplicates.py)."""
    for table in DUPLICATES:
        db.conn.execute(f"CREATE TABLE {table}")
    db.conn.execute("CREATE INDEX duplicate_other ON duplicate (other)")


@migrations()
def m0008_awaiting(db: "Database") -> None:
    """Why features wait, since when and by whom (see awaiting.py)."""
    db.conn.execute(f"CREATE TABLE {AWAITING}")
    begin(db.conn)


@migrations()
def m0009_links(db: "Database") -> None:
    """Which links each feature has (see links.py)."""
    db.conn.execute(f"CREATE TABLE {LINK}")
    db.conn.execute("CREATE INDEX link_target ON link (target)")
    begin_links(db.conn)


@migrations()
def m0010_readings(db: "Database") -> None:
    """Which readings each feature has (see readings.py)."""
    db.conn.execute(f"CREATE TABLE {READING}")
    db.conn.execute(f"CREATE INDEX {READING_INDEX}")
    begin_readings(db.conn)


def _run(db: "Database", script: str) -> None:
    """Run statements one by one: executescript would commit the migration's transaction."""
    for statement in script.split(";\n"):
        if statement.strip():
            db.conn.execute(statement)
