"""What a dataset of HEP ML Lab holds: columns or images, class numbers, and the split."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .. import checks, progress
from ..errors import FileFormatError, HmlError, PathError
from ..observables import canonical_name
from ..tables.reader import refuse_repeated
from .archive import CONFIGS, PARTS, Budget, Part, read_archive

__all__ = ["ImageConfig", "LabDataset", "read_heplab"]


class ImageConfig(NamedTuple):
    """What an image dataset says of its images."""

    height: str
    """Observable along the first axis of an image, canonical where we know it."""
    width: str
    """Observable along the second axis."""
    channel: str | None
    """Observable that is summed in a pixel; None counts particles."""
    height_edges: npt.NDArray[np.float64] | None
    """(h + 1,) edges of the pixels; None where they were not kept."""
    width_edges: npt.NDArray[np.float64] | None
    """(w + 1,) edges of the pixels."""
    steps: tuple[tuple[str, dict[str, Any]], ...]
    """How the images were made: ``("rotate", {"axis": "SubJet1", "orientation": -90})``."""


class LabDataset(NamedTuple):
    """The content of a ``.ds``: n events."""

    columns: dict[str, npt.NDArray[np.float64]]
    """Name -> (n,) values, NaN where an object is missing; empty for images."""
    targets: npt.NDArray[np.int64]
    """(n,) class numbers."""
    split: npt.NDArray[np.int8] | None
    """(n,) 0 train, 1 validation, 2 test; None if it was never split."""
    seed: int | None
    """Seed of the split."""
    images: npt.NDArray[np.float32] | None
    """(n, h, w) pixels; rows are `ImageConfig.height`."""
    image: ImageConfig | None
    """What the images are of."""
    names: dict[str, str]
    """Name in the file -> our name."""
    unknown: tuple[str, ...]
    """Names that none of our observables has; they are kept as they are."""


def read_heplab(path: str | os.PathLike[str]) -> LabDataset:
    """Return what a dataset of HEP ML Lab holds.

    Parameters
    ----------
    path : str or path
        A ``.ds`` that ``SetDataset.save`` or ``ImageDataset.save`` wrote.

    Returns
    -------
    LabDataset
        A notice names the columns that are none of our observables. Neither cross sections, weights nor the sources are
        in such a file.

    Raises
    ------
    PathError
        There is no such file.
    FileFormatError
        It is damaged, lacks a member, has one too many, or arrays that do not fit its description.

    Examples
    --------
    >>> read_heplab("nothing.ds")
    Traceback (most recent call last):
    hml_jupyter.errors.PathError: there is no file nothing.ds
    """
    place = checks.place("a dataset of HEP ML Lab", path)
    if not place.is_file():
        msg = f"there is no file {place}"
        raise PathError(msg)
    budget = Budget(place)
    with place.open("rb") as stream:
        whole, parts = read_archive(stream, place.name, budget, nested=False)
    split = None
    if parts:
        whole, split = _joined(whole, parts, place.name)
    has_columns = "observable_configs" in whole.configs
    found = _columns(whole, place.name) if has_columns else _images(whole, place.name)
    seed = whole.configs.get("seed")
    found = found._replace(split=split, seed=seed if isinstance(seed, int) else None)
    if found.unknown:
        progress.notice(f"{place.name}: {', '.join(found.unknown)}: no observable is called so; the names are kept")
    return found


def _joined(whole: Part, parts: Mapping[str, Part], where: str) -> tuple[Part, npt.NDArray[np.int8]]:
    """Return the events of the parts one after the other, and the part of each."""
    shapes = {part.samples.shape[1:] for part in (whole, *parts.values())}
    count = sum(len(part.targets) for part in parts.values())
    if len(shapes) > 1 or count != len(whole.targets):
        msg = f"{where}: its parts hold {count} events, the whole {len(whole.targets)}; they do not belong together"
        raise FileFormatError(msg)
    samples = np.concatenate([part.samples for part in parts.values()])
    targets = np.concatenate([part.targets for part in parts.values()])
    split = np.concatenate([np.full(len(part.targets), PARTS[name], np.int8) for name, part in parts.items()])
    return Part(whole.configs, samples, targets), split


def _columns(part: Part, where: str) -> LabDataset:
    configs = part.configs["observable_configs"]
    names = [_name(each, where) for each in (configs.values() if isinstance(configs, dict) else ())]
    if part.samples.ndim != 2 or part.samples.shape[1] != len(names) or part.samples.dtype.kind not in "fiub":
        msg = f"{where}: {len(names)} observables are described, the samples are of shape {part.samples.shape}"
        raise FileFormatError(msg)
    known = {name: _canonical(name) for name in names}
    ours = {name: canonical or name for name, canonical in known.items()}
    refuse_repeated(where, names)
    refuse_repeated(where, ours.values())
    columns = {ours[name]: part.samples[:, k].astype(np.float64) for k, name in enumerate(names)}
    unknown = tuple(name for name in names if known[name] is None)
    return LabDataset(columns, part.targets, None, None, None, None, ours, unknown)


def _images(part: Part, where: str) -> LabDataset:
    height, width, channel = (_axis(part.configs, axis, where) for axis in ("height", "width", "channel"))
    if height is None or width is None or part.samples.ndim != 3 or part.samples.dtype.kind not in "fiub":
        msg = f"{where}: expected columns, or images of shape (events, width, height); found samples of shape {part.samples.shape}"
        raise FileFormatError(msg)
    edges = {
        axis: _edges(part.configs.get(f"{axis}_bins"), n, where)
        for axis, n in zip("wh", part.samples.shape[1:], strict=True)
    }
    names = {name: _canonical(name) or name for name in (height, width, channel) if name is not None}
    steps = _steps(part.configs.get("registered_methods"), where)
    image = ImageConfig(
        names[height], names[width], None if channel is None else names[channel], edges["h"], edges["w"], steps
    )
    # theirs are (width, height)
    images = np.ascontiguousarray(part.samples.transpose(0, 2, 1), dtype=np.float32)
    unknown = tuple(name for name in names if _canonical(name) is None)
    return LabDataset({}, part.targets, None, None, images, image, names, unknown)


def _axis(configs: Mapping[str, Any], axis: str, where: str) -> str | None:
    if isinstance(configs.get(axis), str):
        return str(configs[axis])
    described = configs.get(f"{axis}_config")
    return None if described is None else _name(described, where)


def _name(described: Any, where: str) -> str:
    """Return how HEP ML Lab writes an observable, ``FatJet0.Tau21``."""
    try:
        kind, config = str(described["class_name"]), described["config"]
        objects, called = config.get("physics_object"), str(config.get("class_name") or kind)
        if kind in ("TauN", "NSubjettiness"):
            called = f"tau{int(config['n'])}"
        if kind in ("TauMN", "NSubjettinessRatio"):
            called = f"tau{int(config['m'])}{int(config['n'])}"
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        msg = f"{where}: {CONFIGS} has an observable without class_name and config: {str(described)[:80]}"
        raise FileFormatError(msg) from error
    return f"{objects}.{called}" if objects else called


def _canonical(name: str) -> str | None:
    try:
        return canonical_name(name)
    except HmlError:
        return None


def _edges(values: Any, count: int, where: str) -> npt.NDArray[np.float64] | None:
    if values is None:
        return None
    try:
        edges = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        edges = np.empty(0)
    if edges.shape != (count + 1,) or not (np.diff(edges) > 0).all():
        msg = f"{where}: the edges of the pixels do not fit {count} of them"
        raise FileFormatError(msg)
    return edges


def _steps(methods: Any, where: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    found = methods if isinstance(methods, list) else []
    for each in found:
        if not (isinstance(each, list) and len(each) == 2 and isinstance(each[0], str) and isinstance(each[1], dict)):
            msg = f"{where}: {CONFIGS} has a step of an image that is none: {str(each)[:80]}"
            raise FileFormatError(msg)
    return tuple((name, options) for name, options in found)
