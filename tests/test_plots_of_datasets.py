from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import samples
from scipy.stats import chi2

from hml_jupyter.cuts import Cut
from hml_jupyter.datasets import Dataset, build_dataset
from hml_jupyter.errors import ArgumentError, UnknownNameError
from hml_jupyter.metrics import significance
from hml_jupyter.plots import Nodes, draw_correlation, draw_graphs, draw_images, plot, png
from hml_jupyter.plots.datasets import Look, correlation, panels_of
from hml_jupyter.representations import Graph, Image, Set

NORMALISED = Look("normalised", None, 139.0, 20)
EXPECTED = NORMALISED._replace(how="stacked")


def build(**options: Any) -> Dataset:
    runs = {"zz": samples.Run(900, 1, "signal"), "qcd": samples.Run(900, 2, "background")}
    return build_dataset(runs, Set(["fatjet0.mass", "met"]), signal="zz", seed=1, **options)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    data = {"data": samples.events(400, 8, "background")}
    return build(observed=data, blind="fatjet0.mass in [80, 100]", require="fatjet.size > 0")


def test_shapes_have_unit_sum_and_their_errors(dataset: Dataset) -> None:
    mass, _ = panels_of(dataset, dataset.names, NORMALISED)
    for k, name in enumerate(dataset.classes):
        assert sum(mass.counts[name]) == pytest.approx(1.0)
        events = np.histogram(dataset.column("fatjet0.mass")[dataset.y == k], mass.edges)[0]
        np.testing.assert_allclose(mass.counts[name], events / events.sum())
        np.testing.assert_allclose(mass.errors[name], np.sqrt(events) / events.sum())
        inside = events.sum() / (dataset.y == k).sum()
        assert mass.outside[name] == pytest.approx(1 - inside, abs=1e-12)


def test_expected_events_and_data(dataset: Dataset) -> None:
    mass, met = panels_of(dataset, dataset.names, EXPECTED)
    inside = (dataset.y == 1) & (dataset.column("met") < met.edges[-1]) & ~dataset.blinded
    assert sum(met.counts["qcd"]) == pytest.approx(dataset.yields(139)[inside].sum())
    counts = np.histogram(dataset.observed.column("met"), met.edges)[0]
    np.testing.assert_array_equal(np.nan_to_num(met.data["data"].values), counts)
    # Garwood's interval of n events at 68.27 %, from the chi-squared quantiles
    for n, below, above in zip(counts, met.data["data"].below, met.data["data"].above, strict=True):
        if n:
            assert n - below == pytest.approx(chi2.ppf(0.1587, 2 * n) / 2, rel=1e-3)
            assert n + above == pytest.approx(chi2.ppf(0.8413, 2 * n + 2) / 2, rel=1e-3)
    assert mass.hidden == [(80.0, 100.0)]
    assert (met.hidden, met.apart, mass.apart) == ([], True, False)


def test_blinded_data_are_compared_with_simulation_that_is_as_blind() -> None:
    runs = {"zz": samples.Run(900, 1, "signal", 0.001), "qcd": samples.Run(900, 2, "background")}
    data = {"data": runs["qcd"].events()}
    luminosity = 900 / runs["qcd"].cross_section / 1000
    look = EXPECTED._replace(lower="ratio", luminosity=luminosity)
    for blind in ("fatjet0.mass > 60", "80 < fatjet0.mass < 100", "fatjet0.mass in [80, 100] or met > 40"):
        dataset = build_dataset(
            runs,
            Set(["fatjet0.mass", "met"]),
            signal="zz",
            seed=1,
            observed=data,
            blind=blind,
            require="fatjet.size > 0",
        )
        mass, met = panels_of(dataset, dataset.names, look)
        for panel in (mass, met):
            assert panel.lower is not None
            ratio = np.asarray(panel.lower.points["data"].values)
            np.testing.assert_allclose(ratio[np.isfinite(ratio)], 1.0, rtol=0.01)
        assert met.apart
        assert mass.apart == ("or" in blind)
        assert bool(mass.hidden) == ("or" not in blind)
        cut = Cut(blind)(dataset)
        np.testing.assert_array_equal(dataset.blinded, cut)
        assert sum(met.counts["qcd"]) == pytest.approx(
            dataset.yields(luminosity)[~cut & (dataset.y == 1) & (dataset.column("met") < met.edges[-1])].sum()
        )


def test_ratio_of_data_to_simulation(dataset: Dataset) -> None:
    _, met = panels_of(dataset, dataset.names, EXPECTED._replace(lower="ratio"))
    assert met.lower is not None
    assert met.apart
    total = np.sum([met.counts["zz"], met.counts["qcd"]], axis=0)
    filled = total > 0
    expected = np.asarray(met.data["data"].values)[filled] / total[filled]
    np.testing.assert_allclose(np.asarray(met.lower.points["data"].values)[filled], expected)


def test_ratio_without_data_is_signal_over_background() -> None:
    (panel,) = panels_of(build(), ["met"], EXPECTED._replace(lower="ratio"))
    assert panel.lower is not None
    found = np.asarray(panel.lower.points["zz"].values)
    b = np.asarray(panel.counts["qcd"])
    np.testing.assert_allclose(found[b > 0], np.asarray(panel.counts["zz"])[b > 0] / b[b > 0])
    assert np.isnan(found[b == 0]).all()


def test_significance_of_each_threshold(dataset: Dataset) -> None:
    mass, _ = panels_of(dataset, dataset.names, EXPECTED._replace(lower="significance"))
    assert mass.lower is not None
    edge = mass.edges[3]
    kept = dataset.column("fatjet0.mass") >= edge
    s, b = (dataset.yields(139)[kept & (dataset.is_signal == side)] for side in (True, False))
    expected = significance(s.sum(), b.sum(), (b**2).sum(), sum_w2_s=(s**2).sum()).value
    assert mass.lower.steps["from x up"][3] == pytest.approx(expected)


def test_correlation() -> None:
    dataset = build(observables=["jet0.pt", "jet0.px", "jet0.py"], require="jet.size > 0")
    found = correlation(dataset, ["fatjet0.mass", "met", "jet0.pt"], "background")
    values = np.stack([dataset.column(name) for name in ("fatjet0.mass", "met", "jet0.pt")], axis=1)
    kept = ~dataset.is_signal & np.isfinite(values).all(axis=1)
    np.testing.assert_allclose(found, np.corrcoef(values[kept], rowvar=False))
    with pytest.raises(UnknownNameError, match="column"):
        plot(dataset, kind="correlation", columns=["jet1.pt"])


@pytest.mark.parametrize("how", ["normalised", "overlaid", "stacked"])
@pytest.mark.parametrize("below", [None, "ratio", "significance"])
def test_plot_of_a_dataset(dataset: Dataset, how: str, below: str | None) -> None:
    figure = plot(dataset, how=how, below=below, log=how == "stacked")
    assert len(figure.axes) == (2 if below is None else 4)
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert set(texts) == {"zz", "qcd", "data"}
    assert any(text.get_text() == "data blinded" for text in figure.axes[0].texts)


@pytest.mark.parametrize("how", ["normalised", "overlaid", "stacked"])
def test_signal_alone_is_drawn(how: str) -> None:
    figure = plot(samples.alone(), columns=["met"], how=how)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["zz"]
    for below in ("ratio", "significance"):
        with pytest.raises(ArgumentError, match=f"below='{below}' needs signal and background"):
            plot(samples.alone(), how=how, below=below)
    titles = [ax.get_title() for ax in plot(samples.alone(), kind="correlation").axes]
    assert titles == ["signal", ""]  # the second is the scale


def test_signal_alone_is_compared_with_data() -> None:
    dataset = samples.alone(observed={"data": samples.events(200, 8)})
    (shown,) = panels_of(dataset, ["met"], Look("overlaid", "ratio", 139.0, 4))
    assert shown.lower is not None
    assert shown.lower.label == "data / sim."
    values = [each / below for each, below in zip(shown.data["data"].values, shown.counts["zz"], strict=True)]
    np.testing.assert_allclose(shown.lower.points["data"].values, values)


@pytest.mark.parametrize(
    "representation",
    [
        Image("fatjet0.constituents", size=(5, 5), range=((-1, 1), (-1, 1)), origin="jet"),
        Graph("fatjet0.constituents", edges=None, max_nodes=4),
    ],
)
def test_images_and_graphs_of_signal_alone(representation: Any) -> None:
    run = {"zz": samples.Run(50, 1, "signal")}
    made = build_dataset(run, representation, signal="zz", require="fatjet.size > 0", split=(0, 0, 1), seed=1)
    assert sum(ax.get_title().startswith("zz") for ax in plot(made).axes) == 1


@pytest.mark.parametrize(
    ("look", "error", "message"),
    [
        ({"how": "stacke"}, UnknownNameError, "way of drawing 'stacke'; near names: stacked"),
        ({"below": "ratios"}, UnknownNameError, "near names: ratio"),
        ({"kind": "picture"}, UnknownNameError, "kind of picture"),
        ({"bin": 3}, UnknownNameError, "option of plot for a Dataset 'bin'; near names: bins"),
        ({"bins": 0}, ArgumentError, "bins must be from 1 to 10000; got 0"),
        ({"bins": "40"}, ArgumentError, "bins must be an integer"),
        ({"columns": "met"}, ArgumentError, r"columns is a list of columns, \['met'\]"),
        ({"columns": 5}, ArgumentError, "columns is a list of columns"),
        ({"how": "stacked", "luminosity": -1}, ArgumentError, "luminosity"),
        ({"columns": ["metx"]}, UnknownNameError, "near names: met"),
    ],
)
def test_plot_refuses(dataset: Dataset, look: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        plot(dataset, **look)


def test_expected_events_need_cross_sections() -> None:
    sources = {"zz": samples.events(50, 1), "qcd": samples.events(50, 2, "background")}
    dataset = build_dataset(sources, Set(["met"]), signal="zz", seed=1)
    with pytest.raises(ArgumentError, match="cross section of 'zz', 'qcd' is not known"):
        plot(dataset, how="stacked")
    assert plot(dataset).axes


def test_draw_correlation_images_and_graph() -> None:
    figure = draw_correlation({"signal": np.array([[1.0, np.nan], [np.nan, 1.0]])}, ["a", "b"])
    assert [text.get_text() for text in figure.axes[0].texts] == ["1.00", "1.00"]
    pixels = np.zeros((4, 4))
    pixels[1, 2] = 5.0
    figure = draw_images({"zz": pixels, "qcd": np.zeros((4, 4))}, [(-1, 1), (-1, 1)], "pT", ("eta", "phi"))
    assert [ax.get_title() for ax in figure.axes[:2]] == ["zz", "qcd"]
    assert figure.axes[0].images[0].get_array()[1, 2] == 5.0
    pixels[0, 0] = np.inf
    png(draw_images({"zz": pixels}, [(-1, 1), (-1, 1)], "pT", ("eta", "phi")))
    figure = draw_graphs({"one": Nodes(np.zeros((1, 2)), np.array([1.0]), [])}, ("eta", "phi"))
    assert figure.axes[0].get_xlim()[0] < 0 < figure.axes[0].get_xlim()[1]


@pytest.mark.parametrize("option", ["kind", "how", "below", "log"])
@pytest.mark.parametrize("value", [np.array(["a", "b"]), ["a"], 5])
def test_plot_refuses_what_is_no_word(option: str, value: Any) -> None:
    with pytest.raises((UnknownNameError, ArgumentError), match=r"unknown|log= is True or False"):
        plot(build(), **{option: value})


@pytest.mark.parametrize("given", ["139", [139], float("nan"), True, -1])
@pytest.mark.parametrize("how", ["normalised", "stacked"])
def test_what_is_no_luminosity_is_refused(dataset: Dataset, given: Any, how: str) -> None:
    with pytest.raises(ArgumentError, match=r"luminosity=.* must be a positive number of fb\^-1"):
        plot(dataset, luminosity=given, how=how)


def test_fractions_need_no_luminosity(dataset: Dataset) -> None:
    assert plot(dataset, columns=["met"], luminosity=None).axes[0].get_ylabel() == "fraction of events per bin"
    for look in ({"how": "stacked"}, {"below": "significance"}):
        with pytest.raises(ArgumentError, match=r"luminosity=None gives no expected events: .* draw fractions"):
            plot(dataset, columns=["met"], luminosity=None, **look)
