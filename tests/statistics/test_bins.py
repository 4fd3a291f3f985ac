from __future__ import annotations

import numpy as np

from hml_jupyter.statistics.bins import Bins


def test_places_are_half_open() -> None:
    class Events:
        n_events = 5

        def column(self, _: str) -> np.ndarray:
            return np.array([0.0, 1.0, 2.0, -0.1, np.nan])

    assert Bins("x", np.array([0.0, 1.0, 2.0])).places(Events()).tolist() == [0, 1, -1, -1, -1]
    assert Bins(None, np.empty(0)).places(Events()).tolist() == [0] * 5
