"""A slider through an evening: whole minutes by hand, any moment while it plays."""

from collabmap.app.words import _, format_time
from collabmap.ui.widgets.line_slider import LineSlider

MINUTE_MS = 60_000


class TimeSlider(LineSlider):
    """Its value is in milliseconds since `first_ms`; arrows go by minutes, pages by five."""

    handle_px, line_px, height_px = 20, 6, 44

    def __init__(self) -> None:
        super().__init__(MINUTE_MS)
        self.first_ms = 0
        self.setPageStep(5 * MINUTE_MS)
        self.setAccessibleName(_("Time of the evening"))
        self.valueChanged.connect(self._say)

    def set_span(self, first_ms: int, last_ms: int) -> None:
        self.first_ms = first_ms
        self.setRange(0, last_ms - first_ms)

    @property
    def moment_ms(self) -> int:
        return self.first_ms + self.value()

    def set_moment_ms(self, at_ms: int) -> None:
        self.setValue(at_ms - self.first_ms)

    def _say(self) -> None:
        self.setAccessibleDescription(format_time(self.moment_ms))
