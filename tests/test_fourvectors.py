from __future__ import annotations

import numpy as np
import pytest

from hml_jupyter.fourvectors import pt_eta_phi


def test_pt_eta_phi() -> None:
    pt, eta, phi = pt_eta_phi(np.array([3.0, 0.0, -1.0]), np.array([4.0, 0.0, 0.0]), np.array([5.0, 2.0, 0.0]))
    assert pt.tolist() == [5.0, 0.0, 1.0]
    assert eta.tolist() == pytest.approx([np.arcsinh(1.0), np.inf, 0.0])
    assert float(phi.max()) < np.pi
    assert float(phi.min()) >= -np.pi
    assert {array.dtype.name for array in (pt, eta, phi)} == {"float32"}
