from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hml_jupyter.metrics.ranking import ranked


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.integers(-3, 9)), min_size=1, max_size=40))
def test_sums_above_every_threshold(events: list[tuple[int, bool, int]]) -> None:
    scores, is_signal, column = (np.array(each) for each in zip(*events, strict=True))
    ranking = ranked(scores.astype(float), is_signal)
    signal, background = ranking.sides(ranking.sort(column.astype(float)))
    assert ranking.thresholds.tolist() == [np.inf, *sorted(set(scores.tolist()), reverse=True)]
    for i, threshold in enumerate(ranking.thresholds):
        assert signal[i] == column[(scores >= threshold) & is_signal].sum()
        assert background[i] == column[(scores >= threshold) & ~is_signal].sum()


def test_where_all_scores_differ() -> None:
    ranking = ranked(np.array([0.1, 0.9, -np.inf]), np.array([True, False, True]))
    assert ranking.order.tolist() == [1, 0, 2]
    assert ranking.is_signal.tolist() == [False, True, True]
    assert ranking.last is None
    assert ranking.above(np.array([1.0, 2.0, 4.0])).tolist() == [0.0, 1.0, 3.0, 7.0]
