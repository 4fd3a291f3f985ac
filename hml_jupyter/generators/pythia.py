"""Chunks of events from the embedded Pythia8: hard process, shower, multiparton interactions, hadrons, detector."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import Any

import awkward as ak
import numpy as np
import numpy.typing as npt

from ..errors import GeneratorError
from ..jets import wrap_phi
from ..process import Process
from . import vetoes
from .card import TRACKER_ETA
from .detector import DETECTORS, Truth, select
from .reconstruction import BOTTOM, CHARM, TAU, Origins, reconstruct

__all__ = ["Chunk", "ChunkTask", "make_chunk"]

#: Events that are asked from Pythia8 at once; bounds the memory of a worker.
BATCH = 50
#: As MadGraph's p, the proton of the hard process holds no b quarks.
ALWAYS = ("PDFinProcess:nQuarkIn = 4",)
MAX_SEED = 900_000_000


@dataclass(frozen=True)
class ChunkTask:
    """Everything that decides the content of one chunk."""

    process: Process
    detector: str | None
    seed: int
    """Seed of the call; the chunk derives its own from it and `index`."""
    index: int
    n_events: int


@dataclass(frozen=True)
class Chunk:
    """The events of one chunk and what they say about the cross section."""

    events: ak.Array
    """The event model."""
    cross_section: float
    """Estimate of this chunk, pb."""
    error: float
    """Its statistical error, pb."""
    log: str
    """Settings and counts, as text."""


def make_chunk(task: ChunkTask) -> Chunk:
    """Generate one chunk; the same task gives the same chunk in any process.

    Raises
    ------
    GeneratorError
        Pythia8 refuses its settings, or stops making events.
    """
    shower_seed, detector_seed = np.random.SeedSequence([task.seed, task.index]).spawn(2)
    seed = int(shower_seed.generate_state(1, np.uint64)[0] % MAX_SEED) + 1
    lines = (*task.process.to_pythia(), *ALWAYS, "Random:setSeed = on", f"Random:seed = {seed}")
    pythia, hooks = _start(task.process, lines)
    truth, origins, weights = _generate(pythia, task.n_events)
    rng = np.random.default_rng(detector_seed)
    flow = DETECTORS[task.detector](select(truth), rng)
    events = reconstruct(flow, origins, task.n_events, rng, measured=task.detector is not None)
    weight = ak.Array(weights.astype(np.float32)[:, None])
    branches = {branch: events[branch] for branch in ak.fields(events)}
    events = ak.zip({"Event": ak.zip({"Weight": ak.from_regular(weight, axis=1)}), **branches}, depth_limit=1)
    sigma, error, story = _cross_section(pythia, hooks, task.process)
    return Chunk(events, sigma, error, _log(task, lines, story))


def _start(process: Process, lines: tuple[str, ...]) -> tuple[Any, Any]:
    import pythia8mc

    pythia = pythia8mc.Pythia("", False)
    refused = [line for line in ("Print:quiet = on", *lines) if not pythia.readString(line)]
    if refused:
        msg = f"Pythia8 does not know the settings {refused}; another version may be installed"
        raise GeneratorError(msg)
    own = vetoes.own_chains(process.chains)
    hooks = vetoes.veto(own, process.product_cuts) if own or process.product_cuts else None
    if hooks is not None and not pythia.setUserHooksPtr(hooks):
        msg = "Pythia8 does not take the hooks that give identical particles their own chains and cut on products"
        raise GeneratorError(msg)
    if not pythia.init():
        msg = f"Pythia8 cannot start with {'; '.join(lines)}"
        raise GeneratorError(msg)
    return pythia, hooks


def _generate(pythia: Any, n_events: int) -> tuple[Truth, Origins, npt.NDArray[np.float64]]:
    """Return stable particles, origins of flavour and weights of `n_events` events."""
    truths, origins, weights = [], [], []
    done = 0
    while done < n_events:
        batch = pythia.nextBatch(min(BATCH, n_events - done))
        if len(batch) == 0:
            msg = f"Pythia8 stopped after {done} of {n_events} events"
            raise GeneratorError(msg)
        truth, origin = _flatten(batch["prt"], done)
        truths.append(truth)
        origins.append(origin)
        weights.append(np.asarray(ak.to_numpy(batch["info"]["weights"][:, 0]), dtype=np.float64))
        done += len(batch)
    joined = Truth._make(np.concatenate(fields) for fields in zip(*truths, strict=True))
    where_from = Origins._make(np.concatenate(fields) for fields in zip(*origins, strict=True))
    return joined, where_from, np.concatenate(weights)


def _flatten(prt: ak.Array, first: int) -> tuple[Truth, Origins]:
    counts = ak.to_numpy(ak.num(prt, axis=1))
    flat = ak.flatten(prt, axis=1)
    pid, status = (np.asarray(ak.to_numpy(flat[name]), dtype=np.int64) for name in ("id", "status"))
    px, py, pz = (np.asarray(ak.to_numpy(flat["p", name])) for name in ("px", "py", "pz"))
    mass = np.maximum(np.asarray(ak.to_numpy(flat["m"])), 0.0)
    event = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    pt = np.hypot(px, py)
    eta, phi = np.arcsinh(pz / np.maximum(pt, 1e-30)), wrap_phi(np.arctan2(py, px))
    flavor = _flavor(pid, status, event, np.asarray(ak.to_numpy(flat["mother1"]), dtype=np.int64))
    o, f = np.flatnonzero((flavor != 0) & (pt > 1.0) & (np.abs(eta) < TRACKER_ETA)), np.flatnonzero(status > 0)
    stable = Truth(event[f] + first, pid[f], _charges(pid[f]), pt[f], eta[f], phi[f], mass[f])
    return stable, Origins(event[o] + first, flavor[o], pt[o], eta[o], phi[o])


def _flavor(
    pid: npt.NDArray[np.int64],
    status: npt.NDArray[np.int64],
    event: npt.NDArray[np.int64],
    mother: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """Return what each entry of the record says about flavour (see `Origins`), 0 for nothing."""
    size = np.abs(pid)
    heaviest = np.maximum((size // 100) % 10, (size // 1000) % 10)
    hadron = (status < 0) & (size > 100) & (size < 1_000_000)
    flavor = np.where(hadron & (heaviest == BOTTOM), BOTTOM, np.where(hadron & (heaviest == CHARM), CHARM, 0))
    flavor = np.where((status == -23) & ((size <= 5) | (size == 21)), -size, flavor)
    # a tau is the mother of its lepton by its place in the event: places of leptonic taus are looked up as (event, index)
    first = np.searchsorted(event, event)
    place = event * (len(pid) + 1) + (np.arange(len(pid)) - first)
    from_tau = event * (len(pid) + 1) + mother
    leptonic = np.isin(place, from_tau[np.isin(size, (11, 13))])
    last = ~np.isin(place, from_tau[size == TAU])
    return np.where((size == TAU) & (status < 0) & last & ~leptonic, TAU, flavor)


def _charges(pid: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    from particle import Particle

    kinds, where = np.unique(pid, return_inverse=True)
    return np.array([round(Particle.from_pdgid(int(k)).charge or 0) for k in kinds], dtype=np.int64)[where]


def _cross_section(pythia: Any, hooks: Any, process: Process) -> tuple[float, float, str]:
    """Return sigma and its error in pb, and how they come about.

    ``sigmaGen`` holds the branching ratios of all open channels and, with hooks, the share of kept events as counted. The
    counted share of events in which identical particles have each its own chain is replaced by the exact one, so that it
    adds no statistical error and nothing is counted twice; the share that passes cuts on products stays counted.
    """
    info = pythia.infoPython()
    sigma, error = info.sigmaGen() * 1e9, info.sigmaErr() * 1e9
    story = f"sigmaGen {sigma:.6g} +- {error:.2g} pb; tried {info.nTried()}, accepted {info.nAccepted()}"
    if hooks is None or hooks.own == hooks.seen:
        return sigma, error, story
    own = vetoes.own_chains(process.chains)
    share = math.prod(vetoes.fraction(several, _branching(pythia, pdg)) for pdg, several in own.items())
    relative2 = (error / sigma) ** 2 - (1 / hooks.own - 1 / hooks.seen)
    exact = sigma * hooks.seen / hooks.own * share
    story += f"; of {hooks.seen} events {hooks.own} have each chain (share {share:.6f}), {hooks.kept} pass the cuts; sigma {exact:.6g} pb"
    return exact, exact * math.sqrt(max(relative2, 0.0)), story


def _branching(pythia: Any, pdg: int) -> dict[tuple[int, ...], float]:
    entry = pythia.particleData.findParticle(pdg)
    rows = (entry.channel(i) for i in range(entry.sizeChannels()))
    return {tuple(sorted(c.product(k) for k in range(c.multiplicity()))): c.bRatio() for c in rows}


def _log(task: ChunkTask, lines: tuple[str, ...], story: str) -> str:
    text = io.StringIO()
    text.write(f"chunk {task.index}: {task.n_events} events\n")
    text.writelines(f"  {line}\n" for line in lines if task.index == 0 or line.startswith("Random:seed"))
    text.write(f"  {story}\n")
    return text.getvalue()
