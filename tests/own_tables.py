"""Tables as users have them."""

from __future__ import annotations

from typing import Any

import awkward as ak
import numpy as np
import pandas as pd
import uproot

from hml_jupyter.datasets import Dataset, build_dataset
from hml_jupyter.representations import Set

NAMES = ["column.m_jj", "fatjet0.mass", "jet0.pt / jet1.pt", "abs(column.m_jj - fatjet0.mass)"]


def frame(n: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "m_jj": rng.normal(90.0, 10.0, n),
            "fatjet0.mass": rng.normal(80.0, 10.0, n),
            "jet0.pt / jet1.pt": rng.uniform(1.0, 3.0, n),
            "n_jets": rng.integers(2, 5, n),
            "detector": ["cms"] * n,
        }
    )


def numbers(n: int, seed: int) -> pd.DataFrame:
    return frame(n, seed).drop(columns="detector")


def jets(n: int, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    counts = rng.integers(1, 5, n)
    pt, eta, phi = rng.uniform(400, 600, n), rng.normal(0, 1, n), rng.uniform(-3, 3, n)
    parts = [ak.unflatten(rng.normal(size=counts.sum()), counts) for _ in range(3)]
    return {
        "jet_pt": pt,
        "jet_eta": eta,
        "jet_phi": phi,
        "jet_energy": 1.2 * pt * np.cosh(eta),
        **dict(zip(("part_px", "part_py", "part_pz"), parts, strict=True)),
        "part_energy": ak.unflatten(rng.uniform(5, 9, counts.sum()), counts),
        "label_QCD": np.arange(n) % 2 == 0,
    }


def build(a: Any, b: Any, names: Any = NAMES, **options: Any) -> Dataset:
    representation = names if not isinstance(names, list) else Set(names)
    return build_dataset({"a": a, "b": b}, representation, **{"signal": "a", "seed": 1, **options})


def write(table: pd.DataFrame, path: str) -> str:
    if path.endswith(".npz"):
        np.savez(path, **{name: table[name].to_numpy() for name in table})
    elif path.endswith(".npy"):
        np.save(path, table.to_records(index=False))
    elif path.endswith(".h5"):
        import h5py

        with h5py.File(path, "w") as file:
            file.create_dataset("table", data=table.to_records(index=False))
    elif path.endswith(".parquet"):
        table.to_parquet(path)
    elif path.endswith(".root"):
        with uproot.recreate(path) as file:
            file["events"] = {name.replace(" / ", "_over_"): table[name].to_numpy() for name in table}
    else:
        table.to_csv(path, index=False)
    return path
