"""The Cuts panel: a board of live histograms with thresholds that can be dragged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from ..boards import Board, board
from ..boards.codes import codes
from ..boards.layout import USUAL, Layout, check_scale, read_layout
from ..boards.live import answer, cuts_of, estimates_of, moves_of
from ..boards.making import LUMINOSITY
from ..boards.state import chosen_only
from ..calls import Call, Ref
from ..cells import Entry
from ..datasets import Dataset
from ..errors import EmptySelectionError, HmlError
from .base import Action, FieldError, Panel, Values

__all__ = ["Cuts"]

Listed = tuple[tuple[str, bool], ...]


@dataclass
class _Shown:
    """The board of a dataset, and what it was made for."""

    dataset: Dataset
    layout: Entry | None
    board: Board


class Cuts(Panel):
    """A histogram for each column, a threshold at either end, cutflow and significance."""

    name: ClassVar[str] = "cuts"
    default_action: ClassVar[str] = "set"

    def __init__(self, bench: Any) -> None:
        super().__init__(bench)
        self._chosen: str | None = None
        self._seen: set[str] = set()
        self._luminosity, self._uncertainty = LUMINOSITY, 0.0
        self._boards: dict[str, _Shown] = {}
        self._switched: dict[str, Listed] = {}
        self._version = 0
        self._last: Any = ()
        self._drawn: dict[str, Any] = {}
        live = {name: self._live(name) for name in ("index", "best", "box")}
        self.requests = {
            **live,
            "dataset": self.dataset,
        }

    def count(self) -> str:
        """Return how many cuts are active."""
        built = self._built()
        active = len(self._cuts(self._target(built))) if built else 0
        return f"{active} active" if active else ""

    def state(self) -> dict[str, Any]:
        """Return histograms, cutflow and significance for the cuts as they are."""
        built = self._built()
        if not built:
            return {"empty": "Build a dataset first: its columns are what you cut on.", "go": "observables"}
        target = self._target(built)
        shown = self._board(target)
        # the cells that an index shows are of this dataset and have this name
        cells = (target, built[target].fingerprint, self._select(target, ()).call.target)
        key: Any = (cells, shown.layout, shown.all_cuts, shown.luminosity, shown.uncertainty)
        if self._last != key:
            self._drawn, self._last = shown.state(), key
            self._version += 1
        current = self._entry(target)
        return {
            **self._drawn,
            "version": self._version,
            "counted": f"{cells} {shown.counted}",
            "datasets": [{"target": name, "label": name} for name in built],
            "dataset": target,
            "code": current.text if current else None,
        }

    def action(self, name: str, values: Values) -> Action:
        """Return the ``select`` call of thresholds and cuts, or the ``board`` call of a layout."""
        target = str(values.get("dataset") or self._target(self._built()))
        self.bench.result("Dataset", target, "dataset")
        shown = self._board(target)
        if name == "layout":
            return self._arranged(target, shown, values)
        if name == "set":
            wanted = _asked("observable", lambda: shown.after(moves_of(values)))
        elif name == "cuts":
            wanted = tuple(_asked("cuts", lambda: cuts_of(values)))
        else:
            msg = f"the Cuts panel has no action {name!r}"
            raise FieldError("form", msg)
        try:
            checked = shown.checked(wanted)
        except EmptySelectionError as error:
            msg = f"{error}; nothing was recorded"
            raise FieldError("value", msg) from error
        except HmlError as error:
            raise FieldError("cuts", str(error)) from error
        self._switched[target] = checked
        return self._select(target, [text for text, is_on in checked if is_on])

    def check(self, values: Values) -> dict[str, Any]:
        """Say which cell the current cuts stand in; there is no form to check."""
        del values
        built = self._built()
        entry = self._entry(self._target(built)) if built else None
        return {
            "code": entry.text if entry else None,
            "target": entry.target if entry else None,
            "errors": {},
            "notes": {},
        }

    def dataset(self, values: Values) -> dict[str, Any]:
        """Show another dataset."""
        target = str(values.get("target"))
        self.bench.result("Dataset", target, "dataset")
        self._chosen = target
        self.bench.journal.tell()
        return {}

    # the cuts are what the newest selection says -------------------------------------------------------------------

    def _built(self) -> dict[str, Dataset]:
        return {name: d for name, d in self.bench.results("Dataset").items() if not d.is_selection and d.column_names}

    def _target(self, built: dict[str, Dataset]) -> str:
        if not built:
            msg = "there is no dataset to cut on: build one first, under Observables"
            raise FieldError("dataset", msg)
        new = [name for name in built if name not in self._seen]
        if new and self._seen:
            self._chosen = new[-1]
        self._seen = set(built)
        return self._chosen if self._chosen in built else list(built)[-1]

    def _board(self, target: str) -> Board:
        """Return the board of a dataset, with the cuts of the newest selection and the layout of the newest board."""
        dataset, entry = self._built()[target], self._newest(f"board:{target}")
        held = self._boards.get(target)
        if held is None or held.dataset is not dataset or held.layout != entry:
            drawn = self.bench.namespace.get(entry.target or "") if entry else None
            made = board(dataset, luminosity=None)
            if isinstance(drawn, Board) and drawn.dataset is dataset:
                made.layout = drawn.layout
                self._luminosity, self._uncertainty = drawn.luminosity or self._luminosity, drawn.uncertainty
            held = self._boards[target] = _Shown(dataset, entry, made)
        shown, cuts = held.board, self._cuts(target)
        shown.luminosity = None if dataset.without_cross_section else self._luminosity
        shown.uncertainty = self._uncertainty
        switched = self._switched.get(target, ())
        known = tuple(text for text, is_on in switched if is_on) == cuts
        shown.show(switched if known else [(text, True) for text in cuts])
        return shown

    def _newest(self, key: str) -> Entry | None:
        found = [
            e
            for e in self.bench.journal.entries
            if e.key == key and e.status in ("done", "not run", "waiting", "running")
        ]
        return found[-1] if found else None

    def _entry(self, target: str) -> Entry | None:
        return self._newest(_key(target))

    def _cuts(self, target: str) -> tuple[str, ...]:
        """Return the cuts of the newest selection as they are written; as they were carried out where that is no list of texts."""
        entry = self._entry(target)
        call = entry.call if entry else None
        if entry is None or call is None:
            return ()
        given = call.arguments[1] if len(call.arguments) > 1 else call.options.get("cuts")
        if isinstance(given, list) and all(isinstance(cut, str) for cut in given):
            return tuple(given)
        made = self.bench.namespace.get(entry.target or "")
        return made.cuts if isinstance(made, Dataset) and made.parent is not None else ()

    def _select(self, target: str, cuts: Sequence[str]) -> Action:
        name = self.bench.amended_or_fresh("selected", "data", _key(target))
        options = {"path": self.bench.path("data", name)}
        return Action(Call("select", (Ref(target), list(cuts)), options, name), _key(target))

    def _arranged(self, target: str, shown: Board, values: Values) -> Action:
        """Return the call of a board that looks as it was asked for."""
        read = _asked("layout", lambda: read_layout(shown.dataset, values))
        made, key = chosen_only(shown.samples, read), f"board:{target}"
        now = {"luminosity": shown.luminosity, "uncertainty": shown.uncertainty}
        now |= _asked("estimate", lambda: estimates_of(values))
        _asked("layout", lambda: check_scale(made, now["luminosity"]))
        usual = {"luminosity": LUMINOSITY, "uncertainty": 0.0}
        options = {name: value for name, value in now.items() if value != usual[name]}
        call = Call(
            "board", (Ref(target), list(made.observables)), {**options, **_options(made)}, self._board_name(key)
        )
        return Action(call, key, view=True)

    def _board_name(self, key: str) -> str:
        held = self.bench.journal.view(key)
        return held.target if held is not None and held.target else self.bench.fresh("board", "data")

    def _live(self, what: str) -> Any:
        def reply(values: Values) -> tuple[dict[str, Any], list[bytes]]:
            target = self._target(self._built())
            shown = self._board(target)
            value, buffers = _asked("observable", lambda: answer(shown, what, values))
            if what == "index":
                value["code"] = codes(shown, value, lambda cuts: self._select(target, cuts).call.render())
            return value, buffers

        return reply


def _key(target: str) -> str:
    return f"select:{target}"


def _options(layout: Layout) -> dict[str, Any]:
    """Return what a board's call says of its layout."""
    found = {
        "bins": dict(layout.bins),
        "ranges": {name: tuple(span) for name, span in layout.ranges.items()},
        "maps": [tuple(pair) for pair in layout.maps],
    }
    look = {name: getattr(layout, name) for name, usual in USUAL.items() if getattr(layout, name) != usual}
    return {name: value for name, value in found.items() if value} | look


def _asked(field: str, work: Any) -> Any:
    try:
        return work()
    except FieldError:
        raise
    except HmlError as error:
        raise FieldError(field, str(error)) from error
