"""The errors of event mode."""

from collabmap.errors.tree import InputInvalid


class EventCodeShort(InputInvalid):
    code = "event-code-short"
    message = "The code is too short."
    hint = "Take four digits or letters, or more."


class EventCodeWrong(InputInvalid):
    code = "event-code-wrong"
    message = "This is not the code of this evening."
    hint = "The key on paper of this map opens too."


class EventCodeTooSoon(InputInvalid):
    """seconds: until the next try."""

    code = "event-code-too-soon"
    message = "There were too many wrong codes."
    hint = "Wait {seconds} s, then try again. The key on paper opens at once."
