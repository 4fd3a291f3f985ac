"""The main job without a browser: the calls that a Lab would record, carried out and recorded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .calls import Call, Ref
from .errors import ArgumentError
from .journal import Journal, open_journal
from .provenance import owner

__all__ = ["quickstart"]


def quickstart(study: str = "study", *, events: int = 2000) -> list[Any]:
    """Generate, select, train and compare a boosted Z against QCD jets; leave a study and its record.

    Parameters
    ----------
    study : str
        Folder of the study, relative to the working folder.
    events : int
        Events of each process.

    Returns
    -------
    list
        The tables: runs, cutflow, comparison.

    Raises
    ------
    ArgumentError
        `events` is too few for a training.
    """
    if events < 200:
        msg = f"events={events} is too few to train on; take at least 200"
        raise ArgumentError(msg)
    journal = open_journal(Path(study))
    namespace: dict[str, Any] = {}
    tables = []
    for panel, key, call in _calls(journal.name, events):
        value = _run(journal, panel, key, call, namespace)
        if call.target is None:
            tables.append(value)
    return tables


def _calls(study: str, events: int) -> Iterator[tuple[str, str, Call]]:
    """Give the calls of the study in order, with the panel and the key that a Lab gives them."""
    from .methods import MLP, BoostedDecisionTree
    from .representations import Set

    zz = {"decays": ["z > j j", "z > vl vl~"], "settings": {"pt_min_pdg": {23: 200}}, "events": events, "seed": 42}
    jj = {"settings": {"ptj": 200}, "events": events, "seed": 43}
    yield "processes", "generate:zz", Call("generate", ("p p > z z",), {**zz, "path": f"{study}/runs/zz"}, "zz")
    yield "processes", "generate:qcd", Call("generate", ("p p > j j",), {**jj, "path": f"{study}/runs/qcd"}, "qcd")
    yield "processes", "summary", Call("summary", ([Ref("zz"), Ref("qcd")],))

    # of the fat jet alone: met would give the signal away by its neutrinos, and other jets nearly so, by what they recoil against
    names = Set(["fatjet0.mass", "fatjet0.tau21", "fatjet0.d2"])
    build = {"signal": "zz", "require": "fatjet.size > 0", "split": (0.6, 0.2, 0.2), "seed": 1}
    sources = {"zz": Ref("zz"), "qcd": Ref("qcd")}
    yield (
        "observables",
        "build:dataset",
        Call("build_dataset", (sources, names), {**build, "path": f"{study}/data/dataset"}, "dataset"),
    )

    cuts = ["fatjet0.mass >= 50.0", "fatjet0.mass < 130.0"]
    yield (
        "cuts",
        "select:dataset",
        Call("select", (Ref("dataset"), cuts), {"path": f"{study}/data/selected"}, "selected"),
    )
    yield "cuts", "cutflow:selected", Call("cutflow", (Ref("selected"),), {"luminosity": 139.0})

    tree = {"seed": 42, "path": f"{study}/models/bdt"}
    yield "training", "train:bdt", Call("train", (BoostedDecisionTree(), Ref("dataset")), tree, "bdt")
    network = {"epochs": 20, "seed": 42, "path": f"{study}/models/mlp"}
    yield "training", "train:mlp", Call("train", (MLP(), Ref("dataset")), network, "mlp")
    yield "training", "compare", Call("compare", ([Ref("bdt"), Ref("mlp")],))


def _run(journal: Journal, panel: str, key: str, call: Call, namespace: dict[str, Any]) -> Any:
    """Record a call and carry it out; a call that stands in the record already keeps its entry."""
    entry = next((e for e in journal.entries if e.key == key), None)
    if entry is None:
        entry = journal.commit(call, panel=panel, key=key)[0].entry
    elif entry.source != call.render():
        entry = journal.revise(entry.record_id, call)
    token = owner.set(entry.record_id)
    try:
        value = call.run(namespace)
    except KeyboardInterrupt:
        journal.finished(entry.record_id, "interrupted")
        raise
    except Exception as error:
        journal.finished(entry.record_id, "failed", error=str(error))
        raise
    finally:
        owner.reset(token)
    journal.finished(entry.record_id, "done", text=call.render(), output=value._repr_mimebundle_())
    return value
