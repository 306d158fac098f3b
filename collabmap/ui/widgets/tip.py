"""Words that people wrote, as tooltips."""

from PySide6.QtGui import Qt


def plain_tip(text: str) -> str:
    """Return a tooltip that shows a text as it is written.

    What looks like HTML Qt takes for it, and opens the files that it names, on a network too.
    """
    return Qt.convertFromPlainText(text) if Qt.mightBeRichText(text) else text
