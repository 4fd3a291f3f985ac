from __future__ import annotations

import numpy as np
import pytest
import samples

from hml_jupyter.calls import Call, Ref
from hml_jupyter.cuts import Cut
from hml_jupyter.errors import ArgumentError, ExpressionError, UnknownNameError
from hml_jupyter.expressions import Cut as Node
from hml_jupyter.observables import canonical_cut


def test_cut_on_events() -> None:
    assert Cut("jet0.pt > 50 and met < 30")(samples.handmade()).tolist() == [False, True, False, False]


def test_cut_on_columns_equals_cut_on_events() -> None:
    dataset = samples.dataset(200, observables=["fatjet0.M"], require="fatjet.size > 0", signal="zz")
    cut = Cut("70 < FatJet0.Mass <= 110 or MissingET0.MET > 100")
    events = samples.events(200, seed=1, kind="signal")
    expected = cut(events)[Cut("fatjet.size > 0")(events)]
    assert cut(dataset)[dataset.is_signal].tolist() == expected.tolist()


def test_cut_on_a_dataset_uses_its_columns_only() -> None:
    with pytest.raises(UnknownNameError, match=r"'fatjet0.tau32'; near names: fatjet0.tau21.*observables="):
        Cut("fatjet0.tau32 > 1")(samples.dataset(100))
    with pytest.raises(UnknownNameError, match="column"):
        Cut("any jet.pt > 30")(samples.dataset(100))


def test_cut_that_cannot_be_read() -> None:
    with pytest.raises(ExpressionError, match=r"\n  jet0.pt >\n           \^"):
        Cut("jet0.pt >")
    with pytest.raises(UnknownNameError, match=r"near names: jet0.pt"):
        Cut("jet0.ptt > 3")


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_cut_that_is_empty(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"the cut is empty; write one like 'jet0.pt > 30'"):
        Cut(text)


def test_cut_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(text: str) -> Node:
        read.append(text)
        return canonical_cut(text)

    monkeypatch.setattr("hml_jupyter.cuts.canonical_cut", counted)
    cut = Cut("met > 1")
    assert (str(cut), cut.names, read) == ("met > 1", ("met",), ["met > 1"])


def test_cut_on_something_else() -> None:
    with pytest.raises(ArgumentError, match="to events or to a dataset, not to a list"):
        Cut("met > 1")([1, 2])  # type: ignore[arg-type]


def test_cut_text_and_names() -> None:
    cut = Cut("FatJet0.M>70 and Jet0.PT>30")
    assert str(cut) == "fatjet0.mass > 70 and jet0.pt > 30"
    assert cut.names == ("fatjet0.mass", "jet0.pt")
    assert Cut("met > 1") == Cut("met > 1")


def test_cut_can_be_recorded() -> None:
    call = Call("select", (Ref("dataset"), Cut("met > 1")), {}, "selected")
    assert Call.parse(call.render()) == call


def test_cut_on_a_column_of_arithmetic() -> None:
    dataset = samples.dataset(200, observables=["jet0.pt / jet1.pt", "fatjet0.mass"])
    ratio = dataset.column("jet0.pt / jet1.pt")
    assert (Cut("JET0.PT/jet1.PT > 2")(dataset) == (ratio > 2)).all()
    assert (Cut("70 < fatjet0.mass < 110 and abs(jet0.pt / jet1.pt - 2) < 1")(dataset)).any()
    with pytest.raises(UnknownNameError, match=r"'jet0\.pt'"):
        Cut("jet0.pt > 30")(dataset)
    with pytest.raises(UnknownNameError, match=r"'jet1\.pt'"):
        Cut("jet0.pt / jet1.pt > 30 and jet1.pt > 3")(dataset)


def test_cut_on_an_observable_of_a_collection_with_the_name_of_a_column() -> None:
    dataset = samples.dataset(100, observables=["ht"])
    assert Cut("ht > 0")(dataset).any()
    with pytest.raises(UnknownNameError, match=r"'jet\.ht'"):
        Cut("jet.ht > 50")(dataset)


class Scored:
    column_names = ("fatjet0.mass", "mlp.score")
    n_events = 3

    def column(self, name: str) -> np.ndarray:
        return {"mlp.score": np.array([0.1, 0.9, np.nan])}[name]


def test_cut_on_a_score() -> None:
    assert Cut("MLP.score > 0.5")(Scored()).tolist() == [False, True, False]
    with pytest.raises(
        UnknownNameError, match=r"'bdt.score'; near names: mlp.score. hml.score\(dataset, bdt, name='bdt'\) adds it"
    ):
        Cut("bdt.score > 0.5")(Scored())
    with pytest.raises(ArgumentError, match="no observable of events"):
        Cut("bdt.score > 0.5")(samples.handmade())
