"""What the project file is called inside; kept apart from the migrations, which import slowly."""

# "CMAP" in ASCII, in the header of every project file.
APPLICATION_ID = 0x434D4150
# Raised with every step of migrations.py; written as the file's user_version.
SCHEMA_VERSION = 3
# Files before this one were of versions whose format could still change.
FIRST_SCHEMA = 3
# The tables that store/readmodel.py makes anew from the log.
READ_MODEL = ("person", "mention", "feature", "published", "feature_box")
