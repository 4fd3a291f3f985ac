from __future__ import annotations

from typing import Any

import samples

import hml_jupyter as hml
from hml_jupyter.boards import Board
from hml_jupyter.boards.codes import codes, select_text
from hml_jupyter.boards.live import answer


def written(board: Board, observable: str) -> tuple[list[float], dict[str, Any]]:
    value, _ = answer(board, "index", {"observable": observable})
    return value["places"], codes(board, value, select_text)


def test_every_place_is_the_cell_that_is_written() -> None:
    sources = {"zz": samples.Run(200, 1, "signal"), "qcd": samples.Run(300, 2, "background")}
    dataset = hml.build_dataset(sources, hml.Set(["fatjet0.pt", "jet0.pt"]), signal="zz", seed=1)
    cuts = ["fatjet0.pt >= 100.0", "jet0.pt > 50", "jet0.pt < 400"]
    board = hml.board(dataset, cuts=cuts)
    places, found = written(board, "jet0.pt")
    for side, long, end in (("low", "lower", 0), ("high", "upper", len(places) - 1)):
        for at, place in enumerate(places):
            moved = board.after([("jet0.pt", long, None if at == end else place)])
            assert found[side][at] == select_text([text for text, _ in moved])
            assert '"fatjet0.pt >= 100.0"' in found[side][at]
    assert found["high"][places.index(400.0)] == select_text(cuts)
