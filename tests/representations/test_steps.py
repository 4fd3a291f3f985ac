from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hml_jupyter.representations import steps
from hml_jupyter.representations.steps import Points


def floats(*values: float) -> Any:
    return np.array(values, dtype=np.float64)


def counts(*values: int) -> Any:
    return np.array(values, dtype=np.int64)


def test_centroid() -> None:
    # (10 * 0.2 + 30 * 0.6) / 40 and, around pi, (10 * 3.1 + 30 * (2 pi - 3.1)) / 40
    found = steps.centroid(floats(0.2, 0.6, -1.0), floats(3.1, -3.1, 0.5), floats(10, 30, 7), counts(2, 0, 1))
    np.testing.assert_allclose(found.x, [0.5, np.nan, -1.0])
    np.testing.assert_allclose(found.y, [(31 + 30 * (2 * np.pi - 3.1)) / 40 - 2 * np.pi, np.nan, 0.5])


def test_translate_wraps() -> None:
    moved = steps.translate(
        floats(1.0, -1.0, 0.0), floats(-3.0, 3.0, 0.1), counts(2, 1), Points(floats(0.5, 0.2), floats(3.0, 0.0))
    )
    np.testing.assert_allclose(moved.x, [0.5, -1.5, -0.2])
    np.testing.assert_allclose(moved.y, [2 * np.pi - 6.0, 0.0, 0.1], atol=1e-12)


def test_principal_axis() -> None:
    # a line at 45 degrees whose harder half is below; three around a point; one at the origin; none
    points = Points(floats(0.3, -0.3, 1.0, -0.5, -0.5, 0.0), floats(0.3, -0.3, 0.0, 0.75**0.5, -(0.75**0.5), 0.0))
    axis = steps.principal_axis(points, floats(1, 2, 5, 5, 5, 9), counts(2, 3, 1, 0))
    np.testing.assert_allclose(axis.x, [-(0.5**0.5), np.nan, np.nan, np.nan])
    np.testing.assert_allclose(axis.y, [-(0.5**0.5), np.nan, np.nan, np.nan])


@pytest.mark.parametrize(("orientation", "x", "y"), [(-90.0, 0.0, -0.5), (0.0, 0.5, 0.0), (90.0, 0.0, 0.5)])
def test_rotate(orientation: float, x: float, y: float) -> None:
    axis = Points(floats(0.3, np.nan), floats(0.4, np.nan))
    turned = steps.rotate(Points(floats(0.3, 0.1), floats(0.4, 0.2)), counts(1, 1), axis, orientation)
    np.testing.assert_allclose(turned.x, [x, 0.1], atol=1e-12)
    np.testing.assert_allclose(turned.y, [y, 0.2], atol=1e-12)


def test_flip() -> None:
    # harder on the left: mirrored; on the right: not; equal: not; what lies on the line decides nothing
    points = Points(floats(-0.2, 0.1, 0.2, -0.1, 0.2, -0.1, 1e-9, -0.3), floats(1, 2, 3, 4, 5, 6, 7, 8))
    flipped = steps.flip(points, floats(5, 3, 5, 3, 4, 4, 90, 1), counts(2, 2, 2, 2))
    np.testing.assert_allclose(flipped.x, [0.2, -0.1, 0.2, -0.1, 0.2, -0.1, 0.0, 0.3], atol=1e-8)
    np.testing.assert_allclose(flipped.y, points.y)


def test_flip_anticlockwise_of_the_axis() -> None:
    # an axis to the right has its harder half above
    flipped = steps.flip(Points(floats(0.5), floats(-0.3)), floats(1), counts(1), 0.0)
    np.testing.assert_allclose([flipped.x[0], flipped.y[0]], [0.5, 0.3])


def test_pixelate() -> None:
    x, y = floats(-1.0, 0.999, 1.0, -1.1, 0.0, 0.5), floats(-0.5, 0.9, 0.0, 0.0, 0.0, 0.0)
    pt, one = floats(1, 2, 4, 8, 16, 32), np.ones(6)
    made = steps.pixelate(Points(x, y), [pt, one], counts(4, 0, 2), size=(2, 4), window=((-1.0, 1.0), (-1.0, 1.0)))
    assert (made.shape, made.dtype) == ((3, 2, 4, 2), np.float32)
    assert made[0, :, :, 0].tolist() == [[0, 1, 0, 0], [0, 0, 0, 2]]
    assert not made[1].any()
    assert made[2, :, :, 1].tolist() == [[0, 0, 0, 0], [0, 0, 2, 0]]


def test_a_particle_at_the_origin_does_not_jump_by_rounding() -> None:
    near = Points(floats(-1e-12, 0.0, 1e-12), floats(0, 0, 0))
    made = steps.pixelate(near, [np.ones(3)], counts(3), size=(2, 2), window=((-1, 1), (-1, 1)))
    assert made[0, :, :, 0].tolist() == [[0, 0], [0, 3]]


@given(
    hnp.arrays(np.float64, (12, 3), elements=st.floats(-3, 3, allow_subnormal=False)),
    st.lists(st.integers(0, 4), min_size=3, max_size=3),
)
def test_pixelate_is_a_histogram_of_each_event(drawn: Any, sizes: list[int]) -> None:
    sizes = [*sizes, 12 - sum(sizes)]
    # away from edges, where numpy's last one is closed
    x, y, pt = np.round(drawn, 3).T + floats(1e-4, 1e-4, 4.0)[:, None]
    window = ((-1.6, 1.6), (-2.0, 1.0))
    made = steps.pixelate(Points(x, y), [pt], np.array(sizes), size=(5, 7), window=window)
    for image, event in zip(made, np.split(np.arange(12), np.cumsum(sizes)[:-1]), strict=True):
        wanted = np.histogram2d(x[event], y[event], bins=(5, 7), range=window, weights=pt[event])[0]
        np.testing.assert_allclose(image[:, :, 0], wanted, rtol=1e-6)


@pytest.mark.parametrize(
    ("scale", "wanted"),
    [
        (None, [[3.0, -1.0], [0.0, 0.0]]),
        ("log", [[np.log(4.0), -np.log(2.0)], [0.0, 0.0]]),
        ("max", [[1.0, -1 / 3], [0.0, 0.0]]),
        ("sum", [[0.75, -0.25], [0.0, 0.0]]),
    ],
)
def test_normalise(scale: str | None, wanted: list[list[float]]) -> None:
    images = np.array([[3.0, -1.0], [0.0, 0.0]], np.float32).reshape(2, 2, 1, 1)
    made = steps.normalise(images, scale)
    assert made.dtype == np.float32
    np.testing.assert_allclose(made.reshape(2, 2), wanted, rtol=1e-6)


def test_normalise_each_channel_alone() -> None:
    images = np.array([[2.0, 10.0], [2.0, 30.0]], np.float32).reshape(1, 2, 1, 2)
    assert steps.normalise(images, "sum").reshape(2, 2).tolist() == [[0.5, 0.25], [0.5, 0.75]]
