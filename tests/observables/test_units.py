from __future__ import annotations

import pytest

from hml_jupyter.errors import ArgumentError
from hml_jupyter.observables import canonical_name, unit_of


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("jet0.pt / jet1.pt", ""),
        ("jet0.pt * jet1.pt", "GeV^2"),
        ("sqrt(jet0.pt * jet1.pt)", "GeV"),
        ("met / sqrt(ht)", "GeV^0.5"),
        ("jet0.pt + jet1.pt - 10", "GeV"),
        ("30 + jet0.pt", "GeV"),
        ("-jet0.pt", "GeV"),
        ("abs(jet0.eta)", ""),
        ("1 / jet0.pt", "1/GeV"),
        ("jet0.pt ** -2", "1/GeV^2"),
        ("jet0.pt ** 0", ""),
        ("2 ** jet0.eta", ""),
        ("log(jet0.pt)", ""),
        ("max(jet0.pt, met, 3)", "GeV"),
        ("min(jet.pt)", "GeV"),
        ("jet0,jet1.delta_phi", "rad"),
        ("sqrt((jet0,jet1.delta_eta) ** 2 + (jet0,jet1.delta_phi) ** 2)", ""),
        ("jet0.pt * jet0.charge", "GeV e"),
        ("jet0.charge / jet0.pt", "e/GeV"),
    ],
)
def test_unit_of(text: str, unit: str) -> None:
    assert unit_of(text) == unit


@pytest.mark.parametrize(
    "text", ["jet0.pt + jet0.eta", "max(met, jet.size)", "jet0.pt - jet0.pt ** 2", "met + ht / met"]
)
def test_different_units_are_not_added(text: str) -> None:
    with pytest.raises(ArgumentError, match="joins"):
        canonical_name(text)


def test_powers_that_change_from_event_to_event() -> None:
    with pytest.raises(ArgumentError, match="differs from event to event"):
        canonical_name("jet0.pt ** jet0.eta")
