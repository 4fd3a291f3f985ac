"""generate(): from a process to a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import checks, chunks, progress, provenance
from ..canonical import canonical, write_text
from ..generators.madgraph.cards import FILES
from ..lhe import lhe_pieces, read_lhe_head
from ..process import Process
from ..provenance import Recipe, Written
from ..registry import named
from .merging import matching_of
from .options import MOST, Tools, own_cards, process_of
from .run import Run, collider_of

if TYPE_CHECKING:
    from ..generators.madgraph import Made

__all__ = ["check_generate", "generate"]

#: Raised when the same arguments give other events: those of the embedded shower and detector, and those that MadGraph makes alone.
VERSION, MADGRAPHS_VERSION = 3, 2
#: MadGraph's part of the time of a call in which the embedded shower goes on.
MADGRAPHS_PART = 0.6


@partial(named, elsewhere=dict.fromkeys(("model", "parameters", "define", "beams", "name"), "hml.Process(...)"))
def generate(
    process: Process | str | Sequence[str],
    *,
    decays: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    ecm: float = 13_000,
    events: int = 10_000,
    seed: int,
    generator: str = "pythia8",
    shower: str | None = "pythia8",
    detector: str | None = "cms",
    path: str | None = None,
    madspin: str | None = None,
    cards: Sequence[str] = (),
    multi_run: int = 1,
) -> Run:
    """Generate events of a process.

    Parameters
    ----------
    process : Process, str or sequence of str
        The process; `decays`, `settings` and `ecm` (GeV) complete a text, as in `Process`.
    events : int
        How many.
    seed : int
        Everything random comes from it; the content is the same for any number of workers.
    generator : str
        ``"pythia8"``: leading order, shower, multiparton interactions and hadrons by the embedded Pythia8.
        ``"madgraph5"``: the hard process by the installed MadGraph5_aMC@NLO (``$MG5_DIR``, or ``mg5_aMC`` on PATH), `decays`
        by its MadSpin; the embedded shower and detector continue.
    shower : str or None
        ``"pythia8"``: embedded. ``"mg5"``: that of MadGraph. None: the particles of the hard process, with detector=None.
    detector : str or None
        ``"cms"``, ``"atlas"``: parametric detector with the numbers of Delphes' card of that name; None: particles as
        generated. ``"delphes"`` goes with ``shower="mg5"``.
    path : str, optional
        Folder for the result, relative to the working folder. The same call loads it instead of computing again.
    madspin : str, optional
        MadGraph: how MadSpin decays, ``"madspin"`` (spin correlations; the default where there are `decays`), ``"onshell"``,
        ``"none"``.
    cards : sequence of str
        MadGraph: files of own cards (param, run, pythia8, delphes, madspin), known by their content. Numbers of events, seeds,
        `settings` and `parameters` of the process go before what a card says. Embedded: of ``model="MSSM_SLHA2"`` the param card,
        an SLHA file with masses, mixings and decays.
    multi_run : int
        MadGraph: in how many parts; more than a million events need several.

    Returns
    -------
    Run
        Events and cross section in pb.

    Raises
    ------
    ArgumentError, ProcessError, UnknownNameError
        Before anything runs: a number that is not positive, a process that is not made, a name that does not exist.
    MissingProgramError
        MadGraph, or something it needs, is not installed.
    GeneratorError
        The generator fails.

    Notes
    -----
    Samples of MadGraph with ``ickkw=1`` are matched (MLM, at 1.5 times ``xqcut``): the run has the events that pass, and
    their cross section. A result that depends on that scale by more than a few percent is no result: vary it with
    ``hml.shower(run, seed=..., q_cut=...)``.

    Cuts that are not asked for differ: MadGraph has some by default (etaj 5, drjj 0.4, etaa 2.5, draa 0.4, ptl 10, etal 2.5,
    drll 0.4, on undecayed particles), the embedded generator none. Variations of scales and parton densities stay in the LHE
    file (`Run.lhe`); showered events have the nominal weight.

    Beside what the detector measures, events have jets and missing momentum of the generated particles, ``GenJet`` (R = 0.4),
    ``GenFatJet`` (0.8) and ``GenMissingET``: inputs for a `Surrogate`.

    An interrupt keeps finished chunks and stages; the next call with the same arguments goes on from them.
    """
    what = process_of(process, decays, settings, ecm)
    n_events, seed = checks.whole("events", events, 1, MOST), checks.seed(seed)
    tools = check_generate(what, n_events, generator, shower, detector, madspin, cards, multi_run)
    arguments = {"process": what, "events": n_events, "seed": seed, "generator": generator, "detector": detector}
    inputs = {f"card {index}": Path(card) for index, card in enumerate(cards)}
    if generator == "pythia8":
        recipe = Recipe("generate", VERSION, arguments, inputs, stops=("events",))
        return provenance.produce(
            path, recipe, lambda folder: _write_embedded(folder, what, n_events, seed, tools), lambda _: Run()
        )
    version = VERSION if tools.shower == "pythia8" else MADGRAPHS_VERSION
    recipe = Recipe("generate", version, {**arguments, **tools.arguments(what)}, inputs)
    return provenance.produce(path, recipe, lambda folder: _write(folder, what, n_events, seed, tools), lambda _: Run())


def check_generate(
    process: Process,
    events: int,
    generator: str = "pythia8",
    shower: str | None = "pythia8",
    detector: str | None = "cms",
    madspin: str | None = None,
    cards: Sequence[str] = (),
    multi_run: int = 1,
) -> Tools:
    """Refuse what `generate` refuses before anything runs, installed or not; return the programs that make the events."""
    tools = Tools(generator, shower, detector, madspin, own_cards(cards, generator, process.model), multi_run).checked(
        process, events
    )
    if generator == "pythia8":
        process.to_pythia(tools.spectrum)
    else:
        process.to_madgraph()
    return tools


def _write_embedded(folder: Path, process: Process, events: int, seed: int, tools: Tools) -> Written:
    """Let the embedded generator make the events; the param card is kept with them."""
    spectrum = tools.spectrum
    if spectrum is not None:
        early = process.supersymmetric(spectrum).early
        if early:
            progress.notice(
                f"{', '.join(early)} would form hadrons before decaying (width below 0.2 GeV); here they decay at once"
            )
        (folder / "cards").mkdir(exist_ok=True)
        write_text(folder / "cards" / FILES["param"], tools.cards["param"])
    return chunks.write_run(folder, process, events, seed, tools.generator, tools.detector, spectrum)


def _write(folder: Path, process: Process, events: int, seed: int, tools: Tools) -> Written:
    """Let MadGraph make the hard process, then the embedded shower and detector what they are asked for."""
    from ..generators.madgraph import Job, make_events

    job = Job(process, events, seed, tools.madspin, tools.cards, tools.multi_run, tools.shower, tools.detector)
    showers = tools.shower == "pythia8"
    with progress.part(0.0, MADGRAPHS_PART if showers else 1.0):
        made = make_events(folder, job)
    about: dict[str, Any] = {
        "lhe": made.lhe,
        "madgraph": made.version,
        "shower": tools.shower,
        "collider": collider_of(process),
    }
    if showers:
        sigma = (made.cross_section, made.error)
        matching = matching_of(folder / made.lhe, read_lhe_head(folder / made.lhe), process=process)

        def pieces(size: int, first: int) -> Iterator[bytes]:
            return lhe_pieces(folder / made.lhe, size, first)

        with progress.part(MADGRAPHS_PART, 1.0):
            written = chunks.write_showered(
                folder, process, pieces, made.n_events, seed, tools.generator, tools.detector, sigma, matching
            )
        about |= {"q_cut": matching.q_cut} if matching else {}
        return Written(written.fingerprint, {**written.summary, **about}, written.scratch)
    return Written(made.sha256, {**_summary(process, seed, tools, made), **about})


def _summary(process: Process, seed: int, tools: Tools, made: Made) -> dict[str, Any]:
    return {
        "label": process.label,
        "process": canonical(process),
        "seed": seed,
        "generator": tools.generator,
        "detector": tools.detector,
        "cross_section": made.cross_section,
        "error": made.error,
        "n_events": made.n_events,
        "sum_of_weights": made.sum_of_weights,
        "files": list(made.results) or [made.lhe],
    }
