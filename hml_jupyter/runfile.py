"""The Parquet file in which a run keeps its events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from .errors import FileFormatError, UnknownNameError

if TYPE_CHECKING:
    import awkward as ak

__all__ = ["PARQUET", "RUN_FILE", "join_run", "read_groups", "read_run", "run_batches", "run_groups"]

#: File of the events inside the folder of a run.
RUN_FILE = "events.parquet"
#: Events that `run_batches` reads at once.
BATCH = 10_000
#: Events in a row group, at least: few of them read faster.
GROUP_EVENTS = 5000
#: Floats repeat nowhere: without dictionaries Parquet is smaller and four times as fast.
PARQUET = {"compression": "zstd", "use_dictionary": False}
#: What runs have had since they hold generator-level jets.
GENERATED = ("GenJet", "GenFatJet", "GenMissingET")
#: What Parquet puts between the names of lists and of what they hold.
LISTS = ("list", "element", "item")


def read_run(folder: Path, columns: Sequence[str] | None = None) -> ak.Array:
    """Return the events of a saved run, or some columns of them.

    Parameters
    ----------
    folder : Path
        Folder of the run.
    columns : sequence of str, optional
        Branches (``"Jet"``) or fields (``"Jet.PT"``, ``"FatJet.Constituents.PT"``); all by default.

    Raises
    ------
    UnknownNameError
        A column that the run has not.
    """
    with _RunFile(folder) as file:
        return file.read(None, columns)


def run_batches(folder: Path, columns: Sequence[str] | None = None) -> Iterator[ak.Array]:
    """Yield the events of a saved run some thousands at a time, in memory that does not grow with the run.

    Parameters
    ----------
    folder, columns
        As for `read_run`.

    Raises
    ------
    UnknownNameError
        A column that the run has not.
    """
    with _RunFile(folder) as file:
        for groups in file.groups(BATCH):
            yield file.read(groups, columns)


def run_groups(folder: Path, events: int) -> list[tuple[int, list[int]]]:
    """Return how a saved run is read piece by piece: number of the first event, and the row groups of each piece.

    Parameters
    ----------
    folder : Path
        Folder of the run.
    events : int
        A piece has at least so many, if there are as many.
    """
    with _RunFile(folder) as file:
        pieces, first = [], 0
        for groups in file.groups(events):
            pieces.append((first, groups))
            first += sum(file.file.metadata.row_group(index).num_rows for index in groups)
        return pieces


def read_groups(folder: Path, groups: list[int], columns: Sequence[str] | None = None) -> ak.Array:
    """Return the events of a piece that `run_groups` gives.

    Parameters
    ----------
    folder, columns
        As for `read_run`.
    groups : list of int
        Row groups.
    """
    with _RunFile(folder) as file:
        return file.read(groups, columns)


def join_run(folder: Path, names: Sequence[str]) -> None:
    """Write the events of a run from its parts, reading some of them at a time.

    Parameters
    ----------
    folder : Path
        Folder of the run; the parts lie in it.
    names : sequence of str
        The parts in order, without their ``.parquet``.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pq.read_schema(folder / f"{names[0]}.parquet")
    group: list[Any] = []
    with pq.ParquetWriter(folder / RUN_FILE, schema, **PARQUET) as writer:
        for name in names:
            group.append(pq.read_table(folder / f"{name}.parquet").cast(schema))
            if name == names[-1] or sum(len(table) for table in group) >= GROUP_EVENTS:
                writer.write_table(pa.concat_tables(group))
                group.clear()


class _RunFile:
    """The Parquet file of a run, open."""

    def __init__(self, folder: Path) -> None:
        self.name = f"{folder.name}/{RUN_FILE}"
        file = folder / RUN_FILE
        if not file.is_file():
            msg = f"{folder.name}: expected the folder of a run; found one without {RUN_FILE}"
            raise FileFormatError(msg)
        import pyarrow.parquet as pq

        try:
            self.file = pq.ParquetFile(file)
        except (OSError, ValueError) as error:
            raise self._damaged(error) from error
        paths = (self.file.schema.column(i).path for i in range(len(self.file.schema)))
        #: Name of a column as it is asked for -> its path in Parquet.
        self.leaves = {".".join(p for p in path.split(".") if p not in LISTS): path for path in paths}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def groups(self, batch: int) -> Iterator[list[int]]:
        """Yield row groups that hold about `batch` events together."""
        together: list[int] = []
        events = 0
        for index in range(self.file.num_row_groups):
            together.append(index)
            events += self.file.metadata.row_group(index).num_rows
            if events >= batch or index == self.file.num_row_groups - 1:
                yield together
                together, events = [], 0

    def read(self, groups: list[int] | None, columns: Sequence[str] | None) -> ak.Array:
        """Return columns of some row groups."""
        import awkward as ak

        paths = None if columns is None else self._paths(columns)
        try:
            table = self.file.read(paths) if groups is None else self.file.read_row_groups(groups, paths)
        except (OSError, ValueError) as error:
            raise self._damaged(error) from error
        # a chunk for each row group would be converted and joined one by one
        array = ak.from_arrow(table.combine_chunks())
        return array if columns is None else ak.transform(_solid, array)

    def _paths(self, columns: Sequence[str]) -> list[str]:
        branches = {
            ".".join(name.split(".")[:depth]) for name in self.leaves for depth in range(1, name.count(".") + 1)
        }
        for column in columns:
            if column not in self.leaves and column not in branches:
                raise UnknownNameError("column", column, [*self.leaves, *sorted(branches)], hint=self._lacks(column))
        return [
            path for name, path in self.leaves.items() if any(f"{name}.".startswith(f"{each}.") for each in columns)
        ]

    def _lacks(self, column: str) -> str:
        is_older = column.partition(".")[0] in GENERATED and not any(n.startswith(GENERATED) for n in self.leaves)
        why = ", which was made before runs held jets of generated particles: make it again by the same call"
        return f"It is missing in {self.name}{why if is_older else ''}"

    def _damaged(self, error: Exception) -> FileFormatError:
        return FileFormatError(
            f"{self.name}: expected Parquet; it cannot be read ({str(error)[:100]}); move the folder away to compute it again"
        )


def _solid(layout: Any, **_: Any) -> Any:
    """Drop the option types that pyarrow adds to lists when only some fields of their records are read."""
    import awkward as ak

    return ak.transform(_solid, layout.project(), highlevel=False) if layout.is_option else None
