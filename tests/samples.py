"""Synthetic events, runs and datasets for tests: hand-made events and random ones, in the event model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import awkward as ak
import numpy as np

from hml_jupyter.provenance import Result

CROSS_SECTIONS = {"signal": 0.5, "background": 40.0}
OBSERVABLES = ("fatjet0.mass", "fatjet0.tau21", "jet0,jet1.delta_r")
REQUIRE = "fatjet.size > 0 and jet.size > 1"


def event(
    *,
    jets: Sequence[Mapping[str, float]] = (),
    fatjets: Sequence[Mapping[str, Any]] = (),
    met: float = 0.0,
    ht: float = 0.0,
    weight: float = 1.0,
) -> dict[str, Any]:
    """One hand-made event; what a jet does not name is 0."""
    jet = {"PT": 0.0, "Eta": 0.0, "Phi": 0.0, "Mass": 0.0, "Charge": 0, "BTag": 0, "TauTag": 0, "Flavor": 0}
    particle = {"PT": 0.0, "Eta": 0.0, "Phi": 0.0, "Mass": 0.0, "Charge": 0}
    fatjet = {**particle, "Tau": [0.0] * 5, "SoftDroppedMass": 0.0}

    def filled(default: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        constituents = [{**particle, **each} for each in given.get("Constituents", [])]
        return {**default, **given, "Constituents": constituents}

    return {
        "Event": [{"Weight": weight}],
        "Jet": [filled(jet, each) for each in jets],
        "FatJet": [filled(fatjet, each) for each in fatjets],
        "MissingET": [{"MET": met, "Eta": 0.0, "Phi": 0.0}],
        "ScalarHT": [{"HT": ht}],
    }


def handmade() -> ak.Array:
    """Four events: two jets and a fat jet; three jets; one jet; nothing."""
    return ak.Array(
        [
            event(
                jets=[
                    {"PT": 100.0, "Eta": 0.5, "Phi": 3.0, "Mass": 10.0, "Charge": 1, "BTag": 1},
                    {"PT": 60.0, "Eta": -0.5, "Phi": -3.0, "Mass": 5.0, "Charge": -1},
                ],
                fatjets=[
                    {
                        "PT": 300.0,
                        "Eta": 0.1,
                        "Mass": 91.0,
                        "Tau": [0.4, 0.1, 0.05, 0.02, 0.01],
                        "SoftDroppedMass": 88.0,
                        "Constituents": [{"PT": 200.0, "Charge": 1}, {"PT": 100.0, "Eta": 0.2}],
                    }
                ],
                met=50.0,
                ht=160.0,
            ),
            event(
                jets=[{"PT": 80.0, "Eta": 2.8}, {"PT": 40.0, "Eta": 1.0, "BTag": 1}, {"PT": 25.0, "Eta": -4.0}],
                met=20.0,
                ht=145.0,
                weight=2.0,
            ),
            event(jets=[{"PT": 30.0, "Eta": 0.0, "TauTag": 1}], met=5.0, ht=30.0),
            event(met=1.0),
        ]
    )


def events(n: int, seed: int, kind: str = "signal") -> ak.Array:
    """`n` random events: a narrow two-pronged resonance at 91 GeV, or a falling mass spectrum."""
    rng = np.random.default_rng([seed, kind == "signal"])
    fat = rng.choice([0, 1, 2], size=n, p=[0.1, 0.7, 0.2])
    return ak.Array(
        {
            "Event": _jagged(np.ones(n, int), {"Weight": np.ones(n)}),
            "Jet": _jets(rng, rng.choice([0, 1, 2, 3, 4], size=n, p=[0.02, 0.08, 0.4, 0.3, 0.2])),
            "FatJet": _fatjets(rng, fat, kind),
            "MissingET": _jagged(
                np.ones(n, int),
                {
                    "MET": rng.exponential(80.0 if kind == "signal" else 20.0, n),
                    "Eta": np.zeros(n),
                    "Phi": rng.uniform(-np.pi, np.pi, n),
                },
            ),
            "ScalarHT": _jagged(np.ones(n, int), {"HT": 400.0 + rng.exponential(200.0, n)}),
        }
    )


class Run(Result):
    """What a dataset needs of a generated run."""

    path = None

    def __init__(self, n: int, seed: int, kind: str, cross_section: float | None = None) -> None:
        self.n_events = n
        self.sum_of_weights = float(n)
        self.cross_section = CROSS_SECTIONS[kind] if cross_section is None else cross_section
        self.error = 0.01 * self.cross_section
        self._events = events(n, seed, kind)
        self._key = f"{kind}-{n}-{seed}-{self.cross_section}"

    @property
    def fingerprint(self) -> str:
        return self._key

    @property
    def recipe(self) -> str:
        return self._key

    def events(self, columns: Sequence[str] | None = None) -> ak.Array:
        return self._events if columns is None else self._events[list(dict.fromkeys(c.split(".")[0] for c in columns))]


def dataset(
    n: int = 400, seed: int = 1, *, path: str | None = None, observables: Sequence[str] = OBSERVABLES, **options: Any
) -> Any:
    """A dataset of `n` signal and `n` background events, with cross sections, before `require`."""
    from hml_jupyter.datasets import build_dataset
    from hml_jupyter.representations import Set

    runs = {"zz": Run(n, seed, "signal"), "qcd": Run(n, seed + 1, "background")}
    given = {"signal": "zz", "require": REQUIRE, "observables": ["fatjet.size", "met"], "seed": seed, **options}
    return build_dataset(runs, Set(list(observables)), path=path, **given)


def alone(n: int = 400, seed: int = 1, *, path: str | None = None, **options: Any) -> Any:
    """A dataset of `n` signal events without background, from which nothing is learned."""
    from hml_jupyter.datasets import build_dataset
    from hml_jupyter.representations import Set

    given = {"signal": "zz", "observables": ["met"], "split": (0, 0, 1), "seed": seed, **options}
    return build_dataset({"zz": Run(n, seed, "signal")}, Set(["fatjet0.mass"]), path=path, **given)


def _jagged(counts: np.ndarray, fields: Mapping[str, Any]) -> ak.Array:
    return ak.unflatten(ak.zip(dict(fields), depth_limit=1), counts)


def _jets(rng: np.random.Generator, counts: np.ndarray) -> ak.Array:
    total = int(counts.sum())
    return _jagged(
        counts,
        {
            "PT": _falling(rng, counts, 20.0, 60.0),
            "Eta": rng.normal(0.0, 1.5, total),
            "Phi": rng.uniform(-np.pi, np.pi, total),
            "Mass": rng.exponential(10.0, total),
            "Charge": rng.integers(-1, 2, total),
            "BTag": rng.integers(0, 2, total),
            "TauTag": rng.integers(0, 2, total),
            "Flavor": rng.integers(1, 6, total),
            "Constituents": _constituents(rng, total),
        },
    )


def _fatjets(rng: np.random.Generator, counts: np.ndarray, kind: str) -> ak.Array:
    total = int(counts.sum())
    narrow = kind == "signal"
    mass = rng.normal(91.0, 8.0, total) if narrow else 20.0 + rng.exponential(50.0, total)
    tau1 = rng.uniform(0.1, 0.5, total)
    ratio = rng.beta(3, 6, total) if narrow else rng.beta(6, 3, total)
    return _jagged(
        counts,
        {
            "PT": _falling(rng, counts, 200.0, 80.0),
            "Eta": rng.normal(0.0, 1.0, total),
            "Phi": rng.uniform(-np.pi, np.pi, total),
            "Mass": np.abs(mass),
            "Charge": rng.integers(-2, 3, total),
            "Tau": ak.from_regular(np.stack([tau1 * ratio**power for power in range(5)], axis=1)),
            "SoftDroppedMass": np.where(rng.random(total) < 0.1, 0.0, 0.9 * np.abs(mass)),
            "Constituents": _constituents(rng, total),
        },
    )


def _constituents(rng: np.random.Generator, jets: int) -> ak.Array:
    counts = rng.integers(1, 6, jets)
    total = int(counts.sum())
    return _jagged(
        counts,
        {
            "PT": _falling(rng, counts, 1.0, 20.0),
            "Eta": rng.normal(0.0, 1.0, total),
            "Phi": rng.uniform(-np.pi, np.pi, total),
            "Mass": np.full(total, 0.13957),
            "Charge": rng.integers(-1, 2, total),
        },
    )


def _falling(rng: np.random.Generator, counts: np.ndarray, start: float, scale: float) -> np.ndarray:
    """Values above `start`, sorted downwards inside each list."""
    values = ak.unflatten(start + rng.exponential(scale, int(counts.sum())), counts)
    return np.asarray(ak.flatten(ak.sort(values, ascending=False)))
