"""This computer: its own code to show to a coordinator, and the codes that it may be given."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout

from collabmap.app.words import _, explain
from collabmap.errors import CollabMapError
from collabmap.ui import look
from collabmap.ui.panels.people_rules import role_sentence
from collabmap.ui.panels.recovery import RecoveryForm
from collabmap.ui.people_words import role_words, spoken_code
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.fields import Labelled, LineField
from collabmap.ui.widgets.note import Ground, Note
from collabmap.ui.widgets.qr import CodeCard
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.two_columns import TwoColumns

if TYPE_CHECKING:
    from collabmap.app.people import DeviceView


class HerePage(TwoColumns):
    """join_wanted: the code of an invitation, as typed.  The paper key is in `recovery`."""

    join_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.left.addWidget(Text(_("This computer"), "title", wrap=True))
        self.role = Text("", "strong", wrap=True)
        self.left.addWidget(self.role)
        self.sentence = Text("", "body", wrap=True)
        self.left.addWidget(self.sentence)
        self.founded = Note(
            _("If it breaks or is stolen, the key on paper makes another one coordinator."),
            title=_("It founded this map"),
            icon="lifebuoy",
        )
        self.left.addWidget(self.founded)
        self._build_join()
        self.recovery = RecoveryForm()
        self.left.addWidget(self.recovery)
        self.left.addStretch(1)
        self._build_card()

    def _build_join(self) -> None:
        self.join_box = Ground("card")
        layout = QVBoxLayout(self.join_box)
        layout.setContentsMargins(16, 14, 16, 16)
        layout.setSpacing(look.px(10))
        layout.addWidget(Text(_("I have a code"), "heading", wrap=True))
        self.field = LineField(_("For example 7ATM-870G-ZJ44-…"))
        self.row = Labelled(
            _("Code of the invitation"),
            self.field,
            hint=_("A coordinator shows it or reads it out. Capitals and hyphens do not matter."),
        )
        self.field.textChanged.connect(self._on_typed)
        self.field.returnPressed.connect(self._on_join)
        layout.addWidget(self.row)
        self.join = Button(_("Use this code"), "primary", icon="check-bold", height_px=48)
        self.join.clicked.connect(self._on_join)
        self.join.setEnabled(False)
        layout.addWidget(self.join)
        self.left.addWidget(self.join_box)

    def _build_card(self) -> None:
        card = Ground("floating")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(24, 20, 24, 24)
        layout.setSpacing(look.px(10))
        layout.addWidget(Text(_("The code of this computer"), "heading", wrap=True))
        self.purpose = Text("", "muted", wrap=True)
        layout.addWidget(self.purpose)
        self.code = CodeCard(_("The code of this computer, to scan"))
        layout.addWidget(self.code)
        layout.addSpacing(look.px(4))
        layout.addWidget(Text(_("Its name in the list of computers:"), "muted", wrap=True))
        self.short = Text("", "title")
        self.short.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(self.short)
        self.right.addWidget(card)
        self.right.addStretch(1)

    def show_here(self, device: "DeviceView", code: str, role: str) -> None:
        """code: the long one.  role: of the session; an invitation in hand makes a resident."""
        is_guest = role == "guest"
        self.role.setText(role_words(device) if is_guest == (device.role == "guest") else "")
        self.role.setVisible(bool(self.role.text()))
        self.sentence.setText(_sentence(device, is_guest=is_guest))
        self.purpose.setText(_purpose(role))
        self.founded.setVisible(device.is_founder and device.role == "coordinator")
        self.join_box.setVisible(is_guest)
        self.short.setText(device.code)
        self.short.setAccessibleName(spoken_code(device.code))
        if self.code.code != code:
            self.code.show_code(code)
        self.recovery.setVisible(not (device.is_founder and device.role == "coordinator"))
        self.recovery.set_coordinator(device.role == "coordinator")

    def _on_typed(self) -> None:
        self.row.set_error("")
        self.join.setEnabled(bool(self.field.text().strip()))

    def _on_join(self) -> None:
        if self.join.isEnabled():
            self.join.setEnabled(False)
            self.join_wanted.emit(self.field.text())

    def refuse(self, error: CollabMapError) -> None:
        """Say beside the field what is wrong with the code."""
        self.row.set_error(" ".join(explain(error)))
        self.join.setEnabled(True)
        self.field.setFocus()


def _sentence(device: "DeviceView", *, is_guest: bool) -> str:
    """Return what this computer may do; an invitation in hand says so with the next words."""
    if is_guest or device.role != "guest":
        return role_sentence(device)
    if device.last_ms:
        return unknown_invitation()
    return _("It has an invitation: it adds places; a coordinator decides.")


def unknown_invitation() -> str:
    """Return what to do where an invitation is newer than this copy of the map."""
    return _(
        "Its invitation is newer than this copy of the map. Receive the map from a coordinator:"
        " then what is added here is shown."
    )


def _purpose(role: str) -> str:
    """Return what a coordinator can do with this computer's code."""
    if role == "guest":
        return _("Show it to a coordinator, or read it out: they can let this computer in.")
    if role == "resident":
        return _("With it, a coordinator can make this computer one that coordinates too.")
    return _("It names this computer to other coordinators. You will rarely need it.")
