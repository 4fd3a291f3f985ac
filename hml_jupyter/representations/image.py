"""Images of jets and of events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from ..errors import ArgumentError
from ..expressions import Object, Observable, render
from ..observables import Events
from . import options
from .base import Readable, Representation, register
from .clouds import batches, canonical_objects, parent, with_particles
from .features import UNDEFINED, canonical_features, needed, read_features, unit_of_feature
from .frames import AXES, ORIGINS, framed
from .options import Window
from .steps import normalise, pixelate

__all__ = ["Image"]

SCALES = ("log", "max", "sum")
#: Pixels that are made at a time, so that little is needed beside the images.
PIXELS = 2**21


@register
@dataclass(frozen=True)
class Image(Representation):
    """Pixels in the plane of eta and phi; the options are its steps, in their order.

    Parameters
    ----------
    of : str or list of str
        The particles: ``"fatjet0.constituents"``, ``"jet.constituents"``, ``["jet", "electron"]``.
    subjets : (str, float, float), optional
        Cluster them again, for `origin` and `axis`: algorithm (``"kt"``, ``"antikt"``, ``"cambridge"``), radius, least pT (GeV).
    origin : str or None
        Translate to: ``"jet"``, the axis of the jet; ``"subjet0"``, rapidity and phi of the hardest subjet; ``"centroid"``, the mean
        direction weighted with pT; None, nothing: x is eta and y is phi. The default, ``"auto"``, is ``"jet"`` for what is in one
        jet, else None.
    axis : str, optional
        Rotate such that this points to `orientation`: ``"subjet1"``, the second hardest subjet; ``"principal"``, the direction of
        largest spread, towards the harder half. Without a second subjet it is the principal one, and a notice tells how often.
    orientation : float
        Degrees anticlockwise from x; -90 is down.
    flip : bool
        Mirror at the line of `orientation` such that the half with more pT is anticlockwise from it: on the right for -90.
    size : (int, int)
        Pixels along x (eta) and y (phi).
    range : ((float, float), (float, float)), optional
        Ends of the window in x and y, the upper ones outside; by default +-1.6 in both, for origin=None +-5 in eta and +-pi in phi.
    channel : str or list of str
        What is summed in a pixel: ``"pt"``, ``"energy"``, ``"multiplicity"``, ``"charge"``, ``"charged_pt"``, ``"neutral_pt"`` or
        another observable or feature of a particle; several give an image of several channels.
    scale : str, optional
        ``"log"``, log(1 + v); ``"max"`` or ``"sum"``, over the largest or over the sum of the image's channel.

    Raises
    ------
    ArgumentError, ExpressionError, UnknownNameError
        An option that cannot be, or that nothing would use.

    Notes
    -----
    Cogan et al., arXiv:1407.5675; de Oliveira et al., arXiv:1511.05190. Rotation is in the plane of eta and phi: it keeps pT and
    distances, not masses. An event whose jet is missing has an image of NaN, an empty collection an image of 0.

    Examples
    --------
    >>> image = Image("fatjet0.constituents", subjets=("kt", 0.3, 0.0), origin="subjet0", axis="subjet1", flip=True, scale="log")
    >>> image.names, image.units, image.range
    (('pt',), {'pt': 'log(1 + GeV)'}, ((-1.6, 1.6), (-1.6, 1.6)))
    """

    kind: ClassVar[str] = "image"

    of: str | Sequence[str]
    """The particles, canonical; one text or several."""
    _: KW_ONLY
    subjets: tuple[str, float, float] | None = None
    """Algorithm, radius and least pT (GeV)."""
    origin: str | None = "auto"
    """``jet``, ``subjet0``, ``centroid`` or None; ``auto`` becomes one of them."""
    axis: str | None = None
    """``subjet1``, ``principal`` or None."""
    orientation: float = -90.0
    """Degrees."""
    flip: bool = False
    """Whether the harder half is on one side."""
    size: tuple[int, int] = (33, 33)
    """Pixels along x and y."""
    range: Window | None = None
    """Ends in x and y."""
    channel: str | Sequence[str] = "pt"
    """One channel, or several."""
    scale: str | None = None
    """``log``, ``max``, ``sum`` or None."""

    def __post_init__(self) -> None:
        """Bring the options into one form, and refuse what does not fit together."""
        objects = canonical_objects(self.of, "Image")
        inside = parent(objects) is not None
        is_auto = isinstance(self.origin, str) and self.origin == "auto"
        origin = ("jet" if inside else None) if is_auto else self.origin
        centred = origin is not None
        channels = canonical_features(self.channel, objects, "Image(channel=...)")
        canonical = {
            "of": options.one_or_several(map(render, objects)),
            "subjets": options.subjets(self.subjets),
            "origin": options.choice("Image(origin=...)", origin, ORIGINS),
            "axis": options.choice("Image(axis=...)", self.axis, AXES),
            "orientation": options.angle("Image(orientation=...)", self.orientation),
            "flip": options.flag("Image(flip=...)", self.flip),
            "size": options.size(self.size),
            "range": options.window(self.range, centred=centred),
            "channel": options.one_or_several(channels),
            "scale": options.choice("Image(scale=...)", self.scale, SCALES),
        }
        for name, value in canonical.items():
            object.__setattr__(self, name, value)
        if self.origin == "jet" and not inside:
            msg = f"Image(origin='jet') is the jet that particles are in, and {render(objects[0])!r} is in none: take 'centroid' or None"
            raise ArgumentError(msg)
        self._check_steps()

    def _check_steps(self) -> None:
        """Refuse steps that need another one, or that nothing uses."""
        uses = {"origin": self.origin, "axis": self.axis}
        from_subjets = [f"{name}={value!r}" for name, value in uses.items() if str(value).startswith("subjet")]
        if from_subjets and self.subjets is None:
            msg = f"Image({', '.join(from_subjets)}) needs the subjets: subjets=('kt', 0.3, 0.0) is algorithm, radius and least pT"
            raise ArgumentError(msg)
        if self.subjets is not None and not from_subjets:
            msg = "Image(subjets=...) is used by origin='subjet0' and axis='subjet1', and neither is given"
            raise ArgumentError(msg)
        if self.origin is None and (self.axis is not None or self.flip):
            msg = "Image(axis=..., flip=...) turn around an origin, and there is none: origin='jet', 'subjet0' or 'centroid'"
            raise ArgumentError(msg)
        if self.axis is None and not self.flip and self.orientation != -90.0:
            msg = "Image(orientation=...) is where the axis points, and there is none: axis='subjet1' or 'principal'"
            raise ArgumentError(msg)

    @property
    def objects(self) -> tuple[Object, ...]:
        """The particles, parsed."""
        return canonical_objects(self.of, "Image")

    @property
    def title(self) -> str:
        """What notices call it."""
        return f"image of {', '.join(map(render, self.objects))}"

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the channels, in order."""
        return (self.channel,) if isinstance(self.channel, str) else tuple(self.channel)

    @property
    def units(self) -> dict[str, str]:
        """Unit of a pixel of each channel, after `scale`."""
        units = {name: unit_of_feature(name, self.objects) for name in self.names}
        if self.scale == "log":
            return {name: f"log(1 + {unit})" if unit else "" for name, unit in units.items()}
        return units if self.scale is None else dict.fromkeys(units, "")

    @property
    def needed(self) -> tuple[Observable, ...]:
        """What is read of the events."""
        return needed(self.objects, [*self.names, *self._more])

    def read(self, events: Readable, told: Counter[str] | None = None) -> dict[str, npt.NDArray[Any]]:
        """Return ``image``, (n, size[0], size[1], channels) float32; NaN where the jet is missing."""
        given, found = with_particles(events, "an image"), Counter[str]()
        images = np.empty((len(given.record), *self.size, len(self.names)), np.float32)
        for start, batch in batches(given, max(1, PIXELS // (self.size[0] * self.size[1] * len(self.names)))):
            images[start : start + len(batch.record)] = self._pixels(batch, found)
        if told is None:
            self.tell(found, len(images), given.source)
        else:
            told.update(found)
        return {"image": images}

    def expand(self, stored: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.float32]:
        """Return ``image``."""
        image: npt.NDArray[np.float32] = stored["image"]
        return image

    def declaration(self) -> dict[str, Any]:
        """Return what the pixels mean, as plain JSON."""
        return {
            "kind": self.kind,
            "of": [render(each) for each in self.objects],
            "arrays": {"image": {"axes": ["event", "x", "y", "channel"], "dtype": "float32"}},
            "features": [{"name": name, "unit": unit} for name, unit in self.units.items()],
            "order": "x rises along the first axis of an image, y along the second; channels as they were asked for",
            "padding": "0 where no particle is",
            "missing": "NaN in all pixels of an event whose jet is missing",
            "phi": "rad, in [-pi, pi)" if self.origin is None else "rad; differences wrapped into [-pi, pi)",
            "steps": self._steps(),
        }

    @property
    def _more(self) -> tuple[str, ...]:
        return ("mass",) if self.subjets else ()

    def _pixels(self, events: Events, told: Counter[str]) -> npt.NDArray[np.float32]:
        found = read_features(events, self.objects, self.names, self._more)
        points = framed(self, found.cloud, found.axis, told)
        assert self.range is not None
        made = pixelate(points, found.features, found.cloud.counts, size=self.size, window=self.range)
        made = normalise(made, self.scale)
        missing = found.cloud.missing
        made[missing] = np.nan
        told["have no such jet: their image is NaN"] += int(missing.sum())
        told[UNDEFINED] += found.undefined
        return made

    def _steps(self) -> list[dict[str, Any]]:
        steps: list[dict[str, Any]] = []
        if self.subjets:
            algorithm, radius, pt_min = self.subjets
            steps.append({"step": "subjets", "algorithm": algorithm, "radius": radius, "pt_min": pt_min})
        if self.origin:
            steps.append({"step": "translate", "origin": self.origin})
        if self.axis:
            steps.append({"step": "rotate", "axis": self.axis, "orientation": self.orientation, "else": "principal"})
        if self.flip:
            steps.append({"step": "flip", "orientation": self.orientation})
        window = [list(ends) for ends in self.range or ()]
        steps.append({"step": "pixelate", "size": list(self.size), "range": window, "channels": list(self.names)})
        if self.scale:
            steps.append({"step": "normalise", "scale": self.scale})
        return steps
