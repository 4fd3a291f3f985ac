"""The kernel's side of running cells: which entry a cell belongs to, and how its run ended."""

from __future__ import annotations

import re
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from .. import progress
from ..cells import Entry, cell_id
from ..errors import HmlError
from ..journal import Journal
from ..provenance import owner
from ..registry import Shown

__all__ = ["Hooks", "Listener", "Run", "is_rerun", "running_cell", "shell"]

#: At most this many progress messages a second go to the page.
RATE = 8.0


class Listener(Protocol):
    """Who wants to know of cells: a Lab."""

    journal: Journal

    def cell_started(self, entry: Entry | None) -> None:
        """Note that a cell begins to run; `entry` is the recorded one, if it is one."""

    def cell_progressed(self, entry: Entry | None, report: progress.Report, rate: str | None, left: str | None) -> None:
        """Note how far the running cell is."""

    def cell_finished(self, entry: Entry | None, status: str, error: str | None) -> None:
        """Note how a cell has ended."""


def shell() -> Any:
    """Return the running IPython shell, or None outside of one."""
    from IPython import get_ipython

    return get_ipython()


class Run(NamedTuple):
    """One run of a cell, as the front end names it."""

    cell: str
    """Id of the cell."""
    message: str
    """Id of the request to run it."""


def running_cell(ip: Any) -> Run | None:
    """Return the run of the cell that is running; None where the front end names none."""
    parent = ip.get_parent() if hasattr(ip, "get_parent") else {}
    cell, message = parent.get("metadata", {}).get("cellId"), parent.get("header", {}).get("msg_id")
    return Run(cell, message) if cell and message else None


def is_rerun(before: Run | None, now: Run | None) -> bool:
    """Tell whether a cell runs again."""
    return before is not None and now is not None and before.cell == now.cell and before.message != now.message


@dataclass
class _Running:
    """One cell that runs; a cell may run others within."""

    journal: Journal | None
    entry: Entry | None
    ending: ExitStack = field(default_factory=ExitStack)
    began: float = field(default_factory=time.monotonic)
    first: float | None = None
    """How much was done when it first told."""
    speed: tuple[str | None, str | None] = (None, None)
    """Rate and remaining time that were told last, which hold until it is told what is done again."""
    shown: tuple[Any, dict[str, Any]] | None = None
    """The last result that was shown, and as what."""


class Hooks:
    """One for a kernel: watches cells and tells the Labs.

    A cell is recognised by its id, which the front end sends; where it sends none, by its text.
    """

    _of: dict[int, Hooks] = {}  # noqa: RUF012  (one registry for the process)

    def __init__(self, ip: Any) -> None:
        self.listeners: list[Listener] = []
        self._running: list[_Running] = []
        self._sent = 0.0
        ip.events.register("pre_run_cell", self.before)
        ip.events.register("post_run_cell", self.after)
        ip.display_formatter.mimebundle_formatter.for_type(Shown, self._show)

    @classmethod
    def of(cls, ip: Any) -> Hooks:
        """Return the hooks of a shell."""
        if id(ip) not in cls._of:
            cls._of[id(ip)] = cls(ip)
        return cls._of[id(ip)]

    @property
    def records(self) -> bool:
        """Whether the cell that runs is a recorded one."""
        return bool(self._running) and self._running[-1].entry is not None

    def find(self, info: Any) -> tuple[Journal, Entry] | None:
        """Return the entry that a cell belongs to."""
        text = (info.raw_cell or "").strip()
        journals = {id(listener.journal): listener.journal for listener in self.listeners}.values()
        pairs = [(journal, entry) for journal in journals for entry in journal.entries]
        for journal, entry in pairs:
            if info.cell_id and info.cell_id == cell_id(journal.name, entry.record_id):
                return journal, entry
        for journal, entry in pairs:
            if text and text in (entry.source.strip(), entry.text.strip()):
                return journal, entry
        return None

    def before(self, info: Any) -> None:
        """Take note that a cell begins."""
        journal, entry = self.find(info) or (None, None)
        running = _Running(journal, entry)
        token = owner.set(entry.record_id if entry else _owner_of(info.cell_id))
        running.ending.callback(owner.reset, token)
        running.ending.enter_context(progress.listening(self._hear))
        self._running.append(running)
        self._sent = 0.0
        if journal and entry:
            journal.started(entry.record_id)
        for listener in self._concerned():
            listener.cell_started(entry)

    def after(self, result: Any) -> None:
        """Take note how a cell ended, and tell the Labs; an interrupt that comes now is too late, and must not cut this short."""
        if self._running:
            with _deaf():
                self._after(result)

    def _after(self, result: Any) -> None:
        running = self._running.pop()
        running.ending.close()
        journal, entry = running.journal, running.entry
        status, error = _outcome(result)
        if journal is not None and entry is not None:
            entry = self._note(running, journal, entry, result, status, error)
        for listener in tuple(self.listeners):
            mine = entry if listener.journal is journal else None
            listener.cell_finished(mine, status, error if mine else None)
        around = self._running[-1] if self._running else None
        for listener in self._concerned() if around else ():
            listener.cell_started(around.entry if around else None)

    def _show(self, result: Shown, **_: object) -> dict[str, Any]:
        """Draw a result once, for the page and for the record."""
        bundle = result._repr_mimebundle_()
        if self._running:
            self._running[-1].shown = (result, bundle)
        return bundle

    def _note(
        self, running: _Running, journal: Journal, entry: Entry, result: Any, status: str, error: str | None
    ) -> Entry | None:
        """Tell the journal; a record that cannot be written, or a step deleted meanwhile, is no reason to go dumb."""
        output: dict[str, Any] = {}
        try:
            output = _bundle(running, result.result) if status == "done" and entry.call is not None else {}
        except Exception as problem:  # noqa: BLE001  (a picture may fail in any way, and the step has run)
            sys.stdout.write(f"the result of step {entry.record_id} cannot be shown: {problem}\n")
        try:
            journal.finished(entry.record_id, status, text=result.info.raw_cell, output=output, error=error)
            return journal.get(entry.record_id)
        except HmlError as problem:
            sys.stdout.write(f"{problem}\n")
            return None

    def _concerned(self) -> list[Listener]:
        journal = self._running[-1].journal if self._running else None
        return [listener for listener in self.listeners if journal in (None, listener.journal)]

    def _hear(self, report: progress.Report) -> None:
        if report.is_notice:
            sys.stdout.write(f"{report.text}\n")
        now = time.monotonic()
        passing = not report.is_notice and report.fraction != 1.0
        if passing and now - self._sent < 1.0 / RATE:
            return
        self._sent = now
        running = self._running[-1]
        rate, left = _speed(running, report, now)
        for listener in self._concerned():
            listener.cell_progressed(running.entry, report, rate, left)


@contextmanager
def _deaf() -> Iterator[None]:
    """Hear no interrupts."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _owner_of(cell: str | None) -> str | None:
    """Return who a cell's results belong to: a recorded one keeps its number where no Lab knows it yet."""
    found = re.fullmatch("hml-.*-([0-9]{4,8})", cell or "")
    return found[1] if found else f"cell:{cell}" if cell else None


def _speed(running: _Running, report: progress.Report, now: float) -> tuple[str | None, str | None]:
    """Return rate and remaining time as text, once there is something to go by."""
    done, total = report.data.get("done"), report.data.get("total")
    if report.data.get("remaining") is not None:
        return None, f"{duration(report.data['remaining'])} left"
    if done is None or not total:
        return running.speed
    if running.first is None:
        running.first, running.began = done, now
    spent, made = now - running.began, done - running.first
    if made <= 0 or spent <= 0:
        return None, None
    speed = made / spent
    running.speed = f"{speed:.3g} {report.data.get('unit', 'steps')}/s", f"{duration((total - done) / speed)} left"
    return running.speed


def duration(seconds: float) -> str:
    """Return a time span in words.

    Examples
    --------
    >>> duration(130)
    '2 min 10 s'
    """
    whole = max(0, round(seconds))
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60} s"


def _outcome(result: Any) -> tuple[str, str | None]:
    error = result.error_before_exec or result.error_in_exec
    if error is None:
        return "done", None
    if isinstance(error, KeyboardInterrupt):
        return "interrupted", None
    if isinstance(error, HmlError):
        return "failed", str(error)
    return "failed", "".join(traceback.format_exception_only(error)).strip()


def _bundle(running: _Running, result: Any) -> dict[str, Any]:
    if running.shown and running.shown[0] is result:
        return running.shown[1]
    return result._repr_mimebundle_() if isinstance(result, Shown) else {}
