"""The look of the program: palette, one small sheet and fonts, from the tokens.

Pitfalls met before: a rule without a selector cascades to the children; half-styling a combo box
or a slider means owning all of it; a sheet makes every widget twice as dear, so that lists, tiles
and buttons paint themselves with `tokens()`, `font()` and `px()` instead.
"""

import sys
from dataclasses import replace
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
    QGuiApplication,
    QPalette,
    QRawFont,
)
from PySide6.QtWidgets import QApplication

from collabmap.app.settings import resource
from collabmap.render import fonts
from collabmap.render.tokens import (
    CONTRAST,
    CONTRAST_DARK,
    DARK,
    EVENT_TEXT,
    LIGHT,
    TARGET_EVENT,
    TYPE,
    StateColours,
    Tokens,
)
from collabmap.ui.sheet import sheet

THEME_NAMES = ("system", "light", "dark", "contrast")
NARROW_SPACE = "\u202f"


class _Look(QObject):
    """What is in force.  One per process, as there is one QApplication."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens = LIGHT
        self.theme_name = "system"
        self.text_scale = 1.0
        # In event mode: no smaller text, and nothing smaller to press.
        self.least_scale = 1.0
        self.least_px = 0
        self.family = ""
        self.base_px = float(TYPE["body"])
        self._hints: QObject | None = None

    def follow_system(self) -> None:
        """Listen to the system's colour scheme and contrast, once."""
        if self._hints is None:
            # A temporary hints object is destroyed under our feet, and its signals with it.
            hints = QGuiApplication.styleHints()
            self._hints = hints
            hints.colorSchemeChanged.connect(self._on_system_changed)
            if hasattr(hints, "accessibility"):
                self._accessibility = hints.accessibility()
                self._accessibility.contrastPreferenceChanged.connect(self._on_system_changed)

    def _on_system_changed(self, *_: object) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply(app, self.theme_name, self.text_scale)


@lru_cache(maxsize=1)
def signals() -> _Look:
    """Return the object whose `changed` signal tells that tokens or sizes are new."""
    return _Look()


def tokens() -> Tokens:
    """Return the tokens in force."""
    return signals().tokens


def px(size: float) -> int:
    """Return a size in logical pixels, as much larger as the text is."""
    return round(size * scale())


def target(size: float) -> int:
    """Return how high something to press is, in logical pixels; see `px`."""
    return max(px(size), signals().least_px)


def scale() -> float:
    """Return how much larger than 1.0 the text is: the person's choice times the system's own."""
    return _text_scale() * _system_ratio()


def set_event(app: QApplication, *, is_on: bool) -> None:
    """Use the sizes of event mode, or the usual ones again."""
    state = signals()
    state.least_scale = EVENT_TEXT if is_on else 1.0
    state.least_px = TARGET_EVENT if is_on else 0
    apply(app, state.theme_name, state.text_scale)


def font(size: float = TYPE["body"], weight: int = 400) -> QFont:
    """Return the interface's font.  size: logical pixels at scale 1.0; weight: 400 to 700."""
    chosen = QFont(QGuiApplication.font())
    chosen.setPixelSize(max(1, round(size * scale())))
    chosen.setWeight(QFont.Weight(weight))
    return chosen


def apply(app: QApplication, theme_name: str = "system", text_scale: float = 1.0) -> Tokens:
    """Put a theme in force for the whole program, before the first window or later.

    theme_name: one of THEME_NAMES.  text_scale: one of tokens.TEXT_SCALES.
    """
    state = signals()
    is_first = not state.family
    if is_first:
        app.setStyle("Fusion")
        state.family, state.base_px = _choose_font(app)
        state.follow_system()
    state.theme_name = theme_name
    state.text_scale = text_scale
    base = QFont(state.family)
    base.setPixelSize(round(state.base_px * _text_scale()))
    app.setFont(base)
    if theme_name == "system" and _has_system_contrast_theme():
        # The person chose these colours in Windows: ours would undo that choice.
        app.setStyleSheet("")
        app.setPalette(app.style().standardPalette())
        state.tokens = tokens_from_palette(app.palette())
    else:
        state.tokens = _tokens_named(theme_name)
        app.setPalette(palette(state.tokens))
        app.setStyleSheet(sheet(state.tokens, scale()))
    state.changed.emit()
    return state.tokens


def palette(colours: Tokens) -> QPalette:
    """Return the palette of a theme."""
    made = QPalette()
    role = QPalette.ColorRole
    rows = {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.surface,
        role.AlternateBase: colours.sunken,
        role.Text: colours.text,
        role.PlaceholderText: colours.muted,
        role.Button: colours.surface,
        role.ButtonText: colours.text,
        role.BrightText: colours.danger,
        role.ToolTipBase: colours.text,
        role.ToolTipText: colours.surface,
        role.Highlight: colours.primary,
        role.HighlightedText: colours.primary_text,
        role.Accent: colours.primary,
        role.Link: colours.primary,
        role.LinkVisited: colours.primary,
        role.Light: colours.raised,
        role.Midlight: colours.line,
        role.Mid: colours.line_strong,
        role.Dark: colours.line_strong,
        role.Shadow: colours.text if not colours.is_dark else "#000000",
    }
    for name, colour in rows.items():
        made.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, name, QColor(colours.disabled))
    made.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(colours.line))
    return made


def tokens_from_palette(system: QPalette) -> Tokens:
    """Return tokens that say what the system's contrast theme says."""

    def name(role: QPalette.ColorRole) -> str:
        return system.color(role).name().upper()

    role = QPalette.ColorRole
    window, text = name(role.Window), name(role.WindowText)
    is_dark = system.color(role.Window).lightness() < 128
    base = CONTRAST_DARK if is_dark else CONTRAST
    grounds: dict[str, Any] = dict.fromkeys(
        ("window", "surface", "raised", "sunken", "hover", "primary_soft", "diff_old", "diff_new"),
        window,
    )
    inks: dict[str, Any] = dict.fromkeys(
        ("text", "muted", "line", "line_strong", "danger", "on_soft"), text
    )
    states = {
        key: StateColours(state.icon, text, text, window) for key, state in base.states.items()
    }
    return replace(
        base,
        **grounds,
        **inks,
        disabled=system.color(QPalette.ColorGroup.Disabled, role.Text).name(),
        primary=name(role.Highlight),
        primary_hover=name(role.Highlight),
        primary_text=name(role.HighlightedText),
        focus=name(role.Highlight),
        states=states,
    )


def _tokens_named(theme_name: str) -> Tokens:
    hints = QGuiApplication.styleHints()
    # Unknown means light: on some systems the hint never says.
    is_dark = hints.colorScheme() is Qt.ColorScheme.Dark
    if theme_name == "system":
        theme_name = "contrast" if _wants_contrast() else ("dark" if is_dark else "light")
    if theme_name == "contrast":
        return CONTRAST_DARK if is_dark else CONTRAST
    return DARK if theme_name == "dark" else LIGHT


def _wants_contrast() -> bool:
    hints = QGuiApplication.styleHints()
    if not hasattr(hints, "accessibility"):
        return False
    accessibility = hints.accessibility()
    return bool(accessibility.contrastPreference() is Qt.ContrastPreference.HighContrast)


def _has_system_contrast_theme() -> bool:
    return sys.platform == "win32" and _wants_contrast()


def _choose_font(app: QApplication) -> tuple[str, float]:
    """Return (family, base size in logical pixels): the system's, or the bundled one on Linux.

    A system font without the narrow no-break space that French needs is not taken either.
    """
    bundled = fonts.load(resource("fonts"))
    info = QFontInfo(app.font())
    base_px = float(max(info.pixelSize(), TYPE["body"]))
    if sys.platform in ("win32", "darwin") and has_glyph(info.family(), NARROW_SPACE):
        return info.family(), base_px
    return bundled or info.family(), base_px


def has_glyph(family: str, character: str) -> bool:
    """Return whether a font holds a character of its own, without falling back to another."""
    raw = QRawFont.fromFont(QFont(family))
    return bool(raw.isValid() and raw.supportsCharacter(ord(character)))


def _text_scale() -> float:
    return max(signals().text_scale, signals().least_scale)


def _system_ratio() -> float:
    """Return how much bigger than 14 px the system's own text is."""
    return signals().base_px / TYPE["body"]
