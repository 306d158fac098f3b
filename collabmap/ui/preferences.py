"""Language, theme and text size of this device: kept, and put in force at once."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from collabmap.app.words import language, set_language
from collabmap.render.tokens import TEXT_SCALES
from collabmap.ui import look
from collabmap.ui.rebuilding import rebuild

if TYPE_CHECKING:
    from collabmap.store.device import Device
    from collabmap.ui.main_window import MainWindow

_translators: list[QTranslator] = []


class Preferences:
    """What a person chose here; `window` follows."""

    def __init__(self, window: "MainWindow", device: "Device") -> None:
        self._window = window
        self._device = device

    @property
    def theme(self) -> str:
        return look.signals().theme_name

    @property
    def text_scale(self) -> float:
        return look.signals().text_scale

    def set_language(self, chosen: str) -> None:
        """Speak 'fr' or 'en' from now on; what was typed stays."""
        self._keep("language", chosen)
        speak(chosen)
        rebuild(self._window)

    def set_theme(self, name: str) -> None:
        """Put 'system', 'light', 'dark' or 'contrast' in force."""
        self._keep("theme", name)
        look.apply(application(), name, self.text_scale)

    def set_text_scale(self, scale: float) -> None:
        """Use one of the three sizes of text."""
        if scale == self.text_scale:
            return
        self._keep("text_scale", scale)
        look.apply(application(), self.theme, scale)
        rebuild(self._window)

    def larger_text(self, step: int = 1, *, wrap: bool = False) -> None:
        """Go to the next size; wrap: after the largest comes the first again."""
        at = TEXT_SCALES.index(self.text_scale) + step
        if wrap:
            at %= len(TEXT_SCALES)
        if 0 <= at < len(TEXT_SCALES):
            self.set_text_scale(TEXT_SCALES[at])

    def _keep(self, key: str, value: object) -> None:
        device = self._device
        self._window.tasks.run(lambda: device.set(key, value))


def put_in_force(app: QApplication, device: "Device") -> None:
    """Apply what was chosen on this device, before the first window."""
    speak(device.get("language"))
    scale = device.get("text_scale", 1.0)
    theme = str(device.get("theme", "system"))
    look.apply(
        app,
        theme if theme in look.THEME_NAMES else "system",
        scale if scale in TEXT_SCALES else 1.0,
    )


def speak(chosen: str | None) -> None:
    """Use a language for our words and for Qt's own buttons; None follows the system."""
    set_language(chosen)
    app = application()
    for old in _translators:
        app.removeTranslator(old)
    _translators.clear()
    QLocale.setDefault(QLocale(language()))
    translator = QTranslator()
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"qtbase_{language()}", folder):
        app.installTranslator(translator)
        _translators.append(translator)


def application() -> QApplication:
    """Return the one application, which exists before any window."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app
