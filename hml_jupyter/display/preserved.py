"""How preserved networks, and what was found of them, show themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..canonical import file_sha256
from ..records import RECORD
from .numbers import count, number
from .results import is_outside
from .tables import Table

__all__ = ["files_read", "preserved_table", "verification_numbers", "verification_table"]

#: More inputs than that are counted, not listed.
MOST = 12


def preserved_table(preserved: Any, lacking: Sequence[str]) -> Table:
    """Return what a preserved network takes and gives; `lacking` is what its card does not say."""
    card = preserved.card
    rows = [
        ["networks", "; ".join(_network(each) for each in card.networks)],
        ["inputs", _inputs(card)],
        ["outputs", "; ".join(f"{each.name}: {each.meaning}" if each.meaning else each.name for each in card.outputs)],
    ]
    if card.points:
        rows.append(["working points", ", ".join(each.text for each in card.points)])
    if preserved.record:
        summary = preserved.record["summary"]
        differences = {
            name: summary[f"{name}_difference"] for name in ("onnx", "lwtnn") if f"{name}_difference" in summary
        }
        rows.append(["agreement", ", ".join(f"{name} {number(value, 2)}" for name, value in differences.items())])
    notes = (f"its card does not say: {'; '.join(lacking)}",) if lacking else ()
    return Table(f"preserved network: {card.name}", ("", ""), rows, (*notes, *preserved.stale), left=2)


def files_read(preserved: Any) -> dict[str, dict[str, Any]]:
    """Return the files of a bundle that was read, as inputs: a replay brings them along. None of one from elsewhere."""
    folder, path = preserved.folder, preserved.path
    if path is None or is_outside(path):
        return {}
    if preserved.archive is not None:
        return {preserved.archive.name: {"path": path, "fingerprint": preserved.archive_sha256, "file": True}}
    named = {"card.yaml", RECORD, *(file for each in preserved.card.networks for file in each.files.values())}
    named |= {
        f"validation/reference_{i}.{end}" for i, _ in enumerate(preserved.card.networks) for end in ("csv", "npz")
    }
    names = sorted({*named, *preserved.record.get("files", ())})
    return {
        name: {"path": f"{path}/{name}", "fingerprint": file_sha256(folder / name), "file": True}
        for name in names
        if not is_outside(name) and (folder / name).is_file()
    }


def verification_table(found: Any) -> Table:
    """Return a row for each check."""
    words = {True: "ok", False: "wrong", None: "not checked"}
    rows = [[check.what, words[check.ok], check.text] for check in found.checks]
    return Table(f"verification of {found.name}: {found.text}", ("check", "", "found"), rows, left=3)


def verification_numbers(found: Any) -> Any:
    """Return what a replay compares."""
    return {check.what: check.ok for check in found.checks}


def _network(network: Any) -> str:
    where = f" where {network.when}" if network.when else ""
    built = f": {network.architecture}" if network.architecture else ""
    return f"{' and '.join(network.files)}{where}{built}"


def _inputs(card: Any) -> str:
    if card.kind != "set":
        return f"one {card.kind} for each event"
    return "; ".join([*([_listed(card.inputs)] if card.inputs else []), *map(_sequence, card.sequences)])


def _sequence(each: Any) -> str:
    """Return what a list of objects is, and what is known of each of them."""
    of = [each.objects] if isinstance(each.objects, str) else each.objects or ["what is given"]
    order = each.order if each.order.startswith("as ") else f"by {each.order}"
    most = "" if each.length is None else f", the {each.keep} {each.length}"
    return f"{each.name}: {', '.join(of)} {order}{most} ({_listed(each.variables)})"


def _listed(inputs: Any) -> str:
    names = [f"{each.name} [{each.unit}]" if each.unit else each.name for each in inputs]
    more = f" and {count(len(names) - MOST)} more" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + more
