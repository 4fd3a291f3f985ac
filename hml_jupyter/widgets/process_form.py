"""The form of the Processes panel: what was typed, as calls."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

from ..calls import Call, Ref
from ..errors import HmlError, MissingProgramError, UnknownNameError
from ..particles import clean, parse_process
from ..process import Process
from ..runs import GENERATORS, check_generate, check_lhe
from .base import Action, Bench, FieldError, Values, number, parse_literal, words
from .scans import points_of

__all__ = ["DEFAULTS", "SOURCES", "actions_of", "process_of"]

#: What an untouched form holds, beside process, name and seed.
DEFAULTS: dict[str, Any] = {
    "generator": "pythia8",
    "decays": [],
    "settings": [],
    "ecm": "13000",
    "events": "2000",
    "detector": "cms",
    "added": [],
    "define": [],
    "model": "sm",
    "parameters": [],
    "beams": "",
    "shower": "pythia8",
    "madspin": "",
    "multi_run": "1",
    "cards": [],
    "scan": "",
    "values": "",
    "file": "",
    "run": "",
}
#: Where events come from if no process is generated: an output of MadGraph as it is, or an LHE file that is showered.
SOURCES = ("folder", "lhe")
#: Fields that may be wrong for a process, in the order in which they are asked.
_ASKED = ("beams", "ecm", "define", "added", "model", "parameters", "decays", "settings",
          "madspin", "cards", "multi_run", "shower", "detector")  # fmt: skip
#: Letters of a message that tell what is wrong; after them it may name the process with all that was typed.
_TELLING = 30


def actions_of(bench: Bench, values: Values) -> list[Action]:
    """Return the calls that a form writes: one, or one for each value of a scan.

    Raises
    ------
    FieldError
        Something in a field is wrong.
    """
    if values.get("generator") in SOURCES:
        return [_opened(bench, values)]
    if values.get("generator", "pythia8") not in GENERATORS:
        raise FieldError("generator", str(UnknownNameError("generator", str(values["generator"]), GENERATORS)))
    points = points_of(values)
    if len(points) > 1:
        _check_names(bench, values, points)
    found = [_generated(bench, point) for point in points]
    calls = [
        (action.call.function, *action.call.arguments, _without(action.call.options, "seed", "path"))
        for action in found
    ]
    if any(one in calls[:n] for n, one in enumerate(calls)) or len({a.call.target for a in found}) < len(found):
        raise FieldError("values", "two values are the same: each is a run of its own")
    return found


def process_of(values: Values) -> Process:
    """Return the process that is typed.

    Raises
    ------
    FieldError
        It is none, or the chosen generator does not make it.
    """
    text = str(values.get("process", "")).strip()
    if not text:
        raise FieldError("process", "write a process, such as p p > z z, or take one of the presets on the right")
    try:
        return _checked(values)
    except FieldError:
        raise
    except HmlError as error:
        raise FieldError(_blamed(values, str(error)), str(error)) from error


def _generated(bench: Bench, values: Values) -> Action:
    target, key = _target(bench, values)
    process = process_of(values)
    plain = process.model == "sm" and not (process.parameters or process.define or process.beams)
    given: dict[str, Any] = {}
    if process.decays:
        given["decays"] = list(process.decays)
    if process.settings:
        given["settings"] = dict(process.settings)
    if process.ecm != Process.__dataclass_fields__["ecm"].default and process.beams is None:
        given["ecm"] = process.ecm
    lines = process.process if isinstance(process.process, str) else list(process.process)
    options: dict[str, Any] = given if plain else {}
    options["events"] = number(values, "events", int, low=1)
    options["seed"] = number(values, "seed", int, low=0)
    options |= {name: value for name, value in _tools(values).items() if value != _USUAL[name]}
    options["path"] = bench.path("runs", target)
    if str(values.get("generator")) == "madgraph5":
        _check_installed(process, options)
    return Action(Call("generate", (lines if plain else process,), options, target), key)


def _opened(bench: Bench, values: Values) -> Action:
    """Return the call that opens an output of MadGraph, or showers an LHE file."""
    target, key = _target(bench, values)
    typed = str(values.get("file", "")).strip()
    if not typed:
        raise FieldError("file", "write where it is, seen from the notebook")
    if values.get("generator") == "folder":
        from ..generators.madgraph.outputs import read_output

        run = str(values.get("run", "")).strip()
        _ask("run" if run else "file", lambda: read_output(Path(typed), run or None))
        return Action(Call("Run.from_madgraph", (typed,), {"run": run} if run else {}, target), key)
    known = typed in bench.results("Run")
    if not known:
        if not Path(typed).is_file():
            raise FieldError("file", f"there is no file {typed!r}, seen from the notebook")
        _ask("file", lambda: check_lhe(Path(typed)))
    elif bench.results("Run")[typed].lhe is None:
        raise FieldError("file", f"{typed} kept no LHE file: the embedded generator has none")
    options: dict[str, Any] = {"seed": number(values, "seed", int, low=0)}
    if str(values.get("events", "")).strip():
        options["events"] = number(values, "events", int, low=1)
        there = bench.results("Run")[typed].n_events if known else options["events"]
        if options["events"] > there:
            raise FieldError("events", f"{typed} has {there} events; leave it empty for all")
    if _tools(values)["detector"] != "cms":
        options["detector"] = _tools(values)["detector"]
    options["path"] = bench.path("runs", target)
    return Action(Call("shower", (Ref(typed) if known else typed,), options, target), key)


def _ask(field: str, question: Any) -> None:
    try:
        question()
    except (HmlError, OSError) as error:
        raise FieldError(field, str(error)) from error


def _without(options: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name not in names}


def _check_names(bench: Bench, values: Values, points: list[Values]) -> None:
    """Refuse a name for a scan if one of its runs could not have its own; offer one that goes for all."""
    base = str(values.get("name", "")).strip()
    ends = [str(point["name"]).removeprefix(base) for point in points]

    def is_free(name: str) -> bool:
        return all(bench.fresh(name + end, "runs") == name + end for end in ends)

    if base and not is_free(base):
        other = next(name for name in (f"{base}_{n}" for n in count(2)) if is_free(name))
        raise FieldError("name", f"there are runs of this scan already; take another name for it, such as {other}")


def _target(bench: Bench, values: Values) -> tuple[str, str]:
    name = str(values.get("name", "")).strip()
    if not name:
        raise FieldError("name", "give the run a short name, such as zz: it becomes the variable")
    key = f"generate:{name}"
    return bench.target(name, "runs", key), key


_USUAL: dict[str, Any] = {
    "generator": "pythia8",
    "shower": "pythia8",
    "detector": "cms",
    "madspin": None,
    "cards": [],
    "multi_run": 1,
}


def _tools(values: Values) -> dict[str, Any]:
    """Return the options of `generate` that say which programs run; MadGraph's only with MadGraph."""
    none = {"none": None, "": None}

    def chosen(name: str) -> Any:
        text = str(values.get(name) or DEFAULTS[name])
        return none.get(text, text)

    found = {**_USUAL, "generator": str(values.get("generator") or "pythia8"), "detector": chosen("detector")}
    found["cards"] = words(values, "cards")
    if found["generator"] != "madgraph5":
        return found
    spin = str(values.get("madspin") or "")
    parts = number({"multi_run": values.get("multi_run") or "1"}, "multi_run", int, low=1, label="Parts")
    return {
        **found,
        "shower": chosen("shower"),
        "madspin": spin or None,
        "multi_run": parts,
    }


def _checked(values: Values) -> Process:
    """Return the process of a form, with everything checked that `generate` checks before it begins."""
    process = _process(values)
    events = number(values, "events", int, low=1)
    check_generate(process, events=events, **_tools(values))
    return process


def _process(values: Values) -> Process:
    texts = [str(values.get("process", "")).strip(), *words(values, "added")]
    ecm = number({**values, "ecm": values.get("ecm") or DEFAULTS["ecm"]}, "ecm", float, low=1, label="Energy")
    typed = str(values.get("beams") or "").replace(",", " ").split()
    beams = tuple(number({"beams": word}, "beams", float, low=0) for word in typed)
    if beams and len(beams) != 2:
        raise FieldError("beams", "write the energies of both beams in GeV, such as 6500 2750")
    return Process(
        texts if len(texts) > 1 else texts[0],
        decays=words(values, "decays"),
        ecm=int(ecm) if ecm == int(ecm) else ecm,
        beams=(beams[0], beams[1]) if beams else None,
        settings=_pairs(values, "settings"),
        model=str(values.get("model") or "sm").strip(),
        parameters=_pairs(values, "parameters"),
        define={name: str(value) for name, value in _rows(values, "define")},
    )


def _rows(values: Values, field: str) -> list[tuple[str, str]]:
    try:
        rows = [(str(name).strip(), str(value).strip()) for name, value in values.get(field) or []]
    except (TypeError, ValueError) as error:
        raise FieldError(field, f"{field} must be a list of names with values") from error
    return [row for row in rows if any(row)]


def _pairs(values: Values, field: str) -> dict[str, Any]:
    rows = _rows(values, field)
    for name, _ in rows:
        if sum(other == name for other, _ in rows) > 1:
            raise FieldError(field, f"{name or 'a name'} is there twice")
    return {name: value if value == "auto" else parse_literal(value, field) for name, value in rows}


def _check_installed(process: Process, options: Mapping[str, Any]) -> None:
    """Refuse MadGraph where it, or something it needs, is not installed."""
    from ..generators.madgraph import Job, ready

    given = {name: options.get(name, usual) for name, usual in _USUAL.items()}
    try:
        tools = check_generate(process, options["events"], **given)
        ready(Job(process, options["events"], options["seed"], None, tools.cards, 1, tools.shower, tools.detector))
    except MissingProgramError as error:
        raise FieldError("missing", str(error)) from error
    except HmlError as error:
        raise FieldError("model", str(error)) from error


def _blamed(values: Values, text: str) -> str:
    """Return the field that keeps a process from being made: the first without which it goes otherwise."""

    def complaint(changed: Mapping[str, Any]) -> str:
        try:
            _checked({**values, **changed})
        except HmlError as error:
            return str(error)[:_TELLING]
        return ""

    try:
        parse_process(clean(str(values.get("process", ""))))
    except HmlError as error:
        if str(error) == text:
            return "process"
    for field in _ASKED:
        if (
            values.get(field, DEFAULTS[field]) != DEFAULTS[field]
            and complaint({field: DEFAULTS[field]}) != text[:_TELLING]
        ):
            return field
    cut = [*(values.get("settings") or []), ["dsqrt_shat", "100"]]
    return "settings" if complaint({"settings": cut}) != text[:_TELLING] else "process"
