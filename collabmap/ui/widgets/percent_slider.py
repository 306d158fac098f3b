"""A slider from nothing to all; its value stands in words beside it."""

from collabmap.ui.widgets.line_slider import LineSlider

STEP = 5


class PercentSlider(LineSlider):
    """0 to 100, by fives."""

    def __init__(self, value: int) -> None:
        super().__init__(STEP)
        self.setRange(0, 100)
        self.setPageStep(4 * STEP)
        self.setValue(value)
