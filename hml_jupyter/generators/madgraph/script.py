"""The text MadGraph5_aMC@NLO is given: scripts and cards, from a process and its options."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import ArgumentError
from .seeds import Seeds

if TYPE_CHECKING:
    from ...process import Process

__all__ = [
    "SPIN_MODES",
    "decay_script",
    "delphes_card",
    "launch_script",
    "madspin_card",
    "output_script",
    "own_madspin_card",
    "pythia8_card",
    "shower_script",
]

#: How MadSpin decays: with spin correlations, with the correlations of on-shell particles, or without any.
SPIN_MODES = ("madspin", "onshell", "none")


def output_script(process: Process, folder: Path, cores: int, model: str | None = None) -> str:
    """Return the script that generates the diagrams of a process and writes its code into `folder`.

    Parameters
    ----------
    process : Process
        Its lines come from ``process.to_madgraph()``.
    folder : Path
        Absolute.
    cores : int
        Cores to compile with.
    model : str, optional
        How the model is imported, if not by its name.
    """
    first, *lines = process.to_madgraph()
    return _text(
        *_options(cores),
        "set auto_convert_model True --no_save",
        f"import model {model}" if model else first,
        *lines,
        f"output {folder} -nojpeg",
    )


def launch_script(
    process: Process,
    folder: Path,
    run: str,
    events: int,
    seeds: Seeds,
    cores: int,
    own: Mapping[str, str] | None = None,
) -> str:
    """Return the script that generates events in the code of `folder`: an answer for every question, then every card value.

    Parameters
    ----------
    process : Process
        Its beams, settings and parameters go into the cards.
    folder : Path
        Absolute.
    run : str
        Name of the run.
    events : int
        How many.
    seeds : Seeds
        For ``iseed`` and ``python_seed``; MadGraph forgets an ``iseed`` after one run.
    cores : int
        Cores to run on; the events do not depend on it.
    own : mapping, optional
        Values of the user's own run card; it stays in force.

    Notes
    -----
    MadSpin, shower and detector are off here. They are stages of their own: in one session MadSpin would ignore its seed.
    """
    first, second = process.energies
    # lines with different numbers of jets: MadGraph would match them without being asked
    run_card = {
        **({} if isinstance(process.process, str) or "ickkw" in {**(own or {}), **process.settings} else {"ickkw": 0}),
        "nevents": events,
        "iseed": seeds.madevent,
        "python_seed": seeds.python,
        "ebeam1": first,
        "ebeam2": second,
    }
    switches = (f"{name}=OFF" for name in ("shower", "detector", "analysis", "madspin", "reweight"))
    return _text(
        *_options(cores),
        f"launch {folder} -n {run}",
        *switches,
        "done",
        *(f"set param_card {name} {_value(name, value)}" for name, value in process.parameters.items()),
        *(
            f"set run_card {name} {_value(name, value)}"
            for name, value in (*process.settings.items(), *run_card.items())
        ),
        "done",
    )


def decay_script(run: str, cores: int) -> str:
    """Return the script (for ``bin/madevent``) that lets MadSpin decay the events of a run by ``Cards/madspin_card.dat``."""
    return _text(*_options(cores), f"decay_events {run} -from_cards")


def shower_script(run: str, cores: int, detector: str | None) -> str:
    """Return the script (for ``bin/madevent``) that runs MadGraph's Pythia8 and Delphes by the cards in ``Cards``."""
    commands = [f"pythia8 {run} --no_default", *(["delphes --no_default"] if detector else [])]
    return _text(*_options(cores), *commands)


def madspin_card(process: Process, seeds: Seeds, mode: str) -> str:
    """Return MadSpin's card.

    A card and not the commands of a dialogue: there a second decay of the same particle replaces the first.

    Examples
    --------
    >>> from hml_jupyter.process import Process
    >>> from .seeds import seeds
    >>> print(madspin_card(Process("p p > t t~", decays=["t > w+ b"]), seeds(42), "madspin"))
    set seed 217838604
    set spinmode madspin
    decay t > w+ b
    launch
    <BLANKLINE>
    """
    return _text(f"set seed {seeds.madspin}", f"set spinmode {mode}", *(f"decay {d}" for d in process.decays), "launch")


def own_madspin_card(card: str, seeds: Seeds) -> str:
    """Return the user's MadSpin card with our seed in place of any other."""
    kept = [line for line in card.splitlines() if line.split()[:2] != ["set", "seed"] and line.strip() != "launch"]
    return _text(f"set seed {seeds.madspin}", *kept, "launch")


def pythia8_card(card: str, seeds: Seeds) -> str:
    """Return a card of MadGraph's Pythia8 with our seed in place of any other."""
    kept = [line for line in card.splitlines() if not line.strip().lower().startswith("random:")]
    return _text(*kept, "Random:setSeed = on", f"Random:seed = {seeds.pythia}")


def delphes_card(card: str, seeds: Seeds) -> str:
    """Return a Delphes card with our seed in place of any other."""
    kept = [line for line in card.splitlines() if line.split()[:2] != ["set", "RandomSeed"]]
    return _text(f"set RandomSeed {seeds.delphes}", *kept)


def _options(cores: int) -> tuple[str, ...]:
    """Return the options of a session; without ``--no_save`` MadGraph writes some into its installation, for every user."""
    return (
        "set automatic_html_opening False",
        "set notification_center False",
        "set auto_update 0 --no_save",
        "set run_mode 2",
        f"set nb_core {cores}",
    )


def _value(name: str, value: Any) -> str:
    """Return a card value as MadGraph reads it: one line, no second command."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(name, key)}: {_value(name, cut)}" for key, cut in value.items()) + "}"
    text = str(value)
    if not text.isprintable() or any(sign in text for sign in ";!`'\"") or not text.strip():
        msg = f"{name}={value!r} cannot stand in a card of MadGraph; it must be a number, a word, True or False"
        raise ArgumentError(msg)
    return text


def _key(name: str, key: Any) -> str:
    """Return the key of a dictionary in a card: a PDG id, or a word."""
    return str(key) if isinstance(key, int) else f"'{_value(name, key)}'"


def _text(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)
