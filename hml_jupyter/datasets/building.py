"""Building a dataset: require, weigh, split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from .. import progress
from ..observables import own_observables
from ..provenance import Recipe, Written, produce
from ..registry import named
from ..representations import Representation
from .columns import sample_nodes
from .dataset import Dataset
from .loading import load_built
from .plan import Plan, check_observed, read_plan
from .sources import Source, SourceLike, open_source
from .store import EVENTS, INDEX, Store
from .table import table_fingerprint, variation_column, write_description
from .variations import nodes_of, told
from .writing import write_classes, write_observed

__all__ = ["build_dataset"]

#: What is said where signal alone is split.
ALONE = (
    "no method learns from signal alone: with split=(0, 0, 1) all of its events count with the score of a network from elsewhere, "
    "and not the test events alone"
)
#: Raised when the same arguments give other content.
VERSION = 1


@named
def build_dataset(
    sources: Mapping[str, SourceLike],
    representation: Representation,
    *,
    signal: str | Sequence[str],
    require: str | None = None,
    observables: Sequence[str] = (),
    observed: Mapping[str, SourceLike] | None = None,
    blind: str | Sequence[str] = (),
    regions: Mapping[str, str] | None = None,
    variations: Mapping[str, float | str | Mapping[str, float | str]] | None = None,
    split: tuple[float, float, float] = (0.6, 0.2, 0.2),
    seed: int,
    about: str = "",
    path: str | None = None,
) -> Dataset:
    """Build a dataset of one class or several.

    Signal alone will do where nothing is learned: a new signal is given the score of a network from elsewhere
    (:func:`score`), cut on it, counted (:func:`cutflow`) and drawn. What tells signal from background asks for both.

    Parameters
    ----------
    sources : dict
        Class name -> a Run, the path of a run or of an event file, or events. Weights are in pb: cross section x weight /
        sum of the generated weights, before `require`. Files and events without a cross section get weights that
        sum to 1 before `require`; asking such a dataset for expected events is an error.
        Or a table: the path of a ``.csv`` (``.csv.gz``), ``.parquet``, ``.npz``, ``.npy``, ``.h5`` or ``.root`` file
        (``"file.root:tree"``), a DataFrame, a dictionary of arrays, a structured array, a pyarrow Table. Its column ``m_jj`` is
        the observable ``column.m_jj``; one that is called as an observable is, ``fatjet0.mass``, is that observable. Ntuples
        with the names of weaver, NanoAOD, JetNet or the top-tagging set become events. A column ``weight`` holds the weights;
        :func:`open_table` says which does, and what they sum to: ``hml.open_table("qcd.csv", weight="w", cross_section=1.2)``.
    representation : Set, Image or Graph
        What a method sees: columns, pixels, or particles.
    signal : str or list of str
        Which classes are signal, at least one; the others are background, if there are any.
    require : str, optional
        A cut on the events: what every event of the dataset fulfils.
    observables : list of str
        Side columns, for cuts and plots; no method sees them.
    observed : dict, optional
        Name -> observed data, in whatever holds events or is a table. They are counted, never weighted, split or learned from: see
        :attr:`Dataset.observed`.
    blind : str or list of str
        Cuts; observed events that pass one of them are left out, so that nobody looks. To look, build another dataset.
    regions : dict, optional
        Name -> a cut on columns and side columns: signal, control and validation regions; see :meth:`Dataset.region`.
    variations : dict, optional
        Name -> a factor on the weights, for all classes or class -> factor: a positive number, ``{"xsec_up": {"qcd": 1.3}}``, or
        the text of observables, ``{"tag_up": "1 + 0.1 * jet0.b_tag"}``. The norm stays that of the nominal weights, so that rate
        and acceptance vary together; see :meth:`Dataset.weights_of`.
    split : (float, float, float)
        Fractions of train, validation and test events, summing to 1; drawn for each class from `seed`. ``(0, 0, 1)`` for events that
        no method is to learn from: with the score of a network from elsewhere all of them count.
    seed : int
        From 0 to 4294967295, as every seed.
    about : str
        What the dataset is, in your words; kept with it.
    path : str, optional
        Where to keep it, relative to the working folder; without it the dataset lives in memory.

    Returns
    -------
    Dataset

    Raises
    ------
    ArgumentError, UnknownNameError, ExpressionError
        Classes, columns, cut or split that cannot be used.
    EmptySelectionError
        A class without an event after `require`.
    FileFormatError
        A file of events or a table that cannot be read.
    PathError, DamagedError
        `path` cannot be written or belongs to something else; a source is missing, gone or has changed.

    Examples
    --------
    >>> import awkward as ak, hml_jupyter as hml
    >>> zz = ak.Array([{"FatJet": [{"Mass": 90.0}]}, {"FatJet": [{"Mass": 92.0}]}, {"FatJet": [{"Mass": 88.0}]}])
    >>> qcd = ak.Array([{"FatJet": [{"Mass": 20.0}]}, {"FatJet": [{"Mass": 60.0}]}, {"FatJet": []}])
    >>> dataset = hml.build_dataset({"zz": zz, "qcd": qcd}, hml.Set(["fatjet0.mass"]), signal="zz",
    ...                             require="fatjet.size > 0", split=(0.5, 0.0, 0.5), seed=1)
    >>> dataset.X[:, 0]
    array([90., 92., 88., 20., 60.])

    Signal alone, with the score of somebody's network, counts cross section times luminosity times efficiency:

    >>> new = hml.open_table({"x": [0.5, 1.5, 2.5, 3.5]}, cross_section=0.01)
    >>> alone = hml.build_dataset({"gluino": new}, hml.Set(["column.x"]), signal="gluino", split=(0, 0, 1), seed=1)
    >>> flow = hml.cutflow(alone, ["column.x > 1"], luminosity=139)
    >>> round(flow.rows[-1].counts["gluino"].expected, 6), flow.rows[-1].significance.value
    (1042.5, None)
    """
    plan = read_plan(
        sources, representation, signal, require, observables, split, seed, regions, blind, about, variations
    )
    observed = {} if observed is None else observed
    check_observed(sources, observed, plan.blind)
    if 0 < plan.parts[0] < max(plan.parts):
        train, validation, test = plan.parts
        progress.notice(f"split={split}: {train:g} train, {validation:g} validation, {test:g} test, in this order")
    if len(plan.signal) == len(sources) and plan.parts[-1] < 1:
        progress.notice(ALONE)
    opened = {name: open_source(name, value) for name, value in sources.items()}
    data = {name: open_source(name, value) for name, value in observed.items()}
    _check(opened, data, plan)
    recipe = Recipe(
        "build_dataset",
        VERSION,
        {
            "classes": list(sources),
            "representation": representation,
            "signal": plan.signal,
            "require": None if plan.require is None else str(plan.require),
            "observables": plan.side_names,
            "split": plan.parts,
            "seed": seed,
            **_given(plan, list(data), {**opened, **data}),
        },
        {name: source.identity for name, source in {**opened, **data}.items()},
    )

    def write(folder: Path) -> Written:
        description = write_classes(folder, opened, plan)
        others = write_observed(folder, data, plan) if data else {}
        description = replace(
            description,
            about=plan.about,
            regions={name: str(cut) for name, cut in plan.regions.items()},
            observed=tuple(data),
            blind=tuple(map(str, plan.blind)),
            variations=told(plan.variations),
        )
        write_description(folder, description)
        store = Store(folder, (EVENTS, INDEX))
        names = [*description.arrays, *map(variation_column, description.variations)]
        others |= {name: store.array_blocks(name) for name in names}
        summary = {
            "events": store.n_rows,
            "columns": list(plan.names),
            "required": {name: count["required"] for name, count in description.counts.items()},
        }
        return Written(table_fingerprint(store, description, others), summary)

    return produce(path, recipe, write, load_built)


def _check(classes: Mapping[str, Source], data: Mapping[str, Source], plan: Plan) -> None:
    """Refuse tables where particles are needed, and tell which columns are taken for weights."""
    for source in (*classes.values(), *data.values()):
        source.check(plan.representation)
    for source in classes.values():
        if source.weight is not None:
            progress.notice(f"{source.label}: the column {source.weight!r} holds the weights of the events")


def _given(plan: Plan, observed: list[str], sources: Mapping[str, Source]) -> dict[str, Any]:
    """Return options of the recipe that not every call has, so that the recipes of older calls stay what they were."""
    options: dict[str, Any] = {
        "regions": {name: str(cut) for name, cut in plan.regions.items()},
        "observed": observed,
        "blind": list(map(str, plan.blind)),
        "about": plan.about,
        "variations": told(plan.variations),
        "tables": {name: dict(source.options) for name, source in sources.items() if source.options},
        "own": own_observables(
            [*sample_nodes(plan.representation, plan.side_names, plan.require, plan.blind), *nodes_of(plan.variations)]
        ),
    }
    return {name: value for name, value in options.items() if value}
