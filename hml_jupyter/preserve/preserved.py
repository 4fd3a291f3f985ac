"""A preserved network: scored from its card alone, and verified."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, partial, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .. import checks
from ..canonical import digest, file_sha256
from ..errors import ArgumentError, DamagedError
from ..methods.draws import noise
from ..methods.inputs import finite, take
from ..provenance import Result
from ..records import RECORD, made_from, read_record
from ..sharing import in_pieces
from ..tables import by_name
from .card import CARD, Card, Network
from .choosing import chosen, crossed, events_from, knows_unseen
from .feeding import columns, rows, structured
from .matrix import PIECE, Matrix, tell_far
from .missing import missing
from .objects import mixed
from .running import Run, runner

if TYPE_CHECKING:
    from .verification import Verification

__all__ = ["Preserved"]

Array = npt.NDArray[np.float64]


class Asked(NamedTuple):
    """How scores are asked for."""

    parameters: Mapping[str, float]
    format: str
    seed: int


class Preserved(Result):
    """Networks in formats that others run, with a card; made by :func:`preserve`, or by somebody else."""

    loaded = False
    """Whether it was read from a folder, rather than made by this call."""
    archive: Path | None = None
    """The packed bundle that `folder` was unpacked from, absolute; None for a folder that stays."""
    archive_sha256 = ""
    """Hash of the packed bundle as it was read."""

    def __init__(self, folder: Path, card: Card) -> None:
        self.folder, self.card = folder, card

    @property
    def name(self) -> str:
        """What tables call it."""
        return self.card.name

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of what it gives an event, as its card has them."""
        return tuple(each.name for each in self.card.outputs)

    @property
    def selection(self) -> tuple[str, ...]:
        """Cuts that events must have passed, as its card has them."""
        return self.card.selection

    @property
    def lacking(self) -> list[str]:
        """What the card does not say of what others need, a line each."""
        return missing(self.card)

    @property
    def fingerprint(self) -> str:
        """Hash of the canonical content; of somebody else's files, of their bytes."""
        if self.record:
            return super().fingerprint
        return digest({name: file_sha256(self.folder / name) for name in self._named()})

    @property
    def recipe(self) -> str:
        """Hash of the call that made it; empty for somebody else's, and where it is packed: no newer one takes its place."""
        return super().recipe if self.record and self.archive is None else ""

    @property
    def replaced(self) -> str:
        """Why a packed bundle, or what :func:`preserve` wrote, is another one than was read; empty where it is not."""
        if self.archive is not None:
            if not self.archive.is_file():
                return f"{self.archive.name} is not there any more"
            if file_sha256(self.archive) != self.archive_sha256:
                return f"{self.archive.name} has changed since it was read: load it again"
        elif self.loaded and self.record and read_record(self.folder)["fingerprint"] != self.fingerprint:
            return f"{self.folder.name} has been made anew since it was read: load it again"
        return ""

    def check_unchanged(self) -> None:
        """Refuse a bundle in whose place another one has been put since it was read."""
        super().check_unchanged()
        if self.replaced:
            raise DamagedError(self.replaced)

    def as_input(self) -> dict[str, Any]:
        """Return what a recipe keeps of it: of a packed bundle the zip, which can be replaced."""
        if self.archive is None:
            return super().as_input()
        return {"fingerprint": self.archive_sha256, "path": self.path, "recipe": "", "packed": True}

    @property
    def stale(self) -> tuple[str, ...]:
        """Why it is older than what it was made from; empty when it is fresh, or when that is not here: others have the bundle alone."""
        used = self.record["recipe"]["inputs"].values() if self.record else ()
        return super().stale if any(made_from(self.folder, each["path"]) for each in used if each["path"]) else ()

    def _named(self) -> list[str]:
        return [CARD, *(file for network in self.card.networks for file in network.files.values())]

    @property
    def is_own(self) -> bool:
        """Whether :func:`preserve` made it; the card of another one is all that is known of it."""
        return (self.folder / RECORD).is_file()

    @cached_property
    def _runs(self) -> dict[tuple[int, str], Run]:
        return {}

    def score(
        self, data: Any, *, parameters: Mapping[str, float] | None = None, format: str | None = None, seed: int = 0
    ) -> Array:
        """Return what the networks give for each event.

        Order, units, range of phi, padding and normalisation are those of the card. The cuts that the card has as its `selection`
        are not applied: every event that is given has a score, also one that the network was not made for. Select first, when the
        dataset is built: ``require=" and ".join(bundle.card.selection)``; of events, by ``hml.Cut(text)(events)`` for each of them. Of a surrogate the card may have
        a `measured_selection` too, which generated particles cannot tell: its scores are those of events that pass it.

        Parameters
        ----------
        data : Dataset, events, array of shape (n, k), or dict
            An array has the inputs of the card in its order and units, NaN where something is missing; a DataFrame or a dictionary
            of arrays has them by their names. Of a card with sequences a dict has n numbers for each input and n lists for each
            sequence (n * var * k, or awkward records with the names of the variables), in the order and units of the card, and a
            dataset is one of ``hml.Graph``.
        parameters : dict, optional
            Values of inputs that are parameters, in the units of the card.
        format : str, optional
            ``"onnx"`` (single precision) or ``"lwtnn"`` (double precision); by default the first of them that there is.
        seed : int
            Of the random numbers of a surrogate; those of an event depend on its inputs and the seed alone.

        Returns
        -------
        array, shape (n,), or (n, m) for m outputs
            In the order of the card; NaN for events with a missing input that the card has no padding for, without the jet that a
            sequence is in, and for those that no network is for. A jet with nothing in it has an empty sequence.

        Raises
        ------
        ArgumentError, UnknownNameError
            `data` does not have the inputs, or in another unit or range.
        DamagedError
            A file is not what its card says.
        """
        formats = {name for network in self.card.networks for name in network.files}
        if format is None:
            format = "onnx" if "onnx" in formats else "lwtnn"
        if format not in formats:
            msg = f"{self.name} has no file in the format {format!r}; it has {', '.join(sorted(formats))}"
            raise ArgumentError(msg)
        asked = Asked(dict(parameters or {}), format, checks.seed(seed))
        if self.card.kind == "set" and not self.card.sequences:
            data = by_name(data, [each.name for each in self.card.inputs], self.name)
        parts = chosen(self.card, data)
        if len(parts) == 1 and parts[0][1] is None:
            found = self.score_by(0, data, asked)
        elif self.card.networks[0].fold:
            found = crossed(self.card, data, [self.score_by(i, data, asked) for i, _ in parts])
        else:
            found = np.full((rows(data), len(self.card.outputs)), np.nan)
            for i, passing in parts:
                found[passing] = self.score_by(i, data, asked)[passing]
        return found[:, 0] if len(self.card.outputs) == 1 else found

    def score_by(self, i: int, data: Any, asked: Asked) -> Array:
        """Return what one of the networks gives for every event, (n, m)."""
        network = self.card.networks[i]
        run = partial(self._drawn, network, self.run(i, asked.format), asked.seed)
        if self.card.sequences:
            lists = mixed(self.card, network, data, asked.parameters)
            return self._of_complete(run, lists, lists.complete, lists.take)
        if self.card.kind == "set":
            return self._of_columns(run, columns(self.card, network, data, asked.parameters))
        events = structured(self.card, data)
        return self._of_complete(run, events, finite(events), partial(take, events))

    def _of_columns(self, run: Run, matrix: Matrix) -> Array:
        """Return what the events of a matrix give: each piece is read, checked and run while it is at hand."""
        found, sizes = np.empty((matrix.events, len(self.card.outputs))), []

        def score(rows: slice) -> None:
            events, largest = matrix.part(rows)
            sizes.append(largest)
            found[rows] = self._of_complete(run, events, finite(events), partial(take, events))

        # random numbers tell equal events apart by their order among all
        in_pieces(score, matrix.events, PIECE if matrix.network.noise is None else matrix.events or 1)
        if sizes:
            tell_far(matrix.inputs, reduce(np.maximum, sizes))
        return found

    def _of_complete(
        self, run: Run, events: Any, complete: npt.NDArray[np.bool_], taken: Callable[[Any], Any]
    ) -> Array:
        """Return what the events that are complete give, NaN for the others."""
        if complete.all():
            return run(events)
        found = np.full((len(complete), len(self.card.outputs)), np.nan)
        if complete.any():
            found[complete] = run(taken(complete))
        return found

    @staticmethod
    def _drawn(network: Network, run: Run, seed: int, events: Any) -> Array:
        return run(events) if network.noise is None else run(events, noise(events, seed))

    def run(self, i: int, format: str, *, anew: bool = False) -> Run:
        """Return what runs one of the networks on complete inputs, as the file takes them; `anew` as it is on disk now."""
        if anew:
            self._runs.pop((i, format), None)
        if (i, format) not in self._runs:
            network = self.card.networks[i]
            if format not in network.files:
                msg = f"{self.name}: {network.without_lwtnn or 'there is no such file'}"
                raise ArgumentError(msg)
            self._runs[i, format] = runner(self.folder, self.card, network, format)
        return self._runs[i, format]

    @property
    def method_name(self) -> str | None:
        """Name of the method that was trained; None where the card does not say it."""
        training = self.card.about.get("training")
        method = training.get("method") if isinstance(training, Mapping) else None
        name = method.get("method") if isinstance(method, Mapping) else None
        return name if isinstance(name, str) else None

    def knows_unseen(self, data: object) -> bool:
        """Tell whether each event of `data` has a network that has not seen it: events of a cross-training's own dataset have."""
        return knows_unseen(self.card, data)

    @property
    def events_from(self) -> str | None:
        """Fingerprint of the dataset that it was trained on; empty where its networks have several, None where the card says none."""
        return events_from(self.card)

    def verify(self) -> Verification:
        """Check files, card and scores: checksums, the schema, and the reference events in every format.

        Every file is opened anew, and scores that are asked for later are those of the files as they were then. A card that has changed
        since it was read is told, and so is a zip, of which the files are those that were unpacked: load it again.

        Returns
        -------
        Verification
            A row for each check; ``.ok`` tells whether all passed.
        """
        from .verification import verified

        return verified(self)

    def __repr__(self) -> str:
        """Return one line."""
        card, formats = self.card, sorted({name for network in self.card.networks for name in network.files})
        inputs = f"{len(card.inputs) + len(card.sequences)} inputs" if card.kind == "set" else f"one {card.kind} each"
        return (
            f"<preserved network {self.name!r}: {' and '.join(formats)}, {inputs}, outputs {', '.join(self.outputs)}>"
        )
