"""Who wants to know what a write changed."""

from collections.abc import Callable

from collabmap.domain.effect import Effect

Listener = Callable[[Effect], None]


class Subscriptions:
    """Listeners to Effects; told in the thread that wrote, after the commit."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Add a listener; call what is returned to take it away."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def tell(self, effect: Effect) -> None:
        """Tell everyone, unless nothing changed."""
        if not effect.is_empty:
            for listener in tuple(self._listeners):
                listener(effect)
