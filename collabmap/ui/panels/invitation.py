"""Invitations: one to show and read out, who came with it, and a computer's own code instead."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from collabmap.app.words import _, explain, format_number, ngettext
from collabmap.errors import CollabMapError
from collabmap.ui import look
from collabmap.ui.panels.people_list import DeviceList
from collabmap.ui.people_words import rank
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.choice_card import WayCard
from collabmap.ui.widgets.fields import Labelled, LineField
from collabmap.ui.widgets.note import Ground, Note
from collabmap.ui.widgets.qr import CodeCard
from collabmap.ui.widgets.text import Text, separator
from collabmap.ui.widgets.two_columns import TwoColumns

if TYPE_CHECKING:
    from collabmap.app.inviting import InvitationView
    from collabmap.app.people import DeviceView


def is_late(device: "DeviceView") -> bool:
    """Whether it came when the invitation was closed already."""
    return device.role == "guest"


def came_words(view: "InvitationView") -> str:
    """Return '4 computers came'."""
    count = sum(not is_late(device) for device in view.came)
    if not count:
        return _("nobody has come yet") if view.is_open else _("nobody came")
    words = ngettext("{count} computer came", "{count} computers came", count)
    return words.format(count=format_number(count))


def late_words(view: "InvitationView") -> str:
    """Return '1 computer came too late, and waits', '' for none."""
    late = sum(is_late(device) for device in view.came)
    if not late:
        return ""
    words = ngettext(
        "{count} computer came once it was closed: let it in if you know it.",
        "{count} computers came once it was closed: let them in if you know them.",
        late,
    )
    return words.format(count=format_number(late))


def state_words(view: "InvitationView") -> str:
    """Return 'Open · 4 computers came'."""
    return f"{_('Open') if view.is_open else _('Closed')} · {came_words(view)}"


class InvitationPage(TwoColumns):
    """invite_wanted.  close_wanted: an InvitationView.  opened: the rid of who came.

    admit_wanted: the long code of a computer, as typed.  hand_out_wanted.
    """

    invite_wanted = Signal()
    close_wanted = Signal(object)
    admit_wanted = Signal(str)
    hand_out_wanted = Signal()
    opened = Signal(object)

    def __init__(self, map_name: str) -> None:
        super().__init__()
        self.shown: InvitationView | None = None
        self._views: tuple[InvitationView, ...] = ()
        self.cards: dict[bytes, WayCard] = {}
        # What people come for is first where the columns stack.
        self._build_card(map_name)
        self._build_who()

    def _build_card(self, map_name: str) -> None:
        self.left.addWidget(Text(_("Invitation"), "title", wrap=True))
        words = _("Whoever has it can add places. It is inside each copy that you hand out.")
        self.left.addWidget(Text(words, "body", wrap=True))
        self.card = Ground("floating")
        self.left.addWidget(self.card)
        self.left.addStretch(1)
        layout = QVBoxLayout(self.card)
        layout.setContentsMargins(24, 20, 24, 24)
        layout.setSpacing(look.px(10))
        self.title = Text("", "heading", wrap=True)
        layout.addWidget(self.title)
        self.explained = Text("", "muted", wrap=True)
        layout.addWidget(self.explained)
        self.code = CodeCard(_("Invitation to {name}, to scan").format(name=map_name))
        layout.addWidget(self.code)
        layout.addSpacing(look.px(4))
        self.new = Button(_("New invitation"), "primary", icon="account-multiple-plus")
        self.hand_out = Button(_("Hand out a copy"), icon="file-outline")
        self.close_button = Button(_("Close this invitation"), icon="close")
        self.new.clicked.connect(self.invite_wanted)
        self.hand_out.clicked.connect(self.hand_out_wanted)
        self.close_button.clicked.connect(self._on_close)
        for button in (self.new, self.hand_out, self.close_button):
            layout.addWidget(button)

    def _build_who(self) -> None:
        self._list = QWidget()
        self._list_layout = QVBoxLayout(self._list)
        self._list_layout.setContentsMargins(0, 0, 0, 0)
        self._list_layout.setSpacing(8)
        self.right.addWidget(self._list)
        self.came_title = Text("", "label")
        self.came = DeviceList(_("Computers that came"), follows=False)
        self.came.opened.connect(self.opened)
        self.late = Note("", icon="clock-outline")
        self.right.addWidget(self.came_title)
        self.right.addWidget(self.late)
        self.right.addWidget(self.came)
        self.right.addSpacing(look.px(6))
        self.right.addWidget(separator())
        self.field = LineField(_("For example 7ATM-870G-ZJ44-…"))
        self.row = Labelled(
            _("A computer without invitation: its code"),
            self.field,
            hint=_("It shows it under “People and computers”, “This computer”."),
        )
        self.field.textChanged.connect(self._on_typed)
        self.field.returnPressed.connect(self._on_admit)
        self.admit = Button(_("Let this computer in"), icon="account-check")
        self.admit.clicked.connect(self._on_admit)
        self.admit.setEnabled(False)
        self.right.addWidget(self.row)
        self.right.addWidget(self.admit, 0, Qt.AlignmentFlag.AlignLeft)
        self.right.addStretch(1)

    # --- showing -----------------------------------------------------------------------------

    def show_views(self, views: "tuple[InvitationView, ...]", newest: bool = False) -> None:
        """Show the invitations; the one in sight stays.  newest: go to the latest."""
        if views == self._views and not newest and self.shown is not None:
            return
        self._views = views
        latest = sorted(views, key=lambda view: view.is_open)
        key = self.shown.key if self.shown and not newest else None
        known = next((view for view in views if view.key == key), None)
        self._fill_list(latest)
        self._show(known or (latest[-1] if latest else None))

    def _fill_list(self, latest: "list[InvitationView]") -> None:
        for card in self.cards.values():
            card.hide()
            card.deleteLater()
        self.cards = {}
        for number, view in enumerate(self._views, start=1):
            title = _("Invitation {number}").format(number=format_number(number))
            card = WayCard("account-multiple-plus", title, state_words(view))
            card.clicked.connect(lambda _checked=False, v=view: self._show(v))
            self.cards[view.key] = card
        # The latest first; three are all that an evening needs.
        for view in list(reversed(latest))[:3]:
            self._list_layout.addWidget(self.cards[view.key])
        self._list.setVisible(len(self._views) > 1)

    def _show(self, view: "InvitationView | None") -> None:
        self.shown = view
        for key, card in self.cards.items():
            card.set_mood("chosen" if view is not None and key == view.key else "")
        is_open = view is not None and view.is_open
        has_code = view is not None and view.is_open and bool(view.code)
        self.came_title.setVisible(view is not None)
        self.came.setVisible(view is not None and bool(view.came))
        if view is not None:
            self.came_title.setText(_("With it, {who}").format(who=came_words(view)))
            self.came.set_rows(sorted(view.came, key=rank))
        late = late_words(view) if view is not None else ""
        self.late.text.setText(late)
        self.late.setVisible(bool(late))
        self.code.setVisible(has_code)
        if has_code and view is not None:
            self.code.show_code(view.code, view.scanned)
        title, explained = self._words(view)
        self.title.setText(title)
        self.explained.setText(explained)
        self.new.setVisible(not any(each.is_open for each in self._views))
        self.hand_out.setVisible(is_open)
        self.close_button.setVisible(is_open)

    def _words(self, view: "InvitationView | None") -> tuple[str, str]:
        """Return the title of the card, and what there is to know."""
        if view is None:
            hint = _("Make one, so that other computers can add places to this map.")
            return _("No invitation yet"), hint
        if not view.is_open:
            hint = _("Whoever came with it stays in. Nobody else comes in by it.")
            return _("This invitation is closed"), hint
        if not view.code:
            hint = _("It was made on another computer: its code can only be shown there.")
            return _("This invitation is open"), hint
        hint = _("On the other computer: open the map, then “People and computers”.")
        return _("Show it, or read it out"), hint

    # --- answers -----------------------------------------------------------------------------

    def _on_close(self) -> None:
        if self.shown is not None:
            self.close_wanted.emit(self.shown)

    def _on_typed(self) -> None:
        self.row.set_error("")
        self.admit.setEnabled(bool(self.field.text().strip()))

    def _on_admit(self) -> None:
        if self.admit.isEnabled():
            self.admit.setEnabled(False)
            self.admit_wanted.emit(self.field.text())

    def refuse(self, error: CollabMapError) -> None:
        """Say beside the field what is wrong with the code."""
        self.row.set_error(" ".join(explain(error)))
        self.admit.setEnabled(True)
        self.field.setFocus()

    def clear_field(self) -> None:
        """The computer is in: nothing is left to type."""
        self.field.clear()
