"""Click's commands and options, with words that are looked up when they are shown.

Click takes its texts when a module is imported, before anyone could say `--language fr`.
"""

import copy
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from collabmap.app.words import N_, _, ngettext

F = TypeVar("F", bound=Callable[..., Any])

# What click says by itself; it looks these up in the same catalogue (see main.py).
CLICK_WORDS = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Show this message and exit."),
    N_("Error: {message}"),
    N_("Try '{command} {option}' for help."),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("Missing argument"),
    N_("Missing option"),
    N_("Missing command."),
    N_("No such option {name!r}."),
    N_("No such command {name!r}."),
    N_("Option {name!r} does not take a value."),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
    N_("default: {default}"),
    N_("{name} {filename!r} is a file."),
    N_("{name} {filename!r} is not readable."),
)
# The same, for what click counts.  At import there is no catalogue yet: this only marks them.
CLICK_COUNTS = (
    ngettext("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)", 1),
    ngettext(
        "Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})", 1
    ),
    ngettext(
        "Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments.", 1
    ),
    ngettext("{value!r} is not {choice}.", "{value!r} is not one of {choices}.", 1),
)


def spoken(text: str | None) -> str:
    """Return a help text in the language in use, '' for none."""
    return _(text) if text else ""


class Verb(click.Command):
    """A command with a translated help and examples that need no translation."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples

    def get_short_help_str(self, limit: int = 45) -> str:
        # Whole: the first sentence was written to be short, and a cut one helps nobody.
        return spoken(self.help).split("\n\n")[0].removesuffix(".")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        told = copy.copy(self)
        told.help = spoken(self.help)
        click.Command.format_help_text(told, ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.examples:
            with formatter.section(_("Examples")):
                for example in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


class Verbs(click.Group):
    """A group of verbs with a translated help."""

    command_class = Verb

    get_short_help_str = Verb.get_short_help_str

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        told = copy.copy(self)
        told.help = spoken(self.help)
        click.Command.format_help_text(told, ctx, formatter)


Verbs.group_class = Verbs


class Option(click.Option):
    """An option with a translated help."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        told = copy.copy(self)
        told.help = spoken(self.help)
        return click.Option.get_help_record(told, ctx)


def option(*names: str, **attributes: Any) -> Callable[[F], F]:
    """Return click's option decorator with help that is translated when shown."""
    return click.option(*names, cls=Option, **attributes)


as_json = option("--json", "as_json", is_flag=True, help=N_("Write JSON, for scripts."))
