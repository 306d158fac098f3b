"""How another thread has something done in the thread of the window.

A signal that a thread emits touches its object, and an object of a window may be destroyed while
that lasts: even after a look whether it is there.  So threads emit the signal of one object that
never ends, and whoever is meant is looked for where nothing can end meanwhile.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

_Letter = tuple[QObject, Callable[..., object], tuple[Any, ...]]


class Post(QObject):
    """The one that never ends: see `post`."""

    _came = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        # Queued in its own thread too: an answer inside the question would surprise who asked.
        self._came.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def send(self, owner: QObject, call: Callable[..., object], *values: Any) -> None:
        """Call call(*values) soon in the thread of the window, unless `owner` is gone by then.

        Any thread may ask; what one asks for is done in that order.
        """
        self._came.emit((owner, call, values))

    def _deliver(self, letter: _Letter) -> None:
        owner, call, values = letter
        if isValid(owner):
            call(*values)


_post: Post | None = None


def post() -> Post:
    """Return the post, to be kept by whoever starts threads.  In the thread of the window."""
    global _post
    if _post is None:
        _post = Post()
    return _post
