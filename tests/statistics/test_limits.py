from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cabinetry
import numpy as np
import pyhf
import pytest
from counting import LUMINOSITY, counting, plain, table
from scipy import optimize, stats

import hml_jupyter as hml
from hml_jupyter.errors import ArgumentError, FileFormatError, PathError
from hml_jupyter.metrics import asimov
from hml_jupyter.statistics.likelihood import numpy_backend
from hml_jupyter.statistics.reading import scanner


def documented() -> dict[str, Any]:
    """The first model of pyhf's documentation."""
    model = pyhf.simplemodels.uncorrelated_background(signal=[12.0, 11.0], bkg=[50.0, 52.0], bkg_uncertainty=[3.0, 7.0])
    return dict(pyhf.Workspace.build(model, [51.0, 48.0, *model.config.auxdata]))


def test_limit_of_pyhf_s_own_example() -> None:
    found = hml.limit(documented())
    # pyhf's documentation of toms748_scan, with its rtol of 1 %
    assert found.observed == pytest.approx(1.01156939, rel=5e-3)
    assert found.expected == pytest.approx((0.5600747, 0.75702605, 1.06234693, 1.50116923, 2.05078912), rel=5e-3)


def test_cls_is_pyhf_s_at_every_mu() -> None:
    found = hml.limit(documented())
    space = pyhf.Workspace(documented())
    model = space.model()
    with numpy_backend():
        theirs = [pyhf.infer.hypotest(mu, space.data(model), model, return_expected_set=True) for mu in found.scan.mu]
    np.testing.assert_allclose(found.scan.observed, [float(each[0]) for each in theirs], rtol=1e-3)
    np.testing.assert_allclose(found.scan.expected, [[*map(float, each[1])] for each in theirs], rtol=2e-3, atol=1e-5)


def test_limit_of_a_counting_experiment() -> None:
    # equations 14 and 16 of arXiv:1007.1727 with a known background, by hand
    s, b = 10.0, 100.0

    def q(mu: float, n: float) -> float:
        best = max((n - b) / s, 0.0)
        return 2 * (((mu - best) * s) - n * np.log((mu * s + b) / (best * s + b)))

    median = optimize.brentq(lambda mu: np.sqrt(q(mu, b)) - stats.norm.isf(0.025), 0.1, 10)
    found = hml.limit(counting(s, b))
    assert found.expected[2] == pytest.approx(median, rel=1e-3)
    assert found.observed == pytest.approx(median, rel=1e-3)
    assert found.expected_significance == pytest.approx(asimov(s, b), rel=1e-5)
    assert found.significance == pytest.approx(0.0, abs=1e-3)
    seen = hml.limit(counting(s, b, n=120.0))
    assert seen.significance == pytest.approx(np.sqrt(2 * (120 * np.log(1.2) - 20)), rel=1e-4)


def test_a_lower_level_is_a_lower_limit() -> None:
    low, usual = (hml.limit(counting(10.0, 100.0), level=level) for level in (0.9, 0.95))
    assert low.expected[2] == pytest.approx(
        optimize.brentq(lambda mu: np.sqrt(2 * (mu * 10 - 100 * np.log(1 + mu / 10))) - stats.norm.isf(0.05), 0.1, 10),
        rel=1e-3,
    )
    assert low.expected[2] < usual.expected[2]


@pytest.mark.parametrize(
    ("s", "b", "sigma"), [(10.0, 100.0, 10.0), (3.0, 0.5, 0.3), (50.0, 1000.0, 200.0), (1e-3, 1e4, 100.0)]
)
def test_expected_significance_is_the_asimov_formula(s: float, b: float, sigma: float) -> None:
    found = scanner(counting(s, b, sigma=sigma)).expected_significance()
    assert found == pytest.approx(asimov(s, b, sigma), rel=1e-3)


@pytest.mark.parametrize("sigma", [1e3, 3e4, 1e5])
def test_a_limit_far_above_the_signal_is_as_precise(sigma: float) -> None:
    s, b, tau = 1e-3, 1e6, 1e12 / sigma**2

    def root_q(mu: float) -> float:
        """Of b observed events, with the background that fits best: the derivative of the likelihood is 0 there."""
        g = optimize.brentq(lambda g: b - b**2 / (mu * s + g * b) + tau - tau / g, 1e-9, 1.0, xtol=1e-15)
        n = mu * s + g * b
        return float(np.sqrt(2 * (n - b - b * np.log(n / b)) + 2 * tau * (g - 1 - np.log(g))))

    def cls(mu: float, n: int) -> float:
        return float(stats.norm.sf(root_q(mu) - n) / stats.norm.cdf(n)) - 0.05

    spread = np.hypot(np.sqrt(b), sigma) / s
    band = [optimize.brentq(cls, 0.1 * spread, 10 * spread, args=(n,)) for n in range(-2, 3)]
    assert hml.limit(counting(s, b, sigma=sigma)).expected == pytest.approx(band, rel=1e-3)


def test_workspace_and_metrics_agree(study: Path) -> None:
    sources = {"zz": table([1.0], [400], 10.0), "qcd": table([1.0], [50], 50.0)}
    dataset = hml.build_dataset(sources, hml.Set(["column.x"]), signal="zz", seed=1)
    made = hml.workspace(dataset, luminosity=LUMINOSITY, monte_carlo="shapesys")
    flow = hml.cutflow(dataset, luminosity=LUMINOSITY)
    assert flow.rows[-1].significance is not None
    # the parameter of the signal's own Monte-Carlo error changes little: it is 5 % of the signal
    found = hml.limit(made)
    assert found.expected_significance == pytest.approx(flow.rows[-1].significance.value, rel=2e-3)
    assert (found.observed, found.significance) == (None, None)
    assert found.cross_section == pytest.approx(1e-3)
    assert "there is no observed limit" in str(found)


def test_cabinetry_reads_and_fits_it(study: Path) -> None:
    variations = {"rate_up": {"qcd": 1.2}, "shape": {"tt": "0.9 + 0.1 * column.x"}}
    data = {"data": {"x": np.repeat([0.5, 1.5], [70, 50])}}
    dataset = plain(variations=variations, observed=data, path="study/data/set")
    options: dict[str, Any] = {
        "column": "x",
        "bins": [0, 1, 2],
        "luminosity": LUMINOSITY,
        "luminosity_uncertainty": 0.02,
    }
    made = hml.workspace(dataset, observed=True, path="study/workspaces/sr", **options)
    space = cabinetry.workspace.load(Path("study/workspaces/sr/workspace.json"))
    model, seen = cabinetry.model_utils.model_and_data(space)
    fit = cabinetry.fit.fit(model, seen)
    assert {*fit.labels} >= {"mu", "rate", "shape", "lumi"}
    ours = hml.limit(made)
    z = cabinetry.fit.significance(model, seen)
    assert ours.significance == pytest.approx(float(z.observed_significance), abs=0.01)


def test_a_free_background_and_a_control_region() -> None:
    # 10 % on a rate that is fitted too, and the luminosity: a narrow valley. Gaussian, by the information of all data
    regions = {"SR": "column.x < 3", "CR": "column.x > 3"}
    sources = {
        "zz": table([0.5, 1.5, 2.5], [2000, 6000, 2000], 3e3),
        "qcd": table([0.5, 1.5, 2.5, 3.5], [4000, 4000, 4000, 8000], 2e5),
    }
    options: dict[str, Any] = {"regions": regions, "variations": {"rate_up": {"qcd": 1.1}}}
    dataset = hml.build_dataset(sources, hml.Set(["column.x"]), signal="zz", seed=1, **options)
    made = hml.workspace(
        dataset,
        names=["SR", "CR"],
        column={"SR": "x"},
        bins=[0, 1, 2, 3],
        luminosity=LUMINOSITY,
        luminosity_uncertainty=0.02,
        free=["qcd"],
    )
    model = pyhf.Workspace(made.model).model()
    start = np.array(model.config.suggested_init())
    start[model.config.poi_index] = 0.0
    counts = model.expected_data(start, include_auxdata=False)
    steps = np.array([model.expected_data(start + 1e-4 * unit, include_auxdata=False) for unit in np.eye(len(start))])
    slopes = (steps - counts) / 1e-4
    widths = np.full(len(start), np.inf)
    for name in model.config.par_order:
        if model.config.param_set(name).constrained:
            widths[model.config.par_slice(name)] = model.config.param_set(name).width()
    widths[widths == 0] = 1.0  # of a bin without signal, whose parameter does nothing
    information = (slopes / counts) @ slopes.T + np.diag(1 / widths**2)
    spread = np.sqrt(np.linalg.inv(information)[model.config.poi_index, model.config.poi_index])
    assert hml.limit(made).expected[2] == pytest.approx(stats.norm.isf(0.025) * spread, rel=0.03)


def test_somebody_s_file(study: Path) -> None:
    Path("theirs.json").write_text(json.dumps(documented()))
    assert hml.limit("theirs.json").observed == pytest.approx(1.01156939, rel=5e-3)
    made = hml.workspace(plain(path="study/data/set"), path="study/workspaces/sr")
    assert hml.limit("study/workspaces/sr").expected == hml.limit(made).expected


def test_a_file_beside_a_workspace_names_the_one_that_is_meant(study: Path) -> None:
    hml.workspace(plain(path="study/data/set"), path="study/workspaces/sr")
    for name in ("about.json", "result.json"):
        with pytest.raises(
            FileFormatError,
            match=rf"^{name} is what is kept beside .* its folder, study/workspaces/sr, or .*/workspace.json",
        ):
            hml.limit(f"study/workspaces/sr/{name}")
    with pytest.raises(FileFormatError, match=r"set/result\.json is kept beside a result that is no workspace"):
        hml.limit("study/data/set/result.json")
    Path("about.json").write_text("{}")
    with pytest.raises(FileFormatError, match="this is no workspace that pyhf reads") as refused:
        hml.limit("about.json")
    assert "Instance" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "bad.json is no JSON"),
        ("[]", "its JSON is not an object"),
        ('{"channels": [NaN]}', "NaN is no number"),
        ("{}", "this is no workspace that pyhf reads: 'channels' is a required property$"),
        ('{"schema": 1}', r"'schema' was unexpected\)$"),
        ("[" * 100_000, "bad.json is no JSON"),
    ],
)
def test_files_that_are_no_workspace(study: Path, text: str, message: str) -> None:
    Path("bad.json").write_text(text)
    with pytest.raises(FileFormatError, match=message):
        hml.limit("bad.json")


def test_folders_that_are_no_workspace(study: Path) -> None:
    Path("study/data").mkdir(parents=True)
    with pytest.raises(PathError, match=r"study holds no workspace \(workspace.json is missing\): give the folder"):
        hml.limit("study")
    Path("study/data/workspace.json").write_text(json.dumps(counting(10.0, 100.0)))
    with pytest.raises(PathError, match=r"give the file, study/data/workspace.json"):
        hml.limit("study/data")
    assert hml.limit("study/data/workspace.json").expected[2] > 0


def test_what_is_no_workspace() -> None:
    with pytest.raises(PathError, match=r"gone.json cannot be read: No such file"):
        hml.limit("gone.json")
    with pytest.raises(ArgumentError, match="limit needs a workspace, not a Dataset"):
        hml.limit(plain())  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r"not a Model: .* pyhf.Workspace.build\(model, data\)"):
        hml.limit(pyhf.Workspace(documented()).model())
    with pytest.raises(ArgumentError, match=r"level must be from 0.5 to 0.999"):
        hml.limit(counting(1.0, 1.0), level=95)
    with pytest.raises(ArgumentError, match="measurement='n' must be one of the workspace's: 'm'"):
        hml.limit(counting(1.0, 1.0), measurement="n")


def test_models_without_a_limit() -> None:
    none = counting(10.0, 100.0)
    none["measurements"][0]["config"]["poi"] = ""
    with pytest.raises(FileFormatError, match="has no parameter of interest"):
        hml.limit(none)
    with pytest.raises(FileFormatError, match="scales no signal"):
        hml.limit(counting(0.0, 100.0))
    few = counting(10.0, 100.0)  # signal that may be none at 3.3 standard deviations
    few["channels"][0]["samples"][0]["modifiers"].append({"name": "mc", "type": "staterror", "data": [3.0]})
    with pytest.raises(ArgumentError, match="no mu is large enough to be excluded"):
        hml.limit(few)


@pytest.mark.parametrize(("b", "n", "events"), [(1.0, 0.0, 0.0), (5.0, 8.0, 5.0), (9.0, 9.0, 9.0)])
def test_a_table_says_that_few_events_make_a_limit_too_small(b: float, n: float, events: float) -> None:
    found = hml.limit(counting(1.0, b, n))
    exact = optimize.brentq(lambda s: stats.poisson.cdf(n, s + b) / stats.poisson.cdf(n, b) - 0.05, 0.1, 50)
    assert found.events == events
    assert found.observed is not None
    assert 0.66 < found.observed / exact < 0.95
    assert f"only {events:g} events, expected or in the data: asymptotic limits are too small there" in str(found)


def test_nothing_is_said_of_many_events() -> None:
    assert "only" not in str(hml.limit(counting(1.0, 10.0, 12.0)))


def test_a_signal_that_takes_events_away_is_refused() -> None:
    with pytest.raises(FileFormatError, match=r"the signal that 'mu' scales sums to -5 events"):
        hml.limit(counting(-5.0, 100.0))


def test_a_negative_uncertainty_is_refused() -> None:
    with pytest.raises(
        FileFormatError, match=r"the uncertainty 'b' of 'b' in 'SR' is -12 events: it is absolute, and 0 or more"
    ):
        hml.limit(counting(10.0, 100.0, sigma=-12.0))


def test_an_uncertainty_of_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    said = "the uncertainty 'b' of 'b' in 'SR' is of a bin with 0 expected events, where pyhf leaves it out"
    for background, told in ((0.0, True), (0.03, False)):
        hml.limit(counting(1.0, background, 0.0, 0.3))
        out, err = capsys.readouterr()
        assert (said in " ".join((out + err).split())) == told


def test_fits_leave_pyhf_as_it_was() -> None:
    before = pyhf.get_backend()
    hml.limit(counting(10.0, 100.0))
    assert pyhf.get_backend() == before


def test_a_limit_draws_itself() -> None:
    found = hml.limit(counting(10.0, 100.0, n=110.0))
    (ax,) = hml.plot(found).axes
    assert ax.get_xlabel() == "signal strength mu"
    shown = found._repr_mimebundle_()
    assert set(shown) == {"text/plain", "text/html", "image/png", "application/vnd.hml.record+json"}
