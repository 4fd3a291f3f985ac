"""Particles shot one by one into a detector."""

from __future__ import annotations

import numpy as np

from hml_jupyter.generators.detector import Flow, Truth


def truth(pid: int, charge: int, pt: float, eta: float = 0.3, mass: float = 0.0, n: int = 20_000) -> Truth:
    """`n` events with one particle each."""
    rng = np.random.default_rng(5)
    one = np.ones(n)
    whole = one.astype(np.int64)
    return Truth(
        np.arange(n), pid * whole, charge * whole, pt * one, eta * one, rng.uniform(-np.pi, np.pi, n), mass * one
    )


def flow(rows: list[tuple[int, int, float, float, float]]) -> Flow:
    """Massless particles from (event, pid, pt, eta, phi); charged hadrons and leptons by their pid, each in a tower of its own."""
    event, pid, pt, eta, phi = (np.array(column) for column in zip(*sorted(rows, key=lambda row: row[0]), strict=True))
    charge = np.where(np.abs(pid) == 211, np.sign(pid), np.where(np.isin(np.abs(pid), (11, 13)), -np.sign(pid), 0))
    nothing = np.zeros(len(rows))
    return Flow(event.astype(np.int64), pid, charge.astype(np.int64), pt, eta, phi, nothing, np.arange(len(rows)))
