"""A board that stands alone in a cell's output: live without a Lab, recording nothing."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ..boards import Board
from ..boards.codes import codes, select_text
from ..boards.layout import check_scale, read_layout
from ..boards.live import answer, cuts_of, estimates_of, moves_of
from ..display import drawn_board
from ..errors import UnknownNameError
from ..registry import SHOWS
from .base import Values
from .kernel import Hooks, shell
from .replies import reply_to

__all__ = ["Alone"]

_STATIC = Path(__file__).parent.parent / "static"


#: Of each board that is shown, by its id; it holds the board, and lives until its front end closes it.
_SHOWN: weakref.WeakValueDictionary[int, Alone] = weakref.WeakValueDictionary()


class Alone(anywidget.AnyWidget):
    """The page of a board: traits and requests; the board has the cuts."""

    _esm = _STATIC / "board.js"
    _css = _STATIC / "board.css"

    state = traitlets.Dict(help="The board as plain numbers; see `hml_jupyter.boards.state`.").tag(sync=True)

    def __init__(self, board: Board, **options: Any) -> None:
        self._board = board
        super().__init__(state=self._state(), **options)
        self.on_msg(self._hear)
        board.listeners.append(weakref.WeakMethod(self.refresh))

    @classmethod
    def of(cls, board: Board) -> Alone:
        """Return the page of a board, the same one wherever it is displayed."""
        found = _SHOWN.get(id(board))
        if found is None or found.comm is None:
            found = _SHOWN[id(board)] = cls(board)
        return found

    def refresh(self) -> None:
        """Send the board as it is, unless nobody shows it any more."""
        if self.comm is not None:
            self.state = self._state()

    def close(self) -> None:
        """Close the page and let the board go; anywidget keeps every widget that it has made."""
        board = self.__dict__.pop("_board", None)
        if board is not None:
            board.listeners = [held for held in board.listeners if held() != self.refresh]
        super().close()

    def _state(self) -> dict[str, Any]:
        return {**self._board.state(), "code": _code(self._board, self._board.cuts)}

    def _hear(self, _: Any, content: Any, __: Any) -> None:
        found = reply_to(content, self._answer, self.log)
        if found:
            self.send(*found)

    def _answer(self, _: str, action: str, values: Values) -> Any:
        shown = self._board
        if action in ("index", "best", "box"):
            value, buffers = answer(shown, action, values)
            if action == "index":
                value["code"] = codes(shown, value, lambda cuts: _code(shown, cuts))
            return value, buffers
        commits: dict[str, Callable[[], None]] = {
            "set": lambda: shown.move(moves_of(values)),
            "cuts": lambda: shown.set(cuts_of(values)),
            "layout": lambda: self._arrange(values),
        }
        if action not in commits:
            raise UnknownNameError("request of a board", action, [*commits, "index", "best", "box"])
        commits[action]()
        return {}

    def _arrange(self, values: Values) -> None:
        shown = self._board
        layout, estimated = read_layout(shown.dataset, values), estimates_of(values)
        check_scale(layout, estimated.get("luminosity", shown.luminosity))
        shown.layout = layout
        for name, value in estimated.items():
            setattr(shown, name, value)
        shown.changed()


def _code(board: Board, cuts: Sequence[str]) -> str:
    """Return the call that selects what the board would show; the dataset by its name in the notebook."""
    namespace = ip.user_ns if (ip := shell()) else {}
    names = [name for name, value in namespace.items() if value is board.dataset and not name.startswith("_")]
    return select_text(list(cuts), names[0] if names else "dataset")


def _show(board: Board) -> dict[str, Any]:
    """Show a board live where there is a kernel; its picture and cutflow stand for it everywhere else.

    In a recorded cell too: that board is live in its Lab, and the notebook that is left behind needs the picture.
    """
    bundle = drawn_board(board)
    ip = shell()
    if ip is None or not hasattr(ip, "kernel") or Hooks.of(ip).records:
        return bundle
    live: Any = Alone.of(board)._repr_mimebundle_() or {}
    return {**bundle, **(live[0] if isinstance(live, tuple) else live), "text/plain": bundle["text/plain"]}


SHOWS["Board"] = _show
