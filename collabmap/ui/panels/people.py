"""People: the computers of this map, the invitation, and this computer's own code."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QStackedWidget, QWidget
from shiboken6 import isValid

from collabmap.app.consenting import Agreed
from collabmap.app.words import _, format_number, ngettext
from collabmap.domain.consent import Consent, Promise
from collabmap.domain.ids import replica_id
from collabmap.errors import CodeWrong, CollabMapError
from collabmap.ui.panels.computer import ComputerPage
from collabmap.ui.panels.consent import ConsentPage
from collabmap.ui.panels.here import HerePage, unknown_invitation
from collabmap.ui.panels.invitation import InvitationPage, state_words
from collabmap.ui.panels.people_list import DeviceList
from collabmap.ui.panels.people_rules import Deed, What, do, done_words, undo_of
from collabmap.ui.people_words import (
    MINUTE_MS,
    found_by,
    names_of,
    rank,
    role_words,
    shift_words,
    waits,
)
from collabmap.ui.widgets.choice_card import WayCard
from collabmap.ui.widgets.fields import LineField
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.app.inviting import InvitationView
    from collabmap.app.people import DeviceView
    from collabmap.app.session import Session
    from collabmap.ui.main_window import MainWindow

# What people agree to, half written: see KeptWords.
CONSENT = "consent"
# A list that fits the window needs no search.
SEARCH_FROM = 8


class Known(NamedTuple):
    """What the panel shows; role: of the session, code: the long one of this computer."""

    devices: "tuple[DeviceView, ...]"
    invitations: "tuple[InvitationView, ...]"
    code: str
    role: str
    consent: Consent
    agreed: tuple[Agreed, ...]


class PeoplePanel(Panel):
    """view: 'invite', 'consent', 'here' or 'computer': what the page shows."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.view = ""
        self.chosen: bytes | None = None
        self.devices: tuple[DeviceView, ...] = ()
        self._invitations: tuple[InvitationView, ...] = ()
        self._is_root = window.is_coordinator and window.mode == "prepare"
        self.add_title(_("People"), back=not self._is_root)
        self.intro = Text("", "muted", wrap=True)
        self.head.addWidget(self.intro)
        self._build_body()
        self._build_pages()
        # Methods, not closures: the connections must end with the panel.
        window.effects_arrived.connect(self._on_changed)
        window.person_changed.connect(self._on_changed)
        self.open_view("invite" if window.is_coordinator else "here")

    def _build_body(self) -> None:
        self.cards: dict[str, WayCard] = {}
        if self.main.is_coordinator:
            self.cards["invite"] = WayCard("account-multiple-plus", _("Invitation"), "")
            self.cards["consent"] = WayCard("file-sign", _("What people agree to"), "")
        self.cards["here"] = WayCard("laptop-account", _("This computer"), "")
        for name, card in self.cards.items():
            card.clicked.connect(lambda _checked=False, n=name: self._on_card(n))
            self.body.addWidget(card)
        self.body.addSpacing(4)
        self.count = Text(_("Computers"), "label")
        self.body.addWidget(self.count)
        self.search = LineField(_("Name or code"))
        self.search.setAccessibleName(_("Search the computers by name or code"))
        self.search.make_clearable()
        self.search.textChanged.connect(self._fill_list)
        self.search.hide()
        self.body.addWidget(self.search)
        self.list = DeviceList(_("Computers of this map"))
        self.list.opened.connect(self.open_computer)
        self.body.addWidget(self.list)
        self.nothing = Text(_("No computer answers to this."), "muted", wrap=True)
        self.nothing.hide()
        self.body.addWidget(self.nothing)
        self.body.addStretch(1)

    def _build_pages(self) -> None:
        self.stack = QStackedWidget()
        self.page = self.stack
        info = self.main.info
        self.invitation = InvitationPage(info.name if info else "")
        self.here = HerePage()
        self.computer = ComputerPage()
        self.consent = ConsentPage()
        self._pages: dict[str, QWidget] = {
            "invite": self.invitation,
            "here": self.here,
            "computer": self.computer,
            "consent": self.consent,
        }
        for page in self._pages.values():
            self.stack.addWidget(page)
        self.invitation.invite_wanted.connect(self._on_invite)
        self.invitation.close_wanted.connect(self._on_close)
        self.invitation.admit_wanted.connect(self._on_admit)
        self.invitation.hand_out_wanted.connect(self.main.actions_table["hand_out"].trigger)
        self.invitation.opened.connect(self.open_computer)
        self.here.join_wanted.connect(self._on_join)
        self.here.recovery.wanted.connect(self._on_recover)
        self.consent.save_wanted.connect(self._on_consent)
        self.consent.typed.connect(
            lambda: self.main.words.keep(b"", CONSENT, self.consent.written())
        )
        self.computer.deed_wanted.connect(self._on_deed)
        self.computer.shift_wanted.connect(self._on_shift)

    # --- what is shown -----------------------------------------------------------------------

    def first_focus(self) -> QWidget | None:
        return next(iter(self.cards.values()))

    def took_escape(self) -> bool:
        return self.view == "computer" and self.computer.took_escape()

    def entered(self) -> None:
        self.reload()

    def _on_changed(self, _what: object) -> None:
        if self.main.panel_host.current is self:
            self.reload()

    def reload(self) -> None:
        """Ask again who is on the map."""
        if self.main.lanes is not None and self.main.info is not None:
            self.main.tasks.write(_look, self._on_known, owner=self, key="computers")

    def _on_known(self, known: Known) -> None:
        self.devices = tuple(sorted(known.devices, key=rank))
        self._invitations = known.invitations
        here = next(device for device in self.devices if device.is_here)
        waiting = sum(waits(device) for device in self.devices)
        self.intro.setText(_intro(waiting, is_coordinator=self.main.is_coordinator))
        number = format_number(len(self.devices))
        self.count.setText(_("Computers ({count})").format(count=number))
        self.search.setVisible(len(self.devices) >= SEARCH_FROM)
        self.cards["here"].set_words(_("This computer"), f"{role_words(here)} · {here.code}")
        if "invite" in self.cards:
            newest = next((v for v in reversed(known.invitations) if v.is_open), None)
            words = state_words(newest) if newest else _("none is open")
            self.cards["invite"].set_words(_("Invitation"), words)
        if "consent" in self.cards:
            words = _("Version {version}").format(version=known.consent.version)
            self.cards["consent"].set_words(_("What people agree to"), words)
        self.consent.show_consent(known.consent, known.agreed)
        self.consent.take_up(self.main.words.of(b"", CONSENT))
        self.invitation.show_views(known.invitations)
        self.here.show_here(here, known.code, known.role)
        self._fill_list()
        self._show_computer()

    def _fill_list(self) -> None:
        text = self.search.text()
        rows = [device for device in self.devices if found_by(device, text)]
        self.list.set_rows(rows, self.chosen if self.view == "computer" else None)
        self.list.setVisible(bool(rows))
        self.nothing.setVisible(not rows and bool(self.devices))

    def open_view(self, view: str) -> None:
        """Show 'invite', 'consent', 'here' or 'computer'."""
        self.view = view
        for name, card in self.cards.items():
            card.set_mood("chosen" if name == view else "")
        if view != "computer":
            self.list.choose(None)
        self.stack.setCurrentWidget(self._pages[view])

    def _on_card(self, view: str) -> None:
        self.open_view(view)
        self._turn_page()

    def open_computer(self, rid: bytes) -> None:
        """Show one computer."""
        self.chosen = rid
        self.open_view("computer")
        self.list.choose(rid)
        self._show_computer()
        self._turn_page()

    def _turn_page(self) -> None:
        """In a narrow window the page lies behind the list."""
        if self.main.body.is_narrow:
            self.main.body.show_tab("centre")

    def device(self, rid: bytes) -> "DeviceView | None":
        return next((each for each in self.devices if each.rid == rid), None)

    def _show_computer(self) -> None:
        device = self.device(self.chosen) if self.chosen is not None else None
        if device is not None:
            self.computer.show_device(device, self.devices, is_coordinator=self.main.is_coordinator)

    # --- roles and clocks --------------------------------------------------------------------

    def _on_deed(self, device: "DeviceView", deed: Deed) -> None:
        self._do(device, deed.what, undo_of(device, deed.what))

    def _do(self, device: "DeviceView", what: What, undo: What | None) -> None:
        def done(_effect: object) -> None:
            title, hint = done_words(device, what)
            window = self.main
            if undo is None:
                window.messages.done(title, hint)
            else:
                window.messages.done(title, hint, (_("Undo"), lambda: _take_back(window, device)))
            if isValid(self):
                self.computer.forget_answer()
                self.reload()
                self._focus_list()

        self.main.tasks.write(lambda session: do(session, device, what), done)

    def _focus_list(self) -> None:
        """The button that had the keyboard is gone: the list takes it."""
        if self.isVisible() and self.list.isVisible():
            self.list.setFocus()

    def _on_shift(self, device: "DeviceView", shift_ms: int) -> None:
        window, before = self.main, device.shift_ms

        def done(_effect: object) -> None:
            who = names_of(device) if device.people else device.code
            if shift_ms:
                moved = shift_words(shift_ms)
                title = _("The times of {who} are {moved}").format(who=who, moved=moved)
            else:
                title = _("The times of {who} are those of its own clock").format(who=who)
            window.messages.done(title, "", (_("Undo"), lambda: _shift_back(window, device)))
            if isValid(self):
                self._focus_list()
                self.reload()

        if shift_ms == before:
            self.computer.show_device(device, self.devices, is_coordinator=True, again=True)
            return
        window.tasks.write(lambda session: session.set_clock_note(device.rid, shift_ms), done)

    # --- invitations -------------------------------------------------------------------------

    def _on_invite(self) -> None:
        def done(known: Known) -> None:
            self._on_known(known)
            self.invitation.show_views(known.invitations, newest=True)
            self.invitation.hand_out.setFocus()

        def make(session: "Session") -> Known:
            session.invite()
            return _look(session)

        self.main.tasks.write(make, done, owner=self)

    def _on_close(self, view: "InvitationView") -> None:
        def done(_effect: object) -> None:
            title = _("The invitation is closed")
            self.main.messages.done(title, _("Whoever came with it stays in."))
            if isValid(self):
                self.reload()

        self.main.tasks.write(lambda session: session.close_invitation(view.key), done)

    def _on_admit(self, text: str) -> None:
        def done(code: str) -> None:
            if isValid(self):
                self.invitation.clear_field()
            title = _("{who} is let in").format(who=code)
            hint = _("Hand out a copy, or give the map back: then that computer knows it too.")
            self.main.messages.done(title, hint)

        def failed(error: CollabMapError) -> None:
            self._refused(error, self.invitation)

        self.main.tasks.write(lambda session: _admit(session, text), done, failed)

    # --- what people agree to ----------------------------------------------------------------

    def _on_consent(self, fr: Sequence[Promise], en: Sequence[Promise]) -> None:
        words, written = self.main.words, self.consent.written()
        key = words.key(b"", CONSENT)

        def done(_effect: object) -> None:
            words.forget(key, written)
            self.main.messages.done(
                _("People agree to these words from now on"),
                _("Everybody is asked once more, at their next turn."),
            )
            if isValid(self):
                self.consent.saved()
                self.reload()

        def failed(error: CollabMapError) -> None:
            if isValid(self):
                self.consent.refuse(error)

        self.main.tasks.write(lambda session: session.set_consent(fr, en), done, failed)

    # --- this computer -----------------------------------------------------------------------

    def _on_join(self, text: str) -> None:
        def done(is_known: bool) -> None:
            hint = _("What you add now is a contribution to the map.")
            self.main.messages.done(
                _("This computer is invited"), hint if is_known else unknown_invitation()
            )
            self.main.refresh_info()
            if isValid(self):
                self.here.field.clear()
                self.reload()

        def failed(error: CollabMapError) -> None:
            self._refused(error, self.here)

        self.main.tasks.write(lambda session: _join(session, text), done, failed)

    def _on_recover(self, text: str, shut_founder: bool) -> None:
        def done(_effect: object) -> None:
            window = self.main
            if isValid(self):
                self.here.recovery.show_step("closed", focus=False)
            window.messages.done(
                _("This computer coordinates the map now"),
                _("Give the map back, so that all the others learn of it."),
            )
            window.refresh_info(window.commands.open_computers)

        def failed(error: CollabMapError) -> None:
            if isValid(self):
                self.here.recovery.refuse(error)
            else:
                self.main.messages.show(error)

        self.main.tasks.write(
            lambda session: session.recover(text, revoke_founder=shut_founder),
            done,
            failed,
        )

    def _refused(self, error: CollabMapError, page: InvitationPage | HerePage) -> None:
        """Say it beside the field; what is not about the code goes to the message bar too."""
        if is_here := isValid(self):
            page.refuse(error)
        if not is_here or not isinstance(error, CodeWrong):
            self.main.messages.show(error)


def _look(session: "Session") -> Known:
    invitations = session.invitations() if session.is_coordinator else ()
    devices = tuple(_steady(device) for device in session.devices())
    known = {device.rid: device for device in devices}
    invitations = tuple(
        replace(view, came=tuple(known[device.rid] for device in view.came)) for view in invitations
    )
    consent, agreed = session.consent(), session.agreed()
    return Known(devices, invitations, session.device_code(), session.role, consent, agreed)


def _steady(device: "DeviceView") -> "DeviceView":
    """Return it with whole minutes, so that it does not differ at each look."""
    return replace(device, ahead_ms=device.ahead_ms // MINUTE_MS * MINUTE_MS)


def _join(session: "Session", text: str) -> bool:
    """Take an invitation; return whether this copy of the map knows of it."""
    session.join(text)
    here = next(device for device in session.devices() if device.is_here)
    return here.role != "guest" or not here.last_ms


def _admit(session: "Session", text: str) -> str:
    """Let in the computer of a long code; return its short one."""
    public = session.read_device_code(text)
    session.admit(public)
    rid = replica_id(public)
    return next(device.code for device in session.devices() if device.rid == rid)


def _take_back(window: "MainWindow", device: "DeviceView") -> None:
    """Give a computer the role it had; from wherever one is by then."""
    role = device.role
    if role == "guest":
        return
    window.tasks.write(
        lambda session: session.grant(device.rid, role),
        lambda _effect: window.messages.done(
            _("{who} is what it was").format(who=names_of(device) if device.people else device.code)
        ),
    )


def _shift_back(window: "MainWindow", device: "DeviceView") -> None:
    window.tasks.write(lambda session: session.set_clock_note(device.rid, device.shift_ms))


def _intro(waiting: int, *, is_coordinator: bool) -> str:
    if waiting and is_coordinator:
        words = ngettext(
            "{count} computer waits for you to let it in.",
            "{count} computers wait for you to let them in.",
            waiting,
        )
        return words.format(count=format_number(waiting))
    return _("Every computer that works on this map, and who wrote on it.")
