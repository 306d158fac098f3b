"""What an evening has brought, as a sheet for the wall and as a page: whole, and nobody's name."""

import base64
import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from packs import a_pack
from PySide6.QtGui import QColor, QImage, QPainter

from collabmap.app.poster import Told, write_poster
from collabmap.app.results import results_of
from collabmap.app.results_page import write_page
from collabmap.app.session import Session
from collabmap.app.words import set_language
from collabmap.domain.feature import FeatureState, PlaceDraft
from collabmap.domain.theme import Theme
from collabmap.errors import FileMissing
from collabmap.render import poster as sheet
from collabmap.render.symbology import SIZE, MarkKey, Symbology

Write = Callable[[Path, Told], None]
VOID = frozenset({"meta", "img", "br", "hr"})


class Whole(HTMLParser):
    """Fails at the first tag that is not closed in its place; collects what is asked of others."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.asked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.asked += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def town(camille: Session) -> Session:
    camille.add(PlaceDraft("Puits <b>", "eau", 7.4201, 43.7331))
    camille.add(PlaceDraft("Lavoir", "eau", 7.4211, 43.7336))
    camille.add(PlaceDraft("Banc", "nature", 7.4221, 43.7341))
    return camille


def told(session: Session, write: Write, path: Path, name: str = "La Condamine") -> None:
    (evening,) = session.reader.evening_figures().evenings
    story = session.reader.evening_story(evening.day)
    results = results_of(story, evening.figures, session.theme)
    span = story.replay.span()
    maps = session.base_maps()
    write(path, Told(name, "Salle du Ponant", results, story, span, session.theme, maps))


def test_a_poster_is_one_sheet_of_a3(town: Session, tmp_path: Path) -> None:
    town.add_base_map(a_pack(tmp_path / "pack.mbtiles"))
    told(town, write_poster, tmp_path / "poster.pdf")
    data = (tmp_path / "poster.pdf").read_bytes()
    assert len(re.findall(rb"/Type /Page\b", data)) == 1
    box = re.search(rb"/MediaBox \[([\d. ]+)\]", data)
    assert box is not None
    assert [round(float(value)) for value in box[1].split()] == [0, 0, 842, 1191]


def test_what_is_painted_stays_on_the_sheet_however_long_the_words_are() -> None:
    theme = Theme("t")
    bars = [
        sheet.Bar(MarkKey("a", FeatureState.ACCEPTED, False, SIZE, None), "#AA1100", words, 9, "9")
        for words in ("Eau", "Très long nom d’une catégorie qui ne finit pas " * 3)
    ]
    poster = sheet.Poster(
        "Une carte au nom qui n’en finit pas " * 4, "Bilan", "Un soir " * 60,
        [sheet.Number("map-marker-plus", "12 345 678", "lieux " * 20, "dont " * 40)] * 4,
        "Par catégorie", bars, "Au fil", [0, 3, 400] * 30, [(0.0, "18 h"), (1.0, "23 h 30")], "·",
    )  # fmt: skip
    picture = QImage(300, 200, QImage.Format.Format_RGB32)
    picture.fill(QColor("#00AA00"))
    assert sheet.poster_pdf(poster, picture, Symbology(theme)).startswith(b"%PDF-")
    page = QImage(594, 840, QImage.Format.Format_RGB32)
    page.fill(QColor("white"))
    painter = QPainter(page)
    painter.scale(0.2, 0.2)
    sheet._paint(painter, poster, picture, Symbology(theme))
    painter.end()
    white = QColor("white").rgb()
    for x in range(page.width()):
        for y in (*range(page.height()),) if x < 25 or x > 568 else ():
            assert page.pixel(x, y) == white
    seen = {page.pixel(x, y) for x in range(0, 594, 3) for y in range(0, 840, 3)}
    assert {QColor("#00AA00").rgb(), QColor("#AA1100").rgb()} <= seen


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_page_is_one_whole_file_that_asks_nothing_of_others(
    town: Session, tmp_path: Path, language: str
) -> None:
    set_language(language)
    told(town, write_page, tmp_path / "page.html", "La <Condamine> & co")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    whole = Whole()
    whole.feed(text)
    assert whole.open == []
    assert len(whole.asked) == 1
    head, _comma, picture = whole.asked[0].partition(",")
    assert head == "data:image/png;base64"
    assert not QImage.fromData(base64.b64decode(picture)).isNull()
    assert f'<html lang="{language}">' in text
    assert "La &lt;Condamine&gt; &amp; co" in text
    assert "Camille" not in text
    assert "Puits" not in text
    assert str(date.today().year) in text


def test_what_cannot_be_written_is_said_and_leaves_nothing(town: Session, tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        told(town, write_page, tmp_path / "nowhere" / "page.html")
    assert not (tmp_path / "nowhere").exists()
