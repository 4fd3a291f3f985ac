"""Interrupts of a fit, which Keras swallows where it waits for what JAX computes."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from .backend import keras

__all__ = ["interrupts", "pace"]

#: Seconds of computation that wait at most, about: so long is an interrupt not heard.
WAITING = 0.2


@contextmanager
def interrupts() -> Iterator[None]:
    """End with a KeyboardInterrupt if one has come, also where it was swallowed on the way.

    Examples
    --------
    >>> from contextlib import suppress
    >>> try:
    ...     with interrupts(), suppress(KeyboardInterrupt):
    ...         signal.raise_signal(signal.SIGINT)
    ... except KeyboardInterrupt:
    ...     print("interrupted")
    interrupted
    """
    before = signal.getsignal(signal.SIGINT)
    # only the main thread is interrupted; workers ignore it
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    heard: list[int] = []

    def handler(number: int, frame: FrameType | None) -> Any:
        heard.append(number)
        return before(number, frame)

    signal.signal(signal.SIGINT, handler)
    try:
        yield
    except Exception:
        # what an interrupt leaves half done may fail in another way
        if heard:
            raise KeyboardInterrupt from None
        raise
    finally:
        signal.signal(signal.SIGINT, before)
    if heard:
        raise KeyboardInterrupt


def pace(tell: Callable[[int, int], None]) -> Any:
    """Return a Keras callback that waits for JAX now and then, so that an epoch is not queued as a whole and then waited for.

    Each time it tells how many batches of how many are done, and when all are and the validation events follow.
    """

    class Pace(keras().callbacks.Callback):  # type: ignore[misc]
        every, since, began = 1, 0, 0.0

        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
            if not batch:
                self.since, self.began = 0, time.perf_counter()
                return
            self.since += 1
            if self.since < self.every:
                return
            state = getattr(self.model, "_jax_state", None)
            if state:
                import jax

                jax.block_until_ready(state["metrics_variables"])  # type: ignore[no-untyped-call]
            tell(batch, self.params["steps"])
            now = time.perf_counter()
            self.every = max(1, int(self.since * WAITING / max(now - self.began, 1e-9)))
            self.since, self.began = 0, now

        def on_test_begin(self, logs: Any = None) -> None:  # noqa: ARG002
            tell(self.params["steps"], self.params["steps"])

    return Pace()
