"""What the tables of a search index have in common for who writes and who reads them."""

# Raised when the tables change; an index of another version is not asked.
VERSION = "1"
# Positions are kept as whole numbers of 1e-6 degrees.
MICRO = 1_000_000
# Side of the squares in which what is near is found first, in degrees: about 5 km.
CELL_DEG = 0.05

TABLES = ("about", "entry", "spot", "number", "word", "area", "text")

# Not STRICT, which would close the file to programs with a SQLite from before 2021.
SCHEMA = """
CREATE TABLE gazetteer_about (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE gazetteer_spot (id INTEGER PRIMARY KEY, quarter TEXT NOT NULL, commune TEXT NOT NULL);
CREATE TABLE gazetteer_entry (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, names TEXT NOT NULL, spot INTEGER NOT NULL,
    rank INTEGER NOT NULL, lng INTEGER NOT NULL, lat INTEGER NOT NULL,
    west INTEGER NOT NULL, south INTEGER NOT NULL, east INTEGER NOT NULL, north INTEGER NOT NULL
);
CREATE TABLE gazetteer_number (
    entry INTEGER NOT NULL, number TEXT NOT NULL, lng INTEGER NOT NULL, lat INTEGER NOT NULL,
    PRIMARY KEY (entry, number)
) WITHOUT ROWID;
CREATE TABLE gazetteer_word (word TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE gazetteer_area (
    id INTEGER PRIMARY KEY, role TEXT NOT NULL, name TEXT NOT NULL, shape BLOB NOT NULL
);
CREATE VIRTUAL TABLE gazetteer_text USING fts5 (
    name, place, cell, content = '', columnsize = 0, detail = column, prefix = '2 3',
    tokenize = "unicode61 remove_diacritics 2"
)
"""


def cell_of(lng: int, lat: int) -> str:
    """Return the square of a spot (1e-6 degrees) as a word of the index."""
    side = round(CELL_DEG * MICRO)
    return cell_word(lng // side, lat // side)


def cell_word(x: int, y: int) -> str:
    """Return the word of a square by its column and row."""
    return f"c{x + 10_000}r{y + 10_000}"
