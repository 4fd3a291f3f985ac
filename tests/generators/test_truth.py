from __future__ import annotations

import numpy as np
import pythia8mc

from hml_jupyter.generators import truth


def flavors(pid: list[int], status: list[int], mother: list[int] | None = None) -> list[int]:
    places = np.array([99] * len(pid) if mother is None else mother)
    return truth.flavors(np.array(pid, dtype=np.int32), np.array(status, dtype=np.int32), places).tolist()


def test_flavors_of_taus() -> None:
    # a tau radiates and becomes a copy that decays to a pion; another tau decays to a muon
    pid, status, mother = [15, 15, 22, 211, 15, 13], [-23, -51, 51, 91, -23, 91], [99, 0, 0, 1, 99, 4]
    assert flavors(pid, status, mother) == [0, 15, 0, 0, 0, 0]


def test_flavors_of_hadrons_and_partons() -> None:
    pid = [511, -4122, 421, 211, 21, -3, 5, 22, 20513, 1000021]
    status = [-83, -83, -91, 91, -23, -23, -23, -23, -91, -22]
    assert flavors(pid, status) == [5, 4, 4, 0, -21, -3, -5, 0, 5, 0]


def test_charges() -> None:
    data = pythia8mc.Pythia("", False).particleData
    pid = np.array([11, -11, 211, -2212, 22, 130, 3334, 1000024, -1000024, 1000022])
    assert truth._charges(pid, data).tolist() == [-1, 1, 1, -1, 0, 0, -1, 1, -1, 0]
