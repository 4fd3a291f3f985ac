"""What a method is: options, a way to learn step by step, and a file format."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar, dataclass_transform

import numpy.typing as npt

from ..canonical import matters
from ..errors import ArgumentError
from ..registry import Registry, named
from .options import check_options, option, options
from .sample import Sample, input_names, sample_of

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["METHODS", "Array", "Learner", "Method", "get", "register"]

Array = npt.NDArray[Any]


class Learner(Protocol):
    """A model while it is trained: it advances by steps, and its state can be kept and taken up again."""

    @property
    def kept(self) -> int | list[int] | None:
        """The epoch (or number of trees) of the model, or of each, where the method stops early; None for the last."""

    def advance(self, done: int, to: int) -> dict[str, list[float]]:
        """Train from `done` finished epochs (or trees) to `to`; return the metrics of each new one, fewer where it is over."""

    def state(self) -> dict[str, Array]:
        """Return all that training needs to go on as if it had not been interrupted."""

    def restore(self, state: Mapping[str, Array]) -> None:
        """Take up a state."""

    def model(self) -> Any:
        """Return the trained model; it learns no more after that."""


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(option,))
class Method(ABC):
    """A recipe for a model: frozen options, no data. Subclasses are made by :func:`register`."""

    kind: ClassVar[str] = "set"
    """Which datasets it learns from: ``"set"``, ``"image"`` or ``"graph"``."""
    unit: ClassVar[str] = "epoch"
    """What the training curves count."""
    file: ClassVar[str]
    """Name of the model's file."""
    draws: ClassVar[bool] = False
    """Whether a score is a draw; `scores` takes the seed of it then."""
    begins: ClassVar[str] = "preparing the events"
    """What is waited for before it learns."""

    def __post_init__(self) -> None:
        """Bring the options into plain Python values and check their bounds."""
        for name, value in check_options(type(self).__name__, vars(self), options(type(self))).items():
            object.__setattr__(self, name, value)

    def get_config(self) -> dict[str, Any]:
        """Return the options as plain JSON, without those that older results do not have, where they are the default."""
        matter = {f.name for f in dataclasses.fields(self) if matters(f, self)}  # type: ignore[arg-type]
        return {name: list(v) if isinstance(v, tuple) else v for name, v in vars(self).items() if name in matter}

    def __repr__(self) -> str:
        """Return the call, with the options that are not the default."""
        fields: Any = dataclasses.fields(self)  # type: ignore[arg-type]
        given = [f"{f.name}={getattr(self, f.name)!r}" for f in fields if getattr(self, f.name) != f.default]
        return f"{type(self).__name__}({', '.join(given)})"

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Method:
        """Return the method with these options."""
        return cls(**config)

    def sources(self) -> dict[str, str]:
        """Return hashes of functions of the user's own that the method calls; they are part of the recipe."""
        return {}

    def check_names(self, names: Sequence[str]) -> None:  # noqa: B027 (most options fit all inputs)
        """Refuse inputs, by name, that the options do not fit; a learner does so too."""

    def inputs_of(self, dataset: Dataset) -> tuple[str, ...]:
        """Return the names of what it sees of a dataset."""
        return input_names(dataset)

    def sample(self, dataset: Dataset) -> Sample:
        """Return the training and validation events of a dataset, or say why it cannot be trained on."""
        return sample_of(dataset, self.kind)

    @abstractmethod
    def schedule(self, epochs: int | None) -> int | None:
        """Return how many epochs (or trees) a full training has; None for one step for each column."""

    def step(self, total: int) -> int:  # noqa: ARG002
        """Return how many epochs (or trees) of `total` go by between two reports."""
        return 1

    @abstractmethod
    def learner(self, sample: Sample, *, seed: int, epochs: int | None = None) -> Learner:
        """Return an untrained model, ready to learn from `sample`; `epochs` is the length of its schedule."""

    @abstractmethod
    def save(self, model: Any, file: Path) -> None:
        """Write a model."""

    @abstractmethod
    def load(self, file: Path) -> Any:
        """Read a model; nothing in the file is executed."""

    @abstractmethod
    def scores(self, model: Any, X: Any) -> Array:
        """Return the signal score of each event of `X`, float64 in [0, 1]; there is at least one, and none has a NaN."""

    @abstractmethod
    def arrays(self, model: Any) -> dict[str, Array]:
        """Return the numbers that define a model, by name."""


METHODS: Registry[type[Method]] = Registry("method")

M = TypeVar("M", bound=Method)


def register(cls: type[M]) -> type[M]:
    """Make `cls` a frozen dataclass whose misspelt options raise with near names, and enter it into `METHODS`.

    Its own options come first, then those of the classes it is made from.
    """
    for base in cls.__mro__[1:]:
        inherited = {k: v for k, v in vars(base).get("__annotations__", {}).items() if _is_option(base, k)}
        cls.__annotations__ = cls.__annotations__ | {k: v for k, v in inherited.items() if k not in vars(cls)}
    made = dataclasses.dataclass(frozen=True, kw_only=True, repr=False)(cls)
    made.__init__ = named(made.__init__, cls.__name__)  # type: ignore[method-assign]
    METHODS.add(cls.__name__, made)
    return made


def _is_option(cls: type, name: str) -> bool:
    return isinstance(vars(cls).get(name), dataclasses.Field)


def get(method: Any) -> Method:
    """Return a method from an object, a name, or what ``{"method": name, **get_config()}`` gave.

    Examples
    --------
    >>> get({"method": "MLP", "hidden": [8]})
    MLP(hidden=(8,))
    """
    if isinstance(method, str):
        return METHODS[method].from_config({})
    if isinstance(method, Mapping) and "method" in method:
        return METHODS[method["method"]].from_config({k: v for k, v in method.items() if k != "method"})
    if isinstance(method, Method):
        return method
    names = ", ".join(f"hml.{name}()" for name in METHODS)
    if isinstance(method, type) and issubclass(method, Method):
        msg = f"a method is wanted, got the class {method.__name__}: write hml.{method.__name__}(), with its options"
    else:
        msg = f"a method is wanted first, with its options: {names}; got {method!r}"
    raise ArgumentError(msg)
