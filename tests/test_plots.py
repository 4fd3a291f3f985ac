from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
import samples
from matplotlib.colors import to_hex
from matplotlib.patches import StepPatch
from nbclient import NotebookClient

import hml_jupyter
from hml_jupyter.errors import ArgumentError
from hml_jupyter.methods import BoostedDecisionTree, compare, evaluate, train
from hml_jupyter.plots import (
    Panel,
    Points,
    draw_correlation,
    draw_curves,
    draw_cutflow,
    draw_histograms,
    draw_images,
    draw_roc,
    draw_scores,
    plot,
    png,
)
from hml_jupyter.plots.style import BACKGROUNDS, COLOURS, SIGNALS
from hml_jupyter.selection import cutflow

PANEL = Panel("met", "GeV", [0, 50, 100], {"zz": [0.25, 0.75], "qcd": [0.9, 0.1]})


def test_draw_histograms_shows_shapes() -> None:
    figure = draw_histograms([PANEL, PANEL._replace(name="x", unit="")])
    assert figure.axes[0].get_ylabel() == "fraction of events per bin"
    assert [ax.get_xlabel() for ax in figure.axes] == ["met [GeV]", "x"]
    heights = [patch.get_data().values.tolist() for patch in figure.axes[0].patches if hasattr(patch, "get_data")]
    assert [0.25, 0.75] in heights
    assert [0.9, 0.1] in heights


@pytest.mark.parametrize("count", [1, 2, 4, 7])
def test_draw_histograms_has_a_panel_for_each(count: int) -> None:
    assert len(draw_histograms([PANEL] * count).axes) == count


def test_an_empty_class_is_left_out() -> None:
    figure = draw_histograms([PANEL._replace(counts={"zz": [0.0, 0.0], "qcd": [1.0, 0.0]})])
    assert len(figure.axes[0].patches) == 1


def test_draw_curves() -> None:
    history = {"loss": [0.7, 0.5], "val_loss": [0.7, 0.6], "accuracy": [0.5, 0.7], "val_accuracy": [0.5, 0.6]}
    figure = draw_curves(history)
    assert [ax.get_ylabel() for ax in figure.axes] == ["loss", "accuracy"]
    x, y = figure.axes[0].lines[1].get_data()
    assert (list(x), list(y)) == ([1, 2], [0.7, 0.6])
    assert figure.axes[0].lines[0].get_linestyle() != figure.axes[0].lines[1].get_linestyle()


def test_draw_curves_of_thresholds() -> None:
    cuts = {
        "cut met": [60.0, 40.0],
        "gradient met": [0.1, 0.0],
        "cut jet0.pt": [20.0, 30.0],
        "gradient jet0.pt": [0.2, 0.0],
    }
    figure = draw_curves({"loss": [0.7, 0.5]} | cuts)
    assert [ax.get_ylabel() for ax in figure.axes] == ["loss", "met", "jet0.pt", "gradient met", "gradient jet0.pt"]
    assert [ax.lines[0].get_ydata().tolist() for ax in figure.axes[1:]] == [
        cuts[name] for name in (*list(cuts)[::2], *list(cuts)[1::2])
    ]


def test_metrics_have_a_panel_of_their_own() -> None:
    history = {
        "loss": [0.7, 0.5],
        "val_auc": [0.8, 0.6],
        "val_rejection": [2.0, 8.0],
        "val_max_significance": [0.0, 0.0],
    }
    loss, metrics = draw_curves(history).axes
    assert len(loss.lines) == 1
    assert [list(line.get_ydata()) for line in metrics.lines] == [pytest.approx([1.0, 0.75]), [0.25, 1.0]]
    assert [line.get_label() for line in metrics.lines] == ["AUC, largest 0.8", "R50, largest 8"]


def test_curves_of_folds_are_thin() -> None:
    (ax,) = draw_curves(
        {"loss": [0.7, 0.5], "loss, fold 0": [0.8, 0.6], "loss, fold 1": [0.6], "val_auc, fold 0": [0.5, 0.6]}
    ).axes
    assert [len(line.get_xdata()) for line in ax.lines] == [2, 2, 1]
    assert ax.lines[0].get_linewidth() > ax.lines[1].get_linewidth()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["training"]


def test_one_epoch_can_be_seen() -> None:
    assert draw_curves({"loss": [0.7]}).axes[0].lines[0].get_marker() == "o"


def test_draw_roc_leaves_out_what_has_no_background() -> None:
    (ax,) = draw_roc({"mlp": ([0.1, 0.5, 1.0], [0.0, 0.01, 1.0])}).axes
    x, y = ax.lines[0].get_data()
    assert (list(x), list(y)) == ([0.5, 1.0], [100.0, 1.0])
    assert ax.get_yscale() == "log"


def test_draw_roc_of_a_perfect_model() -> None:
    (ax,) = draw_roc({"mlp": ([0.0, 0.5, 1.0], [0.0, 0.0, 0.0])}).axes
    assert len(ax.lines[0].get_data()[0]) == 0
    png(ax.get_figure())  # type: ignore[arg-type]


def test_draw_scores() -> None:
    shape = {"signal": ([0.5, 1.5], [0.1, 0.1]), "background": ([1.5, 0.0], [0.1, 0.0])}
    (ax,) = draw_scores([0.0, 0.5, 1.0], shape, shape).axes
    heights = ax.containers[1].lines[0].get_ydata()
    assert heights[0] == 1.5
    assert np.isnan(heights[1])


def test_draw_cutflow() -> None:
    (ax,) = draw_cutflow(["generated", "met > 50"], {"zz": [1.0, 0.6], "qcd": [1.0, 0.0]}).axes
    assert [label.get_text() for label in ax.get_yticklabels()] == ["generated", "met > 50"]
    assert [text.get_text() for text in ax.texts] == ["1", "0.6", "1", "0"]


def test_every_result_has_a_picture(data: Any) -> None:
    trained = train(BoostedDecisionTree(n_estimators=3), data, seed=1)
    for result in (data, trained, evaluate(trained), compare([trained]), cutflow(data, ["fatjet0.mass > 60"])):
        assert png(plot(result)).startswith(b"\x89PNG")


def test_what_cannot_be_drawn() -> None:
    with pytest.raises(ArgumentError, match="there is no picture of a int; plot takes Dataset, Training"):
        plot(3)


def test_the_same_numbers_give_the_same_bytes() -> None:
    assert png(draw_histograms([PANEL])) == png(draw_histograms([PANEL]))


def test_the_user_s_settings_are_left_alone() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    png(draw_histograms([PANEL]))
    assert dict(mpl.rcParams) == before


def test_colours_are_dark_enough_on_white() -> None:
    """Contrast of the first three with white is at least 3, as the Web Content Accessibility Guidelines ask of graphics (1.4.11)."""
    for colour in COLOURS[:3]:
        linear = [((v / 255 + 0.055) / 1.055) ** 2.4 for v in bytes.fromhex(colour[1:])]
        assert 1.05 / (np.dot(linear, [0.2126, 0.7152, 0.0722]) + 0.05) >= 3


@pytest.fixture(scope="module")
def data() -> Any:
    return samples.dataset(200)


@pytest.mark.parametrize("name", ["a$b", "$x_$", "_x", "$$", r"a\$b", r"$\frac{1}$"])
def test_names_are_shown_as_they_are(name: str) -> None:
    data = {f"{name} data": Points([4.0, 5.0], [1.0, 1.0], [1.0, 1.0])}
    panel = Panel(name, name, [0, 50, 100], {name: [0.5, 0.5], "qcd": [0.9, 0.1]}, data=data, outside={name: 0.5})
    wanted = [name, "qcd", f"{name} data"]
    for stacked in ((), (name,)):
        figure = draw_histograms([panel], stacked=stacked)
        assert shown(figure.legends[0].get_texts()) == wanted
        assert shown([figure.axes[0].xaxis.label, *figure.axes[0].texts]) == [f"{name} [{name}]"]
        assert png(figure)
    roc = draw_roc({name: ([0.1, 0.5], [0.1, 0.5])})
    assert shown(roc.axes[0].get_legend().get_texts()) == [name, "no separation"]  # type: ignore[union-attr]
    flow = draw_cutflow(["generated", name], {name: [1.0, 0.5]})
    assert shown(flow.legends[0].get_texts()) == [name]
    assert shown(flow.axes[0].get_yticklabels()) == ["generated", name]
    (one, *_) = draw_images({name: np.eye(2)}, [(0, 1), (0, 1)], name, ("eta", "phi")).axes
    (other, *_) = draw_correlation({name: np.eye(1)}, [name]).axes
    assert shown([one.title, other.title, *other.get_yticklabels()]) == [name] * 3


def shown(texts: Any) -> list[str]:
    """What matplotlib draws, if it is no formula."""
    found = [text._preprocess_math(text.get_text()) for text in texts]
    assert not any(is_formula for _, is_formula in found)
    return [text.removeprefix("\N{HAIR SPACE}") for text, _ in found]


def test_a_cell_that_ends_with_a_plot_shows_it(study: Path) -> None:
    cell = nbformat.v4.new_code_cell(
        "import hml_jupyter as hml\nfrom hml_jupyter.datasets import example\nhml.plot(example())"
    )
    notebook = nbformat.v4.new_notebook(cells=[cell])
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(study)}}).execute()
    shown = cell.outputs[-1].data["image/png"]
    assert base64.b64decode(shown).startswith(b"\x89PNG")


def test_classes_have_the_colours_that_the_lab_gives_them() -> None:
    css = (Path(hml_jupyter.__file__).parents[1] / "js/src/widgets/theme.css").read_text()
    light = re.findall(r"--hml-s\d: (#\w+);", css)[:8]
    assert [shade.lower() for shade in (*SIGNALS, *BACKGROUNDS)] == light
    figure = draw_histograms([PANEL], signal=["qcd"])
    shades = [to_hex(patch.get_edgecolor()) for patch in figure.axes[0].patches if isinstance(patch, StepPatch)]
    assert shades[:2] == [light[2], light[0]]
