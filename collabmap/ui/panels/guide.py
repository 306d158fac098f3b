"""An evening prepared in five steps: whoever does it for the first time is led through them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from collabmap.app import guide
from collabmap.app.guide import STEPS, Standing, Step
from collabmap.app.words import _
from collabmap.ui.panels.base_map_new import BaseMapPanel
from collabmap.ui.panels.guide_kit import KitStep
from collabmap.ui.panels.guide_steps import (
    BaseMapStep,
    GuideStep,
    TerritoryStep,
    ThemeStep,
    WordsStep,
)
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.step_bar import StepBar

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

SOON_MS = 250


class GuidePanel(Panel):
    """step: the one in view.  standing: how it stands with all of them, None before it is known."""

    is_at_right = True
    width_px = 420

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.tab_words = _("Steps")
        self.standing: Standing | None = None
        self.step: Step = "territory"
        self.add_title(_("Prepare an evening"), back=True)
        self.steps: dict[Step, GuideStep] = {
            "territory": TerritoryStep(window),
            "base_map": BaseMapStep(window, self._make_base_map),
            "theme": ThemeStep(window),
            "words": WordsStep(window),
            "kit": KitStep(window),
        }
        self.bar = StepBar([each.title for each in self.steps.values()])
        self.bar.picked.connect(lambda number: self.go_to(STEPS[number]))
        self.head.addWidget(self.bar)
        for each in self.steps.values():
            self.body.addWidget(each)
            each.hide()
            each.moved_on.connect(self._go_on)
            each.changed.connect(self.reload)
        self.body.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.back = Button(_("Back"), icon="arrow-left", height_px=48)
        self.back.clicked.connect(self._go_back)
        self.next = Button("", "primary", height_px=48)
        self.next.clicked.connect(lambda: self.steps[self.step].finish())
        row.addWidget(self.back)
        row.addWidget(self.next, 1)
        self.foot.addLayout(row)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.reload)
        # Methods, not closures: the connections must end with the panel.
        window.effects_arrived.connect(self._on_changed)
        window.base_maps.changed.connect(self._soon.start)
        self._show_step()

    # --- as a panel --------------------------------------------------------------------------

    def entered(self) -> None:
        self.main.map.set_faded(())
        self.steps[self.step].entered()
        self.reload()

    def left(self) -> None:
        self.steps[self.step].left()
        self.main.map.set_faded(None)

    def first_focus(self) -> QWidget | None:
        return self.steps[self.step].first_focus() or self.next

    def _on_changed(self, _what: object) -> None:
        if self.main.panel_host.current is self:
            self._soon.start()

    # --- how it stands -----------------------------------------------------------------------

    def reload(self) -> None:
        """Look again at all steps."""
        if self.main.lanes is not None and self.main.info is not None:
            self.main.tasks.write(guide.look, self._on_standing, owner=self, key="guide")

    def _on_standing(self, standing: Standing) -> None:
        is_first = self.standing is None
        self.standing = standing
        for button, step in zip(self.bar.buttons, STEPS, strict=True):
            button.set_done(standing.is_done(step))
        for each in self.steps.values():
            each.show_standing(standing)
        self._show_step()
        if is_first:
            # Where one had left it: an old hand goes wherever else by the numbers.
            self.go_to(standing.next_step)

    # --- going -------------------------------------------------------------------------------

    def go_to(self, step: Step) -> None:
        """Show a step."""
        if step != self.step:
            self.steps[self.step].left()
            self.step = step
            self.steps[step].entered()
        self._show_step()
        if (first := self.first_focus()) is not None:
            first.setFocus()

    def _show_step(self) -> None:
        for name, each in self.steps.items():
            each.setVisible(name == self.step)
        self.bar.choose(STEPS.index(self.step))
        self.back.setEnabled(self.step != STEPS[0])
        is_last = self.step == STEPS[-1]
        self.next.setText(_("To the checklist") if is_last else _("Next"))
        self.next.set_icon("format-list-checks" if is_last else "arrow-right")
        # There the copy is to be made first.
        is_open = self.standing is None or not self.standing.is_done("kit")
        self.next.set_kind("outline" if is_last and is_open else "primary")

    def _go_on(self) -> None:
        at = STEPS.index(self.step)
        if at + 1 < len(STEPS):
            self.go_to(STEPS[at + 1])

    def _go_back(self) -> None:
        self.go_to(STEPS[max(0, STEPS.index(self.step) - 1)])

    def _make_base_map(self) -> None:
        """Open what makes a base map, for the territory; its arrow comes back here."""
        panel = self.main.open_panel("base_map_new")
        assert isinstance(panel, BaseMapPanel)
        if self.standing is not None and self.standing.territory is not None:
            panel.take_territory(self.standing.territory)
