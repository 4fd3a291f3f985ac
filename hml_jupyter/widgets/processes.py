"""The Processes panel: which events to generate."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, ClassVar

from ..calls import Call
from ..cells import Entry
from ..embedded import HONOURED
from ..errors import HmlError
from ..particles import GROUPS, NAMES, clean, parse_process
from ..process import Process
from ..settings import RUN_CARD
from .base import Action, FieldError, Panel, Values, number, parse_literal, words

__all__ = ["Processes"]

#: Seconds for an event on one core with everything on, for a first estimate.
SECONDS_PER_EVENT = 0.022

_DEFAULTS = {"ecm": "13000", "events": "2000", "detector": "cms"}
_ZZ = {"process": "p p > z z", "decays": ["z > j j", "z > vl vl~"], "settings": [["pt_min_pdg", "{23: 200}"]]}
_JJ = {"process": "p p > j j", "decays": [], "settings": [["ptj", "200"]]}
_TT = {"process": "p p > t t~", "decays": [], "settings": [["pt_min_pdg", "{6: 300}"]]}
_WW = {"process": "p p > w+ w-", "decays": ["w+ > j j", "w- > l- vl~"], "settings": [["pt_min_pdg", "{24: 200}"]]}
#: Pairs of a signal and a background that make a first study.
PRESETS = (
    (
        "Z versus QCD jets",
        "a boosted Z decays into one fat jet; the other Z escapes as neutrinos",
        (("zz", _ZZ), ("qcd", _JJ)),
    ),
    (
        "W versus QCD jets",
        "a boosted W decays into one fat jet; the other one into a lepton",
        (("ww", _WW), ("qcd", _JJ)),
    ),
    ("Top versus QCD jets", "a boosted top quark is a fat jet with three prongs", (("tt", _TT), ("qcd", _JJ))),
)


class Processes(Panel):
    """A form for one process, and the runs there are."""

    name: ClassVar[str] = "processes"
    default_action: ClassVar[str] = "generate"

    def count(self) -> str:
        """Return how many runs there are."""
        runs = len(self.bench.results("Run"))
        return f"{runs} run{'' if runs == 1 else 's'}" if runs else ""

    def state(self) -> dict[str, Any]:
        """Return the runs, and what the form offers."""
        runs = self.bench.results("Run")
        recorded = [e for e in self.bench.journal.entries if e.call is not None and e.call.function == "generate"]
        rows = [self._recorded(entry, runs) for entry in recorded]
        rows += [_row(name, run) for name, run in runs.items() if name not in {e.target for e in recorded}]
        return {
            "runs": rows,
            "presets": [
                {
                    "label": label,
                    "help": text,
                    "forms": [self._form(name, form, i) for i, (name, form) in enumerate(forms)],
                }
                for label, text, forms in PRESETS
            ],
            "multiparticles": [[name, " ".join(_names(ids))] for name, ids in GROUPS.items()],
            "particles": [*NAMES, *GROUPS],
            "settings": [
                {"name": name, "unit": RUN_CARD[name].unit, "kind": RUN_CARD[name].kind, "doc": RUN_CARD[name].doc}
                for name in HONOURED
            ],
            "defaults": {**_DEFAULTS, "process": "", "decays": [], "settings": [], "name": "", "seed": self._seed(0)},
            "cores": os.cpu_count(),
        }

    def action(self, name: str, values: Values) -> Action:
        """Return the ``generate`` call of a form."""
        if name != "generate":
            msg = f"the Processes panel has no action {name!r}"
            raise FieldError("form", msg)
        target, key = self._target(values)
        process = self._process(values)
        options: dict[str, Any] = {}
        if process.decays:
            options["decays"] = list(process.decays)
        if process.settings:
            options["settings"] = dict(process.settings)
        if process.ecm != Process.__dataclass_fields__["ecm"].default:
            options["ecm"] = process.ecm
        options["events"] = number(values, "events", int, low=1)
        options["seed"] = number(values, "seed", int, low=0)
        if values.get("detector") == "none":
            options["detector"] = None
        options["path"] = self.bench.path("runs", target)
        return Action(Call("generate", (process.process,), options, target), key)

    def check(self, values: Values) -> dict[str, Any]:
        """Say what is wrong with a form, what it means, and how long it takes."""
        found = super().check(values)
        if found["code"] is None:
            return found
        events, cores = number(values, "events", int, low=1), os.cpu_count() or 1
        seconds = max(1, round(events * SECONDS_PER_EVENT / cores))
        about = f"{seconds} s" if seconds < 90 else f"{seconds / 60:.0f} min"
        process = self._process(values)
        found["estimate"] = f"about {about} on {cores} core{'s' if cores > 1 else ''}"
        found["reads"] = "; ".join(
            [f"two protons give {' '.join(process.particles)}", *(c.text for c in process.chains)]
        )
        return found

    def _target(self, values: Values) -> tuple[str, str]:
        name = str(values.get("name", "")).strip()
        if not name:
            msg = "give the run a short name, such as zz: it becomes the variable"
            raise FieldError("name", msg)
        key = f"generate:{name}"
        return self.bench.target(name, "runs", key), key

    def _process(self, values: Values) -> Process:
        text = str(values.get("process", "")).strip()
        if not text:
            msg = "write a process, such as p p > z z, or take one of the examples on the right"
            raise FieldError("process", msg)
        ecm = number(values, "ecm", float, low=1)
        settings = {
            str(name).strip(): parse_literal(str(value), "settings")
            for name, value in values.get("settings") or []
            if str(name).strip() or str(value).strip()
        }
        decays = words(values, "decays")
        try:
            return Process(text, decays=decays, ecm=int(ecm) if ecm == int(ecm) else ecm, settings=settings)
        except HmlError as error:
            raise FieldError(_field_of(text, decays, ecm, settings), str(error)) from error

    def _seed(self, step: int) -> str:
        return str(42 + step + sum(e.panel == self.name for e in self.bench.journal.entries))

    def _form(self, name: str, form: dict[str, Any], step: int) -> dict[str, Any]:
        return {**_DEFAULTS, **form, "name": self.bench.fresh(name, "runs"), "seed": self._seed(step)}

    def _recorded(self, entry: Entry, runs: dict[str, Any]) -> dict[str, Any]:
        run = runs.get(entry.target or "")
        if run is not None and entry.status == "done":
            return _row(entry.target or "", run) | {"record_id": entry.record_id}
        call = entry.call
        options = dict(call.options) if call else {}
        row = {
            "target": entry.target,
            "record_id": entry.record_id,
            "process": str(call.arguments[0]) if call and call.arguments else "",
            "decays": list(options.get("decays", [])),
            "cross_section": None,
            "n_events": options.get("events"),
            "seed": options.get("seed"),
            "generator": options.get("generator", "pythia8"),
            "detector": options.get("detector", "cms"),
        }
        return {**row, "status": entry.status, "error": entry.error}


def _row(name: str, run: Any) -> dict[str, Any]:
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
        "status": "stale" if run.stale else "done",
        "error": None,
    }


def _names(ids: tuple[int, ...]) -> list[str]:
    by_id = {pdg: name for name, pdg in NAMES.items()}
    return [by_id[i] for i in ids]


def _field_of(process: str, decays: list[str], ecm: float, settings: dict[str, Any]) -> str:
    """Return the field of the form that keeps `Process` from being made: the first without which it goes otherwise."""

    def problem(make: Callable[[], object]) -> str:
        try:
            make()
        except HmlError as error:
            return str(error)
        return ""

    if problem(lambda: parse_process(clean(process))):
        return "process"
    if problem(lambda: Process("p p > z z", ecm=ecm)):
        return "ecm"
    full = problem(lambda: Process(process, decays=decays, ecm=ecm, settings=settings))
    return "settings" if full == problem(lambda: Process(process, ecm=ecm, settings=settings)) else "decays"
