"""The Processes panel: which events to generate, and what there is of them."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from ..calls import Call, Ref
from ..cells import Entry
from ..chunks import CHUNK_EVENTS
from ..errors import HmlError
from ..executors import usable_cores
from ..generators.madgraph import installed_version
from ..process import Process
from ..provenance import partial_folder
from ..runs import Run
from ..settings import RUN_CARD
from . import presets
from .base import Action, Bench, FieldError, Panel, Values, number, refused
from .process_form import DEFAULTS, SOURCES, actions_of, process_of
from .scans import points_of

__all__ = ["Processes"]

#: Seconds for an event on one core with everything on, and for MadGraph to write, compile and integrate, for a first estimate.
SECONDS_PER_EVENT, SECONDS_OF_MADGRAPH = 0.022, 40
#: Calls whose results are runs.
_MAKES_RUNS = ("generate", "shower", "Run.from_madgraph")
#: Characters of a log that are shown, from its end.
LOG_SHOWN = 200_000
#: Cells of a scan whose text is shown before they are written.
CELLS_SHOWN = 3
#: Files that could be opened, at most, and how deep they are looked for.
FILES_OFFERED, DEPTH = 30, 3


class Processes(Panel):
    """A form for one process, and the runs there are."""

    name: ClassVar[str] = "processes"
    default_action: ClassVar[str] = "generate"

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._unfinished: dict[str, str] = {}
        self.requests = {"log": self.log, "diagrams": self.diagrams, "files": lambda _: _files(Path())}

    def count(self) -> str:
        """Return how many runs there are."""
        runs = len(self.bench.results("Run"))
        return f"{runs} run{'' if runs == 1 else 's'}" if runs else ""

    def state(self) -> dict[str, Any]:
        """Return the runs, and what the form offers."""
        runs = self.bench.results("Run")
        made = [e for e in self.bench.journal.entries if e.call is not None and e.call.function in _MAKES_RUNS]
        rows = [self._recorded(entry, runs) for entry in made]
        rows += [_row(name, run) for name, run in runs.items() if name not in {e.target for e in made}]
        return {
            "runs": rows,
            "presets": [
                {"label": label, "help": text, "forms": [self._form(*form, step) for step, form in enumerate(forms)]}
                for label, text, forms in presets.PRESETS
            ],
            "generators": _generators(),
            "particles": presets.particle_words(),
            "processes": presets.process_words(),
            "decays": presets.decay_words(),
            "settings": presets.setting_words(),
            "parameters": presets.parameter_words(),
            "defaults": {**DEFAULTS, "process": "", "name": "", "seed": self._seed(0)},
        }

    def action(self, name: str, values: Values) -> Action:
        """Return the first call of an action."""
        return self.actions(name, values)[0]

    def actions(self, name: str, values: Values) -> list[Action]:
        """Return the calls of a form (one for each value of a scan), or that of the table of cross sections."""
        if name == "summary":
            runs = list(self.bench.results("Run"))
            if not runs:
                raise FieldError("form", "there is no run yet")
            return [Action(Call("summary", ([Ref(run) for run in runs],)), "summary")]
        if name != "generate":
            msg = f"the Processes panel has no action {name!r}"
            raise FieldError("form", msg)
        return actions_of(self.bench, values)

    def check(self, values: Values) -> dict[str, Any]:
        """Say what is wrong with a form, what it means, and how long it takes."""
        try:
            actions = self.actions("generate", values)
        except HmlError as error:
            return {**refused(error), "notes": _notes(values)}
        found: dict[str, Any] = {"target": actions[0].call.target, "errors": {}, "notes": _notes(values)}
        if values.get("generator") in SOURCES:
            found["code"] = actions[0].call.render()
            return {**found, "estimate": "", "reads": "events of a file; nothing of it is changed"}
        calls = [action.call for action in actions]
        found["code"], found["runs"] = _cells(calls), len(calls)
        if len(calls) > 1:
            found["notes"]["values"] = f"{len(calls)} runs: {', '.join(str(call.target) for call in calls)}"
        found["estimate"] = _estimate(values, len(calls))
        found["reads"] = _reads(process_of(points_of(values)[0]))
        return found

    def log(self, values: Values) -> dict[str, Any]:
        """Return what the generators of a run were told and said; of one that failed, as far as it came."""
        target = str(values.get("target"))
        run = self.bench.results("Run").get(target)
        if run is not None:
            text = run.log
        else:
            text = _unfinished_log(self._unfinished[target]) if target in self._unfinished else ""
        return {"target": target, "text": text[-LOG_SHOWN:] or "There is no log of this run."}

    def diagrams(self, values: Values) -> tuple[dict[str, Any], list[bytes]]:
        """Return the Feynman diagrams of a run: names, and PNG pictures as buffers."""
        target = str(values.get("target"))
        found = self.bench.result("Run", target, "target").diagrams()
        return {"target": target, "names": [name for name, _ in found.pages]}, list(found)

    def _seed(self, step: int) -> str:
        return str(42 + step + sum(e.panel == self.name for e in self.bench.journal.entries))

    def _form(self, name: str, form: Mapping[str, Any], step: int) -> dict[str, Any]:
        return {**DEFAULTS, **form, "name": self.bench.fresh(name, "runs"), "seed": self._seed(step)}

    def _recorded(self, entry: Entry, runs: dict[str, Any]) -> dict[str, Any]:
        run = runs.get(entry.target or "")
        if run is not None and entry.status == "done":
            return _row(entry.target or "", run) | {"record_id": entry.record_id}
        if entry.path and entry.target:
            self._unfinished[entry.target] = entry.path  # its log can be read when the step has been taken back
        call = entry.call
        options = dict(call.options) if call else {}
        row = {
            "target": entry.target,
            "record_id": entry.record_id,
            "process": _asked(call),
            "decays": list(options.get("decays", [])),
            "cross_section": None,
            "n_events": options.get("events"),
            "seed": options.get("seed"),
            "generator": options.get("generator", "pythia8"),
            "detector": options.get("detector", "cms"),
            "diagrams": False,
        }
        return {**row, "status": entry.status, "error": entry.error}


def _row(name: str, run: Run) -> dict[str, Any]:
    from ..display import with_error

    process = run.process
    return {
        "target": name,
        "record_id": None,
        "process": process.process if process and isinstance(process.process, str) else run.text,
        "decays": list(process.decays) if process else [],
        "cross_section": with_error(run.cross_section, run.error),
        "n_events": run.n_events,
        "seed": run.seed,
        "generator": run.generator,
        "detector": run.detector,
        "diagrams": (run.folder / "diagrams").is_dir(),
        "status": "stale" if run.stale else "done",
        "error": None,
    }


def _asked(call: Call | None) -> str:
    """Return what a call that has not run is about."""
    first = call.arguments[0] if call and call.arguments else ""
    if isinstance(first, Process):
        return first.text
    return first.target if isinstance(first, Ref) else "; ".join([first] if isinstance(first, str) else map(str, first))


def _generators() -> list[dict[str, str]]:
    version = installed_version()
    madgraph = f"MadGraph5 {version}" if version else "MadGraph5 (not installed)"
    return [
        {"value": "pythia8", "text": "Pythia8 (embedded)"},
        {"value": "madgraph5", "text": madgraph},
        {"value": "folder", "text": "a MadGraph output"},
        {"value": "lhe", "text": "an LHE file"},
    ]


def _cells(calls: list[Call]) -> str:
    """Return the text of the cells that will be written, or how many there are more of them."""
    if len(calls) == 1:
        return calls[0].render()
    texts = [call.render().rsplit("\n", 1)[0] for call in calls[:CELLS_SHOWN]]
    more = [f"and {len(calls) - CELLS_SHOWN} cells more like these"] if len(calls) > CELLS_SHOWN else []
    return "\n".join([*texts, *more])


def _notes(values: Values) -> dict[str, str]:
    """Say what the settings do that are typed."""
    rows = values.get("settings")
    typed = [str(row[0]).strip() for row in rows if isinstance(row, list) and row] if isinstance(rows, list) else []
    return {"settings": "; ".join(f"{name}: {presets.describe(RUN_CARD[name])}" for name in typed if name in RUN_CARD)}


def _estimate(values: Values, runs: int) -> str:
    events = number(values, "events", int, low=1)
    cores = min(usable_cores(), math.ceil(events / CHUNK_EVENTS))
    seconds = max(1, round(events * SECONDS_PER_EVENT / cores))
    seconds = runs * (seconds + SECONDS_OF_MADGRAPH * (values.get("generator") == "madgraph5"))
    about = f"{seconds} s" if seconds < 90 else f"{seconds / 60:.0f} min"
    return f"about {about} on {cores} core{'s' if cores > 1 else ''}"


def _reads(process: Process) -> str:
    beams = {"p p": "two protons give", "e+ e-": "an electron and a positron give"}
    texts = [process.process] if isinstance(process.process, str) else process.process
    first = texts[0].partition(">")[0].strip()
    made = [beams.get(first, f"{first} give"), " ".join(process.particles)]
    more = [f"and as well {text}" for text in texts[1:]]
    return "; ".join([" ".join(made), *more, *(chain.text for chain in process.chains)])


def _unfinished_log(path: str) -> str:
    """Return the logs that an unfinished run has left."""
    folder = partial_folder(path)
    files = sorted(folder.glob("*.log")) if folder else []
    return "".join(file.read_text(encoding="utf-8", errors="replace") for file in files)


def _files(top: Path) -> dict[str, list[str]]:
    """Return LHE files and outputs of MadGraph near the notebook."""
    found: dict[str, list[str]] = {"lhe": [], "folder": []}
    for place, folders, files in os.walk(top):
        here = Path(place)
        depth = len(here.relative_to(top).parts)
        folders[:] = sorted(f for f in folders if not f.startswith((".", "_")))[: 50 if depth < DEPTH else 0]
        if "Events" in folders:
            found["folder"].append(here.as_posix())
        found["lhe"] += [(here / f).as_posix() for f in sorted(files) if f.endswith((".lhe", ".lhe.gz"))]
    return {kind: names[:FILES_OFFERED] for kind, names in found.items()}
