"""The text of a statistical model, as pyhf's JSON schema has it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..errors import ArgumentError
from .channels import Counted
from .systematics import Systematic, modifier

__all__ = ["MU", "Options", "model_text"]

#: Parameter of interest: the signal over what its cross section says.
MU = "mu"
LUMI = "lumi"


class Options(NamedTuple):
    """What the model is given beside the counts."""

    signal: tuple[str, ...]
    variations: Mapping[str, Mapping[str, Any]]
    """Variation -> class -> factor."""
    systematics: Sequence[Systematic]
    free: tuple[str, ...]
    """Backgrounds whose normalisation is fitted."""
    luminosity_uncertainty: float
    """Relative; 0 for none."""
    monte_carlo: str
    """``staterror`` or ``shapesys``."""


def model_text(counted: Sequence[Counted], options: Options) -> dict[str, Any]:
    """Return the workspace.

    Raises
    ------
    ArgumentError
        A systematic that has the name of another parameter; no signal anywhere.
    """
    taken = {MU, LUMI, *(f"{MU}_{name}" for name in options.free)}
    for systematic in options.systematics:
        if systematic.name in taken:
            msg = f"the variation {systematic.name!r} has the name of another parameter of the model: rename it"
            raise ArgumentError(msg)
    rough = _rough_limit(counted, options.signal)
    parameters: list[dict[str, Any]] = [{"name": MU, "inits": [1.0], "bounds": [[0.0, max(10.0, 10 * rough)]]}]
    if options.luminosity_uncertainty:
        sigma = options.luminosity_uncertainty
        bounds = [[max(0.0, 1 - 5 * sigma), 1 + 5 * sigma]]
        parameters.append({"name": LUMI, "auxdata": [1.0], "sigmas": [sigma], "inits": [1.0], "bounds": bounds})
    return {
        "channels": [{"name": c.channel.name, "samples": list(_samples(c, options))} for c in counted],
        "observations": [{"name": c.channel.name, "data": list(c.channel.data)} for c in counted],
        "measurements": [{"name": "hml_jupyter", "config": {"poi": MU, "parameters": parameters}}],
        "version": "1.0.0",
    }


def _samples(counted: Counted, options: Options) -> Iterator[dict[str, Any]]:
    channel = counted.channel
    for name, expected in channel.expected.items():
        modifiers: list[dict[str, Any]] = []
        if name in options.signal:
            modifiers.append({"name": MU, "type": "normfactor", "data": None})
        if name in options.free:
            modifiers.append({"name": f"{MU}_{name}", "type": "normfactor", "data": None})
        if options.luminosity_uncertainty:
            modifiers.append({"name": LUMI, "type": "lumi", "data": None})
        for each in options.systematics:
            factors = {v: of[name] for v, of in options.variations.items()}
            varied = {v: of[name] for v, of in counted.varied.items()}
            found = modifier(each, f"{name!r} in {channel.name!r}", factors, np.array(expected), varied)
            modifiers += [found] if found else []
        modifiers.append(_monte_carlo(channel.name, name, channel.errors[name], options))
        yield {"name": name, "data": list(expected), "modifiers": modifiers}


def _monte_carlo(channel: str, name: str, errors: Sequence[float], options: Options) -> dict[str, Any]:
    """Return the Monte-Carlo errors of a class.

    With ``staterror`` the backgrounds share a parameter for each bin, and the signal has its own: together, the error of a small
    background beside much signal would be that of the sum.
    """
    of = name if options.monte_carlo == "shapesys" else "signal" if name in options.signal else "background"
    return {"name": f"{options.monte_carlo}_{channel}_{of}", "type": options.monte_carlo, "data": list(errors)}


def _rough_limit(counted: Sequence[Counted], signal: Sequence[str]) -> float:
    """Return 2 sigma of mu without any uncertainty, one digit: the size of a limit, for the range in which it is looked for."""
    squares = 0.0
    for channel in (c.channel for c in counted):
        sums = {
            kind: np.sum([v for c, v in channel.expected.items() if (c in signal) == kind] or [(0.0,)], axis=0)
            for kind in (True, False)
        }
        squares += float(np.sum(sums[True] ** 2 / np.maximum(sums[False], 1.0)))
    if not squares > 0:
        msg = "no signal is expected in these regions: a workspace needs some in one of them"
        raise ArgumentError(msg)
    return float(f"{2 / math.sqrt(squares):.1g}")
