"""What receipts say, in words: on the screen, in a file and on paper."""

from collections.abc import Iterable, Mapping

from collabmap.app.receipts import ReceiptView
from collabmap.app.words import _, format_number, ngettext
from collabmap.ui.place_words import day_and_time, when
from collabmap.ui.widgets.line_list import Line

# How many changes each person has signed on this laptop.
Totals = Mapping[bytes, int]


def totals_of(expected: Iterable[ReceiptView]) -> Totals:
    """Return the totals from Session.expected_receipts()."""
    return {receipt.person: receipt.changes for receipt in expected}


def computer_of(receipt: ReceiptView) -> str:
    """Return 'Camille’s computer'."""
    if receipt.by_name:
        return _("{name}’s computer").format(name=receipt.by_name)
    return _("a computer that is not known")


def total_of(receipt: ReceiptView, totals: Totals) -> int:
    """Return how many changes there are to have, never fewer than it has."""
    return max(receipt.changes, totals.get(receipt.person, 0))


def has_all(receipt: ReceiptView, totals: Totals) -> bool:
    """Whether nothing that was signed here is missing there."""
    return bool(receipt.is_true) and receipt.changes >= total_of(receipt, totals)


def count_words(receipt: ReceiptView, totals: Totals, me: bytes) -> str:
    """Return 'has all 12 of your changes', 'has 12 of the 15 changes of Marcel'.

    me: the person in force.
    """
    total = total_of(receipt, totals)
    has, whole = format_number(receipt.changes), format_number(total)
    is_you = receipt.person == me
    name = receipt.person_name or _("somebody")
    if receipt.is_true is False:
        return _("counts {count}, which is not what is here").format(count=has)
    if has_all(receipt, totals):
        if is_you:
            words = ngettext("has your {count} change", "has all {count} of your changes", total)
        else:
            words = ngettext(
                "has {name}’s {count} change", "has all {count} of {name}’s changes", total
            )
    elif is_you:
        words = _("has {count} of your {total} changes")
    else:
        words = _("has {count} of {name}’s {total} changes")
    return words.format(count=has, total=whole, name=name)


def changes_words(count: int) -> str:
    """Return '12 changes'."""
    words = ngettext("{count} change", "{count} changes", count)
    return words.format(count=format_number(count))


def line_of(receipt: ReceiptView, totals: Totals, me: bytes) -> Line:
    """Return the line of a receipt in a list."""
    if receipt.is_mine:
        is_good = has_all(receipt, totals)
        is_wrong = receipt.is_true is False
        computer = computer_of(receipt)
        return Line(
            computer[:1].upper() + computer[1:],
            count_words(receipt, totals, me),
            when(receipt.at_ms) if receipt.at_ms else "",
            receipt,
            icon="check-bold" if is_good else "alert" if is_wrong else "clock-outline",
            state="accepted" if is_good else "delete_proposed" if is_wrong else "pending",
        )
    return Line(
        receipt.person_name or _("somebody"),
        f"{changes_words(receipt.changes)} · {receipt.code}",
        when(receipt.at_ms) if receipt.at_ms else "",
        receipt,
        person=receipt.person,
    )


def rows_of(receipt: ReceiptView, totals: Totals) -> list[tuple[str, str]]:
    """Return name and value of what a receipt says."""
    rows = [
        (_("From"), receipt.person_name or _("somebody")),
        (_("Received by"), computer_of(receipt)),
        (_("Changes"), changes_words(receipt.changes)),
    ]
    if receipt.is_mine and total_of(receipt, totals) > receipt.changes:
        rows.append((_("Sent from here"), changes_words(total_of(receipt, totals))))
    if receipt.at_ms:
        rows.append((_("On"), day_and_time(receipt.at_ms)))
    return rows


def plain_text(map_name: str, receipt: ReceiptView, totals: Totals, signed: str) -> str:
    """Return a receipt for a file.  signed: its signed text, '' where another laptop signed."""
    lines = [_("Receipt of “{name}”").format(name=map_name), ""]
    lines += [
        _("{what}: {found}").format(what=name, found=value)
        for name, value in rows_of(receipt, totals)
    ]
    lines.append(_("{what}: {found}").format(what=_("Code"), found=receipt.code))
    if signed:
        lines += ["", _("Signed text, to check it with CollabMap:"), signed]
    return "\n".join(lines) + "\n"
