from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pyhf
import pytest
from counting import counting

import hml_jupyter as hml
from hml_jupyter.statistics.likelihood import numpy_backend
from hml_jupyter.statistics.reading import scanner


@contextmanager
def minuit() -> Iterator[None]:
    """Let pyhf fit with its most careful minimiser."""
    before = pyhf.get_backend()
    pyhf.set_backend("numpy", pyhf.optimize.minuit_optimizer(tolerance=0.01, strategy=2))
    try:
        yield
    finally:
        pyhf.set_backend(*before)


@pytest.mark.parametrize("size", [1.0, 1e5, 1e9])
def test_a_limit_does_not_depend_on_the_number_of_uncertain_events(size: float) -> None:
    # the statistical spread is 10^-2 of the uncertainty at most, which grows with the events: the limit on mu stays
    def limit(size: float) -> hml.Limit:
        text = counting(1.0, 1.0)
        for sample, data, relative in zip(
            text["channels"][0]["samples"],
            ([3.0, 6.0, 12.0], [1.7e7, 8.7e6, 3.5e6]),
            ([0.08, 0.06, 0.04],) * 2,
            strict=True,
        ):
            sample["data"] = [each * size for each in data]
            error = [each * size * known for each, known in zip(data, relative, strict=True)]
            sample["modifiers"].append({"name": f"mc_{sample['name']}", "type": "shapesys", "data": error})
        text["observations"][0]["data"] = text["channels"][0]["samples"][1]["data"]
        return hml.limit(text)

    found, far = limit(size), limit(1e3)
    assert found.expected == pytest.approx(far.expected, rel=3e-4)
    assert found.expected_significance == pytest.approx(far.expected_significance, rel=3e-4)


def test_fits_are_no_worse_than_minuit_s() -> None:
    rng = np.random.default_rng(4)
    mu = {"name": "mu", "type": "normfactor", "data": None}
    for size in (3.0, 300.0, 30_000.0):
        b, other = (rng.uniform(0.2, 3, 4) * size for _ in range(2))
        signal = {"name": "s", "data": [*(0.1 * b)], "modifiers": [mu]}
        jes = {"hi_data": [*(1.1 * b)], "lo_data": [*(0.95 * b)]}
        backgrounds = [
            {"name": "b", "data": [*b], "modifiers": [{"name": "jes", "type": "histosys", "data": jes}]},
            {
                "name": "other",
                "data": [*other],
                "modifiers": [{"name": "mc", "type": "staterror", "data": [*(0.1 * other)]}],
            },
        ]
        backgrounds[0]["modifiers"].append({"name": "norm", "type": "normsys", "data": {"hi": 1.2, "lo": 0.8}})
        text = counting(1.0, 1.0)
        text["channels"][0]["samples"] = [signal, *backgrounds]
        text["observations"][0]["data"] = rng.poisson(1.05 * b + other).tolist()
        likelihood, data = (found := scanner(text)).likelihood, found.data
        for at in (0.0, 1.0, 5.0):
            fitted = likelihood.fit(data, likelihood.start(at), at)
            with numpy_backend(), minuit():
                theirs = pyhf.infer.mle.fixed_poi_fit(at, data, likelihood.model, return_fitted_val=True)[1]
                ours = -2 * likelihood.model.logpdf(fitted.parameters, data)[0]
            assert ours == pytest.approx(float(theirs), abs=1e-3)
            assert ours < theirs + 1e-6


def test_a_fit_goes_all_the_way_along_a_narrow_valley() -> None:
    """The last bin is of two simulated background events: from a signal that fills it, it is seven hundred steps to none."""
    text = counting(1.0, 1.0)
    background = [5.70392e9, 1.53940e9, 3.94724e7]
    for sample, data, error in zip(
        text["channels"][0]["samples"],
        ([1097.0, 1085.0, 1097.0], background),
        ([112.0, 111.3, 112.0], [3.35542e8, 1.74314e8, 2.79112e7]),
        strict=True,
    ):
        sample["data"] = data
        sample["modifiers"].append({"name": f"mc_{sample['name']}", "type": "staterror", "data": error})
    text["observations"][0]["data"] = background
    of = scanner(text)
    found = of.likelihood.fit(of.data, of.likelihood.start(of.scale))
    assert found.deviance < 1e-9
    assert found.parameters[of.likelihood.model.config.poi_index] == pytest.approx(0, abs=1e-3 * of.scale)
