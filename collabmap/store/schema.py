"""What the project file is called inside; kept apart from the migrations, which import slowly."""

# "CMAP" in ASCII, in the header of every project file.
APPLICATION_ID = 0x434D4150
# Raised with every step of migrations.py; written as the file's user_version.
SCHEMA_VERSION = 9
# Files before this one were of versions whose format could still change.
FIRST_SCHEMA = 3
# The tables that store/readmodel.py makes anew from the log.
READ_MODEL = (
    "person",
    "mention",
    "feature",
    "overlay",
    "published",
    "feature_cell",
    "feature_box",
    "care",
    "awaiting",
    "link",
    "reading",
)
# What is written of each settled feature, in this order; in `overlay` or, at first, in `feature`.
SETTLED = (
    "life",
    "state",
    "waiting",
    "disagreement",
    "published",
    "author",
    "born",
    "changed",
    "category",
    "name",
    "lng",
    "lat",
    "geometry",
    "fields",
    "digest",
)
# The features as they are now.  A view for each connection: a file that brings views of its own
# is refused (project.py).
SHOWN_VIEW = (
    "CREATE TEMP VIEW IF NOT EXISTS shown AS SELECT f.id, f.uuid, f.birth_segment,"
    " f.birth_ordinal, f.plain, o.feature IS NOT NULL AS is_overlaid, "
    + ", ".join(f"iif(o.feature IS NULL, f.{c}, o.{c}) AS {c}" for c in SETTLED)
    + " FROM main.feature f LEFT JOIN main.overlay o ON o.feature = f.id"
)
