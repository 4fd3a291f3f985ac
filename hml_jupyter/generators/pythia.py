"""Chunks of events from the embedded Pythia8: hard process or LHE file, shower, multiparton interactions, hadrons, detector."""

from __future__ import annotations

import io
import math
import tempfile
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import numpy.typing as npt

from ..errors import GeneratorError
from ..lhe import event_weights, scales_in_place
from ..particles import NEUTRAL
from ..process import Process
from ..slha import Spectrum, named
from ..susy import Plan
from . import matching, vetoes
from .detector import DETECTORS, Truth, detect, perfect, select
from .generated import generator_level
from .matching import Matching, Sums
from .reconstruction import reconstruct
from .starting import ALONE, interactions, start
from .tags import Origins
from .truth import read_record

__all__ = ["Chunk", "ChunkTask", "make_chunk"]

#: Events that are asked from Pythia8 at once; bounds the memory of a worker.
BATCH = 50
#: As MadGraph's p, the proton of the hard process holds no b quarks.
ALWAYS = ("PDFinProcess:nQuarkIn = 4",)
#: Leptons of an LHE file have their whole beam energy.
SHOWERED = ("Beams:frameType = 4", "PDF:lepton = off", "SLHA:verbose = 0")
#: Of these beams, where their multiparton interactions alone are asked for.
ANY = "WeakSingleBoson:ffbar2gmZ = on"
MAX_SEED = 900_000_000
#: Picobarn in Pythia8's millibarn.
MILLIBARN = 1e9
#: Of a chunk in which no event has passed.
NO_TRUTH = Truth(*(np.zeros(0, dtype=kind) for kind in (np.int64, np.int64, np.int64, *[np.float64] * 4)))
NO_ORIGINS = Origins(*(np.zeros(0, dtype=kind) for kind in (np.int64, np.int64, *[np.float64] * 3)))
#: Share of the events of an LHE file that the shower may fail for.
LOST = 0.01


@dataclass(frozen=True)
class ChunkTask:
    """Everything that decides the content of one chunk."""

    process: Process | None
    """What is made; None for an LHE file alone."""
    detector: str | None
    seed: int
    """Seed of the call; the chunk derives its own from it and `index`."""
    index: int
    n_events: int
    lhe: bytes | None = None
    """A complete LHE file with `n_events` events that Pythia8 showers; None: Pythia8 makes the hard process too."""
    matching: Matching | None = None
    """How the events of the LHE file are matched; the chunk has those that pass."""
    spectrum: Spectrum | None = None
    """Masses, mixings and decays of supersymmetric particles."""


@dataclass(frozen=True)
class Chunk:
    """The events of one chunk and what they say about the cross section."""

    events: ak.Array
    """The event model. Of an LHE file, single events may be missing that cannot be showered."""
    cross_section: float
    """Estimate of this chunk, pb."""
    error: float
    """Its statistical error, pb."""
    log: str
    """Settings and counts, as text."""
    passed: Sums | None = None
    """Of a matched sample: weights of what was tried and of what has passed."""
    failed: int = 0
    """Events of an LHE file that could not be showered."""


def make_chunk(task: ChunkTask) -> Chunk:
    """Generate one chunk; the same task gives the same chunk in any process.

    Raises
    ------
    GeneratorError
        Pythia8 refuses its settings, or stops making events.
    """
    shower_seed, detector_seed = np.random.SeedSequence([task.seed, task.index]).spawn(2)
    seed = int(shower_seed.generate_state(1, np.uint64)[0] % MAX_SEED) + 1
    random = ("Random:setSeed = on", f"Random:seed = {seed}")
    lines, hooks, plan = _asked(task)
    silent = nullcontext if task.matching is None else matching.quiet
    with ALONE, tempfile.TemporaryDirectory(prefix="hml-") as folder:
        with silent():  # hooks that match print their settings
            pythia = _started(task, (*lines, *random), hooks, Path(folder), plan)
        try:
            truth, origins, weights = _generate(pythia, task)
            failed = _failed(task, len(weights), 0 if task.matching is None else hooks.vetoed)
            sigma, error, story = _cross_section(pythia, hooks if task.lhe is None else None)
        finally:
            with silent():  # and say good-bye
                del pythia, hooks
    passed = None
    if task.matching is not None and task.lhe is not None:
        passed = matching.sums(event_weights(task.lhe)[: task.n_events], weights, failed)
    rng = np.random.default_rng(detector_seed)
    card = DETECTORS[task.detector]
    visible = select(truth)
    measured = perfect(visible) if card is None else detect(visible, card, rng)
    found = (
        reconstruct(measured, origins, len(weights), rng, card=card),
        generator_level(truth, origins, len(weights)),
    )
    weight = ak.from_regular(ak.Array(weights.astype(np.float32)[:, None]), axis=1)
    branches = {branch: events[branch] for events in found for branch in ak.fields(events)}
    events = ak.zip({"Event": ak.zip({"Weight": weight}), **branches}, depth_limit=1)
    story += f"; {failed} could not be showered" if failed else ""
    return Chunk(events, sigma, error, _log(task, (*lines, *random), story), passed, failed)


def _asked(task: ChunkTask) -> tuple[tuple[str, ...], Any, Plan | None]:
    """Return the settings of a chunk, but for its seed and its files, its hooks, and what is made by an SLHA file."""
    if task.matching is not None:
        return (*SHOWERED, *task.matching.lines), matching.hooks(), None
    if task.process is None or task.lhe is not None:
        return SHOWERED, None, None
    plan = task.process.supersymmetric(task.spectrum) if task.spectrum is not None else None
    return (*task.process.to_pythia(task.spectrum), *ALWAYS), vetoes.hooks_for(task.process, plan), plan


def _started(task: ChunkTask, lines: tuple[str, ...], hooks: Any, folder: Path, plan: Plan | None) -> Any:
    if plan is not None:
        return _supersymmetric(lines, hooks, folder, plan)
    if task.lhe is None:
        fixed = tuple(line for line in lines if not line.startswith("Random:"))
        return start(lines, hooks=hooks, table=interactions(fixed))
    file = folder / "events.lhe"
    file.write_bytes(task.lhe if task.matching is None else scales_in_place(task.lhe))
    table, words = interactions(_beams(task.lhe)), {"Beams:LHEF": str(file)}
    return start(lines, words=words, hooks=hooks, table=table)


def _supersymmetric(lines: tuple[str, ...], hooks: Any, folder: Path, plan: Plan) -> Any:
    """Start with the SLHA file of a plan; refuse to go on if Pythia8 has made particles stable that should decay."""
    file = folder / "spectrum.slha"
    file.write_text(plan.slha, encoding="ascii")
    beams = tuple(line for line in lines if line.startswith(("Beams:", "PDF")))
    pythia = start(lines, words={"SLHA:file": str(file)}, hooks=hooks, table=interactions((*beams, ANY)))
    stable = [pdg for pdg in sorted(plan.decaying) if not pythia.particleData.mayDecay(pdg)]
    if stable:
        msg = f"Pythia8 has made {', '.join(map(named, stable))} stable: look at masses and channels in the SLHA file"
        raise GeneratorError(msg)
    return pythia


def _beams(lhe: bytes) -> tuple[str, ...]:
    """Return settings for the beams of an LHE file and any process."""
    try:
        words = lhe.partition(b"<init>")[2].split(None, 4)
        one, two = (int(word) for word in words[:2])
        energies = [float(word) for word in words[2:4]]
    except ValueError as error:
        msg = f"expected an LHE file; its <init> does not begin with two beams and their energies ({error})"
        raise GeneratorError(msg) from error
    return (
        "Beams:frameType = 2",
        f"Beams:idA = {one}",
        f"Beams:idB = {two}",
        *(f"Beams:e{side} = {energy!r}" for side, energy in zip("AB", energies, strict=True)),
        "PDF:lepton = off",
        ANY,
    )


def _generate(pythia: Any, task: ChunkTask) -> tuple[Truth, Origins, npt.NDArray[np.float64]]:
    """Return stable particles, origins of flavour and weights of the events of a chunk."""
    truths, origins, weights = [], [], []
    done = 0
    while done < task.n_events:
        batch = pythia.nextBatch(min(BATCH, task.n_events - done))
        if len(batch) == 0:
            break
        truth, origin = read_record(batch["prt"], done, pythia.particleData)
        truths.append(truth)
        origins.append(origin)
        weights.append(np.asarray(ak.to_numpy(batch["info"]["weights"][:, 0]), dtype=np.float64))
        done += len(batch)
    joined = Truth._make(np.concatenate(fields) for fields in zip(NO_TRUTH, *truths, strict=True))
    where_from = Origins._make(np.concatenate(fields) for fields in zip(NO_ORIGINS, *origins, strict=True))
    return joined, where_from, np.concatenate([np.zeros(0), *weights])


def _failed(task: ChunkTask, done: int, vetoed: int = 0) -> int:
    """Return how many events Pythia8 has failed for; refuse more than a few.

    Raises
    ------
    GeneratorError
        Of an LHE file too many, or any other that was asked for.
    """
    failed = task.n_events - done - vetoed
    if not failed or (task.lhe is not None and done + vetoed and failed <= max(1, LOST * task.n_events)):
        return failed
    what = "of the LHE file" if task.lhe is not None else ""
    done += vetoed
    mend = (
        "it cannot shower what the file holds: look at its particles and colours"
        if task.lhe is not None
        else "nearly nothing passes the cuts, or the energy does not suffice: loosen the settings, or raise ecm"
    )
    msg = f"Pythia8 stopped after {done} of {task.n_events} events {what}".rstrip() + f" (chunk {task.index}); {mend}"
    raise GeneratorError(msg)


def _cross_section(pythia: Any, hooks: Any) -> tuple[float, float, str]:
    """Return sigma and its error in pb, and how they come about.

    ``sigmaGen`` holds the branching ratios of all open channels and, with hooks, the share of kept events as counted. The
    counted share of events in which identical particles have each its own chain is replaced by the exact one, so that it
    adds no statistical error and nothing is counted twice; the share that passes cuts on products stays counted.
    """
    info = pythia.infoPython()
    sigma, error = info.sigmaGen() * MILLIBARN, info.sigmaErr() * MILLIBARN
    story = f"sigmaGen {sigma:.6g} +- {error:.2g} pb; tried {info.nTried()}, accepted {info.nAccepted()}"
    own = hooks.chains if hooks is not None else {}
    if not own:
        return sigma, error, story
    share = math.prod(vetoes.fraction(several, _branching(pythia, pdg)) for pdg, several in own.items())
    relative2 = (error / sigma) ** 2 - (1 / hooks.own - 1 / hooks.seen)
    exact = sigma * hooks.seen / hooks.own * share
    story += f"; of {hooks.seen} events {hooks.own} have each chain (share {share:.6f}), {hooks.kept} pass the cuts; sigma {exact:.6g} pb"
    return exact, exact * math.sqrt(max(relative2, 0.0)), story


def _branching(pythia: Any, pdg: int) -> dict[tuple[int, ...], float]:
    entry = pythia.particleData.findParticle(pdg)
    rows = (entry.channel(i) for i in range(entry.sizeChannels()))
    products = {tuple(c.product(k) for k in range(c.multiplicity())): c.bRatio() for c in rows}
    return {tuple(sorted(c if pdg > 0 else (i if i in NEUTRAL else -i for i in c))): r for c, r in products.items()}


def _log(task: ChunkTask, lines: tuple[str, ...], story: str) -> str:
    text = io.StringIO()
    text.write(f"chunk {task.index}: {task.n_events} events\n")
    text.writelines(f"  {line}\n" for line in lines if task.index == 0 or line.startswith("Random:seed"))
    text.write(f"  {story}\n")
    return text.getvalue()
