from __future__ import annotations

import numpy as np
import pytest
from generators.guns import flow

from hml_jupyter import jets
from hml_jupyter.generators.atlas import ATLAS
from hml_jupyter.generators.card import CMS, Card
from hml_jupyter.generators.tags import Origins, tags
from hml_jupyter.jets import Found, Momenta

RNG = np.random.default_rng(1)


def found(rows: list[tuple[int, float, float, float]]) -> Found:
    """Massless jets from (event, pt, eta, phi)."""
    event, pt, eta, phi = (np.array(column) for column in zip(*rows, strict=True))
    p = Momenta(pt * np.cos(phi), pt * np.sin(phi), pt * np.sinh(eta), pt * np.cosh(eta))
    return Found(p, event.astype(np.int64), np.zeros(0, dtype=np.int64), np.zeros(len(event), dtype=np.int64))


def origins(rows: list[tuple[int, int, float, float, float]]) -> Origins:
    columns = list(zip(*rows, strict=True)) or [()] * 5
    event, flavor, *rest = (np.array(column, dtype=np.float64) for column in columns)
    return Origins(event.astype(np.int64), flavor.astype(np.int64), *rest)


def tagged(given: Found, where_from: Origins, card: Card | None, tracks: list[tuple[int, int, float, float, float]]) -> dict[str, list[int]]:  # fmt: skip
    result = tags(
        given,
        jets.kinematics(given.p),
        flow(tracks or [(99, 22, 1.0, 0.0, 0.0)]),
        where_from,
        RNG,
        radius=0.4,
        card=card,
    )
    return {name: values.tolist() for name, values in result.items()}


def test_tags_tell_the_truth_without_a_card() -> None:
    where_from = origins(
        [
            (0, 4, 20.0, 0.1, -3.1),
            (0, 5, 50.0, 0.1, -3.1),  # a b hadron across the edge of phi goes before the c it decays to
            (0, -2, 300.0, 0.0, 3.0),
            (0, -21, 40.0, 1.1, 0.1),
            (0, -1, 60.0, 1.0, 0.0),  # the hardest parton counts
            (2, 15, 20.0, 0.0, 0.1),
        ]
    )
    result = tagged(found([(0, 400.0, 0.0, 3.1), (0, 50.0, 1.0, 0.0), (2, 30.0, 0.0, 0.0)]), where_from, None, [])
    assert result == {"BTag": [1, 0, 0], "TauTag": [0, 0, 1], "Flavor": [5, 1, 0]}


@pytest.mark.parametrize("card", [CMS, ATLAS], ids=["cms", "atlas"])
@pytest.mark.parametrize("flavor", [5, 4, -21])
def test_b_tags_with_the_probability_of_the_card(card: Card, flavor: int) -> None:
    n = 20_000
    given = found([(i, 100.0, 0.0, 0.0) for i in range(n)])
    share = np.mean(tagged(given, origins([(i, flavor, 50.0, 0.0, 0.0) for i in range(n)]), card, [])["BTag"])
    expected = float(card.b_tag[max(flavor, 0)](np.array([100.0]))[0])
    assert share == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / n))


@pytest.mark.parametrize(
    ("card", "flavor", "prongs", "expected"),
    [(CMS, 15, 3, 0.6), (CMS, 15, 1, 0.6), (CMS, -1, 1, 0.01), (ATLAS, 15, 1, 0.7), (ATLAS, 15, 3, 0.6), (ATLAS, -1, 1, 0.02), (ATLAS, -1, 4, 0.01)],
)  # fmt: skip
def test_tau_tags_with_the_probability_of_the_card(card: Card, flavor: int, prongs: int, expected: float) -> None:
    n = 20_000
    tracks = [(i, 211, 10.0, 0.01 * k, 0.0) for i in range(n) for k in range(prongs)]
    tracks += [(n - 1, 211, 0.9, 0.0, 0.0)]  # too soft for a prong
    given = found([(i, 50.0, 0.0, 0.0) for i in range(n)])
    share = np.mean(tagged(given, origins([(i, flavor, 50.0, 0.0, 0.1) for i in range(n)]), card, tracks)["TauTag"])
    assert share == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / n))
