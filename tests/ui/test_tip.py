"""Tooltips say what people wrote, and Qt reads no HTML into it."""

import pytest
from PySide6.QtGui import Qt, QTextDocumentFragment

from collabmap.ui.widgets.tip import plain_tip

HOSTILE = 'Fontaine <img src="//far/away.png"> & <b>co</b>'


@pytest.mark.usefixtures("qapp")
def test_a_name_that_looks_like_html_names_no_file() -> None:
    assert Qt.mightBeRichText(HOSTILE)
    tip = plain_tip(HOSTILE)
    assert "<img" not in tip
    assert QTextDocumentFragment.fromHtml(tip).toPlainText().strip() == HOSTILE


@pytest.mark.parametrize("name", ["Fontaine", "a < b", "Parc\nsous les arbres", ""])
def test_other_words_stay_as_they_are(name: str) -> None:
    assert plain_tip(name) == name
