"""From a process to events by MadGraph, stage by stage; a stage that is finished is not run again."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ... import progress
from ...canonical import read_json, write_json
from ...errors import GeneratorError, HmlError
from ...lhe import join_lhe, read_lhe_head, sum_lhe
from . import cards, log, outputs, script
from .default_cuts import tell_default_cuts
from .program import Program, check_compiler, check_model, check_tools, find_program
from .seeds import Seeds, seeds
from .workplace import LOG_FILE, Workplace

if TYPE_CHECKING:
    from ...process import Process

__all__ = ["EVENTS_FILE", "Job", "Made", "make_events", "ready"]

EVENTS_FILE = "events.lhe.gz"
#: Written last: what was made. With it MadGraph is not asked again.
MADE_FILE = "madgraph.json"
#: What decides in a user's own run card whether a shower would count jets twice.
MATCHING = ("ickkw", "xqcut")
#: Kinds of stages and their part of the time.
_TIMES = {"output": 0.2, "launch": 0.5, "decay": 0.4, "shower": 0.5}


@dataclass(frozen=True)
class Job:
    """Everything that decides what MadGraph makes."""

    process: Process
    events: int
    seed: int
    spin_mode: str | None = None
    """How MadSpin decays; None without it."""
    cards: Mapping[str, str] = field(default_factory=dict)
    """Texts of the user's own cards by their kinds."""
    multi_run: int = 1
    """In how many parts."""
    shower: str | None = None
    """``"mg5"`` for MadGraph's own Pythia8."""
    detector: str | None = None
    """``"delphes"`` for MadGraph's own Delphes, after its shower."""

    @property
    def runs(self) -> tuple[str, ...]:
        """Names of the parts, as MadGraph calls those of a multi-run."""
        return ("run_01",) if self.multi_run == 1 else tuple(f"run_01_{i}" for i in range(self.multi_run))

    @property
    def shares(self) -> dict[str, float]:
        """Every stage and its share of the time."""
        kinds = ["launch", *(["decay"] if self.spin_mode else []), *(["shower"] if self.shower == "mg5" else [])]
        whole = _TIMES["output"] + sum(_TIMES[kind] for kind in kinds)
        each = {f"{kind} {run}": _TIMES[kind] / whole / self.multi_run for run in self.runs for kind in kinds}
        return {"output": _TIMES["output"] / whole, **each}


class Made(NamedTuple):
    """What there is when MadGraph has ended."""

    lhe: str
    """File in the folder of the result: all events, decayed where MadSpin ran."""
    cross_section: float
    """pb."""
    error: float
    """Its statistical error, pb."""
    n_events: int
    """Events in the file."""
    sum_of_weights: float
    """Their weights."""
    sha256: str
    """Hash of the events."""
    version: str
    """Of MadGraph."""
    results: list[str]
    """Files of its own shower or detector, in the folder of the result; empty without those."""


def make_events(folder: Path, job: Job) -> Made:
    """Run MadGraph and keep events, cards, diagrams and log in `folder`.

    Parameters
    ----------
    folder : Path
        The result's. The work is in ``mg5`` there; after an interrupt it goes on from what that holds.
    job : Job
        What to make.

    Raises
    ------
    MissingProgramError
        MadGraph, a compiler or a tool it needs is not installed; nothing has run.
    ProcessError, ArgumentError, GeneratorError
        What MadGraph's log and files tell; see `log.FAILURES`.
    """
    if (folder / MADE_FILE).is_file():
        return Made(**read_json(folder / MADE_FILE))
    work = Workplace(folder, ready(job), job.shares, job.process.label)
    _write_code(work, job)
    files: list[Path] = []
    results: list[str] = []
    for index, run in enumerate(job.runs):
        own = seeds(job.seed, index)
        _launch(work, job, run, job.events // job.multi_run + (index < job.events % job.multi_run), own)
        name = _decay(work, job, run, own) if job.spin_mode else run
        files.append(_events(work, name))
        if job.shower == "mg5":
            results += _shower(work, job, run, name, own)
    made = _keep(work, job, files, results)
    write_json(folder / MADE_FILE, made._asdict())
    work.remove()
    return made


def ready(job: Job) -> Program:
    """Return the MadGraph that can do a job; nothing runs.

    Raises
    ------
    MissingProgramError, UnknownNameError, ArgumentError
        It, a compiler, the model or a tool is not installed; a card and the process do not agree.
    """
    program = find_program()
    check_compiler(program)
    check_model(program, job.process.model)
    check_tools(program, job.shower, job.detector)
    if "run" in job.cards:
        cards.check_run_card(job.cards["run"], job.process)
    return program


def _write_code(work: Workplace, job: Job) -> None:
    """Diagrams and code: MadGraph's ``output``."""
    if work.finished("output"):
        return
    shutil.rmtree(work.output, ignore_errors=True)
    lines = work.mg5(
        "output",
        script.output_script(job.process, work.output, work.cores, check_model(work.program, job.process.model)),
    )
    if not (work.output / "SubProcesses" / "subproc.mg").is_file() or log.unfinished(lines):
        raise _failure(work, lines, "MadGraph wrote no code for the process")
    for kind in ("run", "param"):
        written = work.output / "Cards" / cards.FILES[kind]
        text = job.cards.get(kind) or written.read_text(encoding="utf-8")
        (work.place / cards.FILES[kind]).write_text(text, encoding="utf-8")
    work.finish("output")


def _launch(work: Workplace, job: Job, run: str, size: int, own: Seeds) -> None:
    """Events of one part: MadGraph's ``launch``. Every part begins from the same cards: a launch changes them."""
    stage = f"launch {run}"
    if work.finished(stage):
        return
    outputs.clean(work.output, run)
    for kind in ("run", "param"):
        shutil.copy(work.place / cards.FILES[kind], work.output / "Cards")
    card = cards.run_values(job.cards.get("run", ""))
    lines: list[str] = []
    for cores in (work.cores, 1):
        text = script.launch_script(job.process, work.output, run, size, own, cores, card)
        lines = work.mg5(stage, text, run)
        if not log.compilation_failed(lines):
            break
        # makes of several cores write into one library, and a compiler that was killed leaves half a file
        outputs.clean_compiled(work.output)
    head = read_lhe_head(_events(work, run, lines))
    overlooked = log.overlooked_in(lines)
    if overlooked:
        outputs.clean(work.output, run)
        raise overlooked
    outputs.check_sigma(head, log.cross_section(lines))
    matching = {name: card[name] for name in MATCHING if name in card}
    outputs.check_cards(head, {**matching, **job.process.settings, "nevents": size, "iseed": own.madevent})
    tell_default_cuts(job.process, head)
    work.finish(stage)


def _decay(work: Workplace, job: Job, run: str, own: Seeds) -> str:
    """Let MadSpin decay the events of a part; return the name of the decayed run, which has the cross section."""
    stage, decayed = f"decay {run}", f"{run}_decayed_1"
    if not work.finished(stage):
        outputs.clean(work.output, decayed)
        card = job.cards.get("madspin")
        mode = job.spin_mode or script.SPIN_MODES[0]
        _card(
            work, "madspin", script.own_madspin_card(card, own) if card else script.madspin_card(job.process, own, mode)
        )
        lines = work.madevent(stage, script.decay_script(run, work.cores), decayed)
        head = read_lhe_head(_events(work, decayed, lines))
        share = log.branching_ratio(lines)
        undecayed = read_lhe_head(_events(work, run)).cross_section
        outputs.check_sigma(head, None if share is None else (share * undecayed, 0.0))
        work.finish(stage)
    return decayed


def _shower(work: Workplace, job: Job, run: str, name: str, own: Seeds) -> list[str]:
    """Run MadGraph's own Pythia8 and Delphes on a part; return the names of what is kept of it."""
    stage = f"shower {run}"
    wanted = "*delphes_events.root" if job.detector else "*pythia8_events.hepmc*"
    place = work.output / "Events" / name
    if not work.finished(stage):
        _card(work, "pythia8", script.pythia8_card(_own_or_default(work, job, "pythia8"), own))
        if job.detector:
            _card(work, "delphes", script.delphes_card(_own_or_default(work, job, "delphes"), own))
        lines = work.madevent(stage, script.shower_script(name, work.cores, job.detector), f"{name}_none")
        if not list(place.glob(wanted)):
            raise _failure(work, lines, f"MadGraph's own shower left no {wanted}")
        work.finish(stage)
    found = max(place.glob(wanted))
    shutil.copy(found, work.folder / f"{run}_{found.name}")
    return [f"{run}_{found.name}"]


def _keep(work: Workplace, job: Job, files: list[Path], results: list[str]) -> Made:
    """Copy into the result what it keeps: events, cards, banners, diagrams."""
    target = work.folder / EVENTS_FILE
    if len(files) == 1:
        shutil.copy(files[0], target)
    else:
        join_lhe(files, target)
    head = read_lhe_head(target)
    for name in ("cards", "diagrams"):
        shutil.rmtree(work.folder / name, ignore_errors=True)
        (work.folder / name).mkdir()
    for card in (*cards.FILES.values(), "proc_card_mg5.dat"):
        if (work.output / "Cards" / card).is_file():
            shutil.copy(work.output / "Cards" / card, work.folder / "cards")
    # MadGraph sets the seed in its own copy back to 0
    (work.folder / "cards" / "run_card.dat").write_text(outputs.block(head.text, "MGRunCard"), encoding="utf-8")
    for file in files:
        for banner in file.parent.glob("*banner.txt"):
            shutil.copy(banner, work.folder / "cards" / f"{file.parent.name}_banner.txt")
    for picture in work.output.glob("SubProcesses/P*/matrix*.ps"):
        shutil.copy(picture, work.folder / "diagrams" / f"{picture.parent.name}_{picture.name}")
    sums = sum_lhe(target)
    if sums.n_events < job.events:
        progress.notice(f"MadGraph made {sums.n_events} of {job.events} events: its unweighting kept no more")
    return Made(target.name, head.cross_section, head.error, *sums[:3], work.program.version, results)


def _events(work: Workplace, run: str, lines: Iterable[str] = ()) -> Path:
    file = outputs.event_file(work.output / "Events" / run)
    if file is None:
        outputs.clean(work.output, run)
        raise _failure(work, lines, f"MadGraph ended and left no events of {run}")
    return file


def _failure(work: Workplace, lines: Iterable[str], message: str) -> HmlError:
    return log.error_in(lines) or GeneratorError(f"{message}; its log is {work.folder / LOG_FILE}")


def _card(work: Workplace, kind: str, text: str) -> None:
    (work.output / "Cards" / cards.FILES[kind]).write_text(text, encoding="utf-8")


def _own_or_default(work: Workplace, job: Job, kind: str) -> str:
    default = work.output / "Cards" / cards.FILES[kind].replace(".dat", "_default.dat")
    return job.cards.get(kind) or default.read_text(encoding="utf-8")
