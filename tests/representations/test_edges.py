from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import vector
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from hml_jupyter.angles import delta_phi
from hml_jupyter.representations.edges import EDGE_FEATURES, complete, edge_features, nearest


def places(eta: list[float], phi: list[float], **options: Any) -> list[list[int]]:
    there = np.ones((1, len(eta)), bool)
    return nearest(np.array([eta]), np.array([phi]), there, **options)[0].tolist()


def test_nearest() -> None:
    # the last two are near each other across pi
    assert places([0.0, 0.1, 0.0, 0.0], [0.0, 0.0, 3.1, -3.1], count=2) == [[1, 2], [0, 2], [3, 0], [2, 0]]
    found = places([0.0, 0.1, 0.0, 0.0], [0.0, 0.0, 3.1, -3.1], count=1)
    assert found == [[1], [0], [3], [2]]


def test_ties_go_to_the_first() -> None:
    assert places([0.0, 1.0, -1.0, 0.0], [0.0, 0.0, 0.0, 1.0], count=2) == [[1, 2], [0, 3], [0, 3], [0, 1]]
    assert places([0.5] * 4, [0.5] * 4, count=3) == [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]]


def test_within_a_radius() -> None:
    assert places([0.0, 0.5, 2.0], [0.0, 0.0, 0.0], count=2, radius=0.5) == [[1, -1], [0, -1], [-1, -1]]
    assert places([0.0, 0.5, 2.0], [0.0, 0.0, 0.0], count=1, radius=3.0) == [[1], [0], [1]]


def test_padding_is_no_neighbour() -> None:
    mask = np.array([[True, True, False], [True, False, False], [False] * 3])
    nothing = np.zeros((3, 3))
    wanted = [[[1, -1], [0, -1], [-1, -1]], [[-1, -1]] * 3, [[-1, -1]] * 3]
    for found in (nearest(nothing, nothing, mask, count=2), complete(mask)):
        assert found.dtype == np.int16
        assert found.tolist() == wanted
    assert complete(np.ones((1, 3), bool)).tolist() == [[[1, 2], [0, 2], [0, 1]]]


def test_no_places_and_no_events() -> None:
    assert nearest(np.zeros((2, 1)), np.zeros((2, 1)), np.ones((2, 1), bool), count=3).shape == (2, 1, 0)
    assert nearest(np.zeros((0, 5)), np.zeros((0, 5)), np.ones((0, 5), bool), count=3).shape == (0, 5, 3)
    assert complete(np.ones((2, 1), bool)).shape == (2, 1, 0)


@given(st.integers(0, 2**32 - 1), st.integers(1, 9))
def test_nearest_as_a_tree_finds_them(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    eta, phi = rng.uniform(-2, 2, (3, 10)), rng.uniform(-np.pi, np.pi, (3, 10))
    number = rng.integers(0, 11, 3)
    found = nearest(eta, phi, np.arange(10) < number[:, None], count=count)
    for k, n in enumerate(number):
        # a circle in phi is three copies in a row
        tree = cKDTree(
            [(eta[k, i], phi[k, i] + turn) for i in range(n) for turn in (-2 * np.pi, 0, 2 * np.pi)] or [(9, 9)]
        )
        for i in range(10):
            wanted = []
            if i < n:
                _, near = tree.query((eta[k, i], phi[k, i]), k=3 * n)
                wanted = [each for each in dict.fromkeys((np.atleast_1d(near) // 3).tolist()) if each != i][:count]
            assert found[k, i].tolist() == wanted + [-1] * (count - len(wanted))


def test_edge_features_by_hand() -> None:
    values = {
        "pt": np.array([[30.0, 10.0, 0.0]]),
        "delta_eta": np.array([[0.1, 0.4, 0.0]]),
        "eta": np.array([[0.1, 0.4, 0.0]]),
        "delta_phi": np.array([[3.1, -3.1, 0.0]]),
        "mass": np.array([[5.0, 1.0, 0.0]]),
    }
    neighbours = np.array([[[1, -1], [0, -1], [-1, -1]]], np.int16)
    found = edge_features(values, neighbours, list(EDGE_FEATURES))
    # differences of pseudorapidity, although these particles have masses
    across = 2 * np.pi - 6.2
    one, two = (
        vector.obj(pt=pt, eta=eta, phi=phi, mass=mass) for pt, eta, phi, mass in ((30, 0.1, 3.1, 5), (10, 0.4, -3.1, 1))
    )
    both = [np.hypot(0.3, across), 10 * np.hypot(0.3, across), 0.25, (one + two).mass]
    np.testing.assert_allclose(found[0, 0, 0], [0.3, across, *both], rtol=1e-6)
    np.testing.assert_allclose(found[0, 1, 0], [-0.3, -across, *both], rtol=1e-6)
    assert not found[0, :, 1].any()
    assert not found[0, 2].any()
    assert found.dtype == np.float32


@given(st.integers(0, 2**32 - 1))
def test_edge_features_as_vector_has_them(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pt, eta, phi, mass = (
        rng.exponential(50, 6),
        rng.normal(0, 2, 6),
        rng.uniform(-np.pi, np.pi, 6),
        rng.exponential(5, 6),
    )
    p = vector.arr({"pt": pt, "eta": eta, "phi": phi, "mass": mass})
    values = {"pt": pt, "eta": eta, "delta_eta": eta, "delta_phi": phi, "mass": mass}
    neighbours = complete(np.ones((1, 6), bool))
    found = edge_features(
        {k: v[None] for k, v in values.items()}, neighbours, ["delta_r", "invariant_mass", "delta_phi"]
    )
    for i, others in enumerate(neighbours[0]):
        np.testing.assert_allclose(found[0, i, :, 0], [p[i].deltaR(p[j]) for j in others], rtol=1e-5)
        np.testing.assert_allclose(found[0, i, :, 1], [(p[i] + p[j]).mass for j in others], rtol=1e-4)
        np.testing.assert_allclose(found[0, i, :, 2], delta_phi(phi[others], phi[i]), rtol=1e-5, atol=1e-6)


def test_mass_of_what_flies_together() -> None:
    # 2 pt1 pt2 (cosh(1e-4) - 1) = pt1 pt2 1e-8
    values = {name: np.array([[1000.0, 1000.0]]) for name in ("pt",)} | {"eta": np.array([[3.0, 3.0001]])}
    values |= {"delta_phi": np.zeros((1, 2)), "mass": np.zeros((1, 2))}
    found = edge_features(values, np.array([[[1], [0]]], np.int16), ["invariant_mass"])
    assert found.ravel().tolist() == pytest.approx([0.1, 0.1], rel=1e-5)
