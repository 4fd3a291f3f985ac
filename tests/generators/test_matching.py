from __future__ import annotations

import os
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hml_jupyter.generators.matching import Matching, Sums, add, hooks, matched, quiet, sums

#: What MG5 3.5.7 sets for MLM, in ``setup_Pythia8RunAndCard`` of madevent_interface.py and by PY8Card of banner.py.
MADGRAPHS = {
    "Beams:setProductionScalesFromLHEF": "on",
    "JetMatching:setMad": "off",
    "JetMatching:merge": "on",
    "JetMatching:scheme": "1",
    "JetMatching:qCut": "30.0",
    "JetMatching:nQmatch": "5",
    "JetMatching:nJetMax": "2",
    "JetMatching:coneRadius": "1.0",
    "JetMatching:etaJetMax": "1000.0",
    "JetMatching:doShowerKt": "off",
}
#: Pythia8 takes these from MadGraph's header with ``setMad``; without it MadGraph's own driver says them.
KT = {"JetMatching:jetAlgorithm": "2", "JetMatching:slowJetPower": "1", "JetMatching:exclusive": "2"}


def test_lines_are_those_of_madgraph() -> None:
    lines = dict(line.split(" = ") for line in Matching(30.0, 2, 5, 0.5).lines)
    assert lines == {**MADGRAPHS, **KT, "JetMatching:clFact": "0.5"}


def test_hooks_begin_at_no_veto() -> None:
    assert hooks().vetoed == 0


def test_sums() -> None:
    assert sums(np.array([1.0, -2.0]), np.array([-2.0])) == Sums(-1.0, 5.0, -2.0, 4.0)
    assert sums(np.ones(4), np.zeros(0), failed=1) == Sums(3.0, 3.0, 0.0, 0.0)
    assert add([Sums(1, 2, 3, 4), Sums(10, 20, 30, 40)]) == Sums(11, 22, 33, 44)


def test_matched_of_two_weights() -> None:
    # of weights 1, 1, 3 the last passes: s = 3/5, variance (1 + 1) s^2 + 9 (1 - s)^2 over 25
    value, error = matched((10.0, 0.0), sums(np.array([1.0, 1.0, 3.0]), np.array([3.0])))
    assert value == pytest.approx(6.0)
    assert error == pytest.approx(10 * (2 * 0.36 + 9 * 0.16) ** 0.5 / 5)


@given(st.integers(1, 50), st.integers(0, 50), st.floats(1e-3, 1e3))
def test_matched_of_equal_weights_is_binomial(kept: int, vetoed: int, weight: float) -> None:
    tried = kept + vetoed
    value, error = matched((1.0, 0.0), sums(np.full(tried, weight), np.full(kept, weight)))
    share = kept / tried
    assert value == pytest.approx(share)
    assert error == pytest.approx((share * (1 - share) / tried) ** 0.5, abs=1e-6)


def test_quiet_gives_the_terminal_back(capfd: pytest.CaptureFixture[str]) -> None:
    free = os.dup(1)
    os.close(free)
    with suppress(KeyError), quiet():
        os.write(1, b"unheard\n")
        raise KeyError
    os.write(1, b"heard\n")
    assert capfd.readouterr().out == "heard\n"
    again = os.dup(1)
    os.close(again)
    assert again == free


def test_quiet_leaves_nothing_open_where_it_cannot_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    free = os.dup(1)
    os.close(free)

    def refuse(_: int) -> int:
        raise OSError("too many open files")

    with monkeypatch.context() as patched:
        patched.setattr(os, "dup", refuse)
        with pytest.raises(OSError, match="too many"), quiet():
            pass
    again = os.dup(1)
    os.close(again)
    assert again == free
