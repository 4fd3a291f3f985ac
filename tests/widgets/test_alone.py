from __future__ import annotations

import gc
import os
import weakref
from typing import Any

import numpy as np
import pytest
import samples

import hml_jupyter as hml
from hml_jupyter.boards import Board
from hml_jupyter.boards.indexing import within
from hml_jupyter.widgets.alone import Alone


@pytest.fixture
def board() -> Board:
    sources = {"zz": samples.Run(200, 1, "signal"), "qcd": samples.Run(300, 2, "background")}
    return hml.board(hml.build_dataset(sources, hml.Set(["fatjet0.mass", "met"]), signal="zz", seed=1))


@pytest.fixture
def page(board: Board) -> Page:
    return Page(board)


class Page:
    """Asks as the page does."""

    def __init__(self, board: Board) -> None:
        self.alone = Alone(board)
        self.buffers: list[bytes] = []
        self.alone.send = self._hear  # type: ignore[method-assign]

    def _hear(self, content: dict[str, Any], buffers: Any = None) -> None:
        self.reply, self.buffers = content, list(buffers or [])

    def ask(self, action: str, **values: Any) -> dict[str, Any]:
        request = {"type": "request", "id": "1", "panel": "board", "action": action, "values": values}
        self.alone._hear(None, request, [])
        return self.reply


def test_what_is_dragged_is_in_the_board(board: Board, page: Page) -> None:
    found = page.ask("index", observable="met")["value"]
    rows = np.frombuffer(page.buffers[0], "<f8").reshape(found["rows"], 3, 2, -1)
    at = len(found["places"]) // 4
    assert found["code"]["low"][at] == f'hml.select(dataset, ["met >= {found["places"][at]!r}"])'
    assert page.ask("set", moves=[{"observable": "met", "side": "low", "value": found["places"][at]}])["ok"]
    assert board.cuts == (f"met >= {found['places'][at]!r}",)
    assert page.alone.state["cutflow"][-1]["events"] == within(rows[0, 0], at, None).tolist()
    assert page.alone.state["code"] == found["code"]["low"][at]


def test_python_moves_the_page(board: Board, page: Page) -> None:
    version = page.alone.state["version"]
    board.move([("fatjet0.mass", "lower", 50.0)])
    assert page.alone.state["views"][0]["low"] == {"value": 50.0, "text": "50.0", "operator": ">="}
    assert page.alone.state["version"] > version


def test_list_layout_luminosity_and_uncertainty(board: Board, page: Page) -> None:
    assert page.ask("cuts", cuts=[["met > 10", False], ["fatjet0.mass >= 20", True], ["met > 10", True]])["ok"]
    assert board.all_cuts == (("met > 10", False), ("fatjet0.mass >= 20", True), ("met > 10", True))
    look = {"how": "stacked", "below": "ratio", "log": True, "snap": False}
    assert page.ask("layout", observables=["met"], bins={"met": 9}, ranges={}, maps=[], **look)["ok"]
    assert board.layout.observables == ("met",)
    assert page.ask("layout", observables=["met"], **look, luminosity=300, uncertainty=0.1)["ok"]
    assert (board.luminosity, board.uncertainty) == (300.0, 0.1)
    assert page.alone.state["luminosity"] == 300.0


@pytest.mark.parametrize(
    ("action", "values", "says"),
    [
        ("nonsense", {}, "unknown request"),
        ("set", {"moves": []}, "list of thresholds"),
        ("set", {"moves": [{"observable": "met", "side": "low", "value": 1e9}]}, "no event"),
        ("cuts", {"cuts": [["met >", True]]}, "met >"),
        ("cuts", {"cuts": ["met > 10"]}, "list of pairs"),
        ("cuts", {"cuts": [["met > 10", 1]]}, "list of pairs"),
        ("layout", {"observables": ["nothing"]}, "unknown column"),
        ("layout", {"observables": ["met"], "luminosity": -3}, "must be from"),
        ("layout", {"observables": ["met"], "luminosity": 1e300}, "must be from"),
        ("layout", {"observables": ["met"], "uncertainty": [1]}, "must be a number"),
        ("set", {"moves": [{"observable": "met", "side": "low", "value": 10**400}]}, "a threshold must be a number"),
        ("set", {"moves": [{"observable": "met", "side": "low", "value": 1}] * 1000}, "room for 100"),
        ("cuts", {"cuts": [["met > 1", True]] * 100_000}, "room for 100"),
        ("cuts", {"cuts": [["met > \ud800", True]]}, "has no meaning here"),
        ("index", {"observable": "__class__"}, "unknown histogram"),
    ],
)
def test_refusals_are_replies_and_change_nothing(
    board: Board, page: Page, action: str, values: dict[str, Any], says: str
) -> None:
    reply = page.ask(action, **values)
    assert not reply["ok"]
    assert says in reply["error"]
    assert reply["error"].encode()
    assert board.cuts == ()
    assert board.luminosity == 139.0


@pytest.mark.parametrize("request_", [{}, {"panel": "board"}, {"action": 3, "values": [1]}, {"action": ["index"]}])
def test_a_malformed_request_is_refused_in_words(page: Page, request_: dict[str, Any]) -> None:
    page.alone._hear(None, {"type": "request", **request_}, [])
    assert not page.reply["ok"]
    assert "unexpected" not in page.reply["error"]


def states(board: Board, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the versions of all states that are computed from now on."""
    found: list[int] = []
    computed = type(board).state

    def state(self: Board) -> dict[str, Any]:
        made = computed(self)
        found.append(made["version"])
        return made

    monkeypatch.setattr(type(board), "state", state)
    return found


def test_a_closed_page_is_forgotten(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = Alone(board)
    closed.close()
    found = states(board, monkeypatch)
    board.move([("met", "lower", 12.0)])
    assert board.cuts == ("met >= 12.0",)
    assert found == []


def test_a_closed_page_lets_its_board_go() -> None:
    sources = {"zz": samples.Run(50, 1, "signal"), "qcd": samples.Run(50, 2, "background")}
    shown = hml.board(hml.build_dataset(sources, hml.Set(["met"]), signal="zz", seed=1))
    Alone.of(shown).close()
    gone = weakref.ref(shown.dataset)
    del shown
    gc.collect()
    assert gone() is None


def test_one_state_for_each_request(board: Board, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    found = states(board, monkeypatch)
    assert page.ask("set", moves=[{"observable": "met", "side": "low", "value": 12.0}])["ok"]
    assert len(found) == 1
    assert page.ask("cuts", cuts=[["met > 10", True]])["ok"]
    assert page.ask("layout", observables=["met"], luminosity=300)["ok"]
    assert len(found) == 3


def test_a_board_that_is_displayed_again_has_one_page(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [Alone.of(board) for _ in range(10)]
    assert all(page is pages[0] for page in pages)
    found = states(board, monkeypatch)
    board.move([("met", "lower", 12.0)])
    assert len(found) == 1
    pages[0].close()
    assert Alone.of(board) is not pages[0]
    assert len(board.listeners) == 1


def test_looks_and_luminosity_leave_what_was_counted(board: Board, page: Page) -> None:
    counted = page.alone.state["counted"]
    look = {"observables": ["fatjet0.mass", "met"], "how": "stacked", "below": "ratio", "log": True, "snap": True}
    assert page.ask("layout", **look)["ok"]
    assert page.ask("layout", **look, luminosity=300, uncertainty=0.1)["ok"]
    assert page.alone.state["counted"] == counted
    for change in ({"bins": {"met": 9}}, {"ranges": {"met": [0, 90]}}, {"maps": [["met", "fatjet0.mass"]]}):
        assert page.ask("layout", **look, **change)["ok"]
        assert page.alone.state["counted"] != counted
        counted = page.alone.state["counted"]
    board.move([("met", "lower", 12.0)])
    assert page.alone.state["counted"] != counted


def test_expected_events_without_a_luminosity_are_refused(board: Board, page: Page) -> None:
    board.luminosity = None
    look = {"observables": ["met"], "how": "stacked", "below": "ratio", "log": True, "snap": True}
    found = page.ask("layout", **look)
    assert not found["ok"]
    assert "how='stacked' draws expected events, which need a luminosity" in str(found)
    assert board.layout.how == "normalised"
    assert page.ask("layout", **look, luminosity=30)["ok"]
    assert (board.layout.how, board.luminosity) == ("stacked", 30.0)


def test_a_saved_page_holds_all_it_needs(board: Board, tmp_path: Any) -> None:
    board.move([("met", "lower", 12.0)])
    text = board.save_html(tmp_path / "board.html").read_text()
    assert "http://" not in text.replace("http://www.w3.org/", "")
    assert "https://" not in text
    assert "default-src 'none'" in text
    assert text.count("</script>") == 2
    small = board.save_html(tmp_path / "board.html", ["met"]).read_text()
    assert len(small) < len(text)
    (tmp_path / "mine.html").write_text("<p>mine</p>")
    with pytest.raises(hml.errors.PathError, match="no export of hml_jupyter"):
        board.save_html(tmp_path / "mine.html")
    with pytest.raises(hml.errors.UnknownNameError):
        board.save_html(tmp_path / "x.html", ["jet0.pt"])
    with pytest.raises(hml.errors.PathError):
        board.save_html(3)  # type: ignore[arg-type]
    assert board.save_html(tmp_path / "board.html", ["met", "MET"]).read_text() == small
    for wrong in ("met", 3, b"met"):
        with pytest.raises(hml.errors.ArgumentError, match="observables is a list of columns"):
            board.save_html(tmp_path / "board.html", wrong)  # type: ignore[arg-type]


def test_a_page_goes_over_files_of_its_own_only(board: Board, tmp_path: Any) -> None:
    os.mkfifo(tmp_path / "pipe.html")
    for place in (tmp_path, tmp_path / "pipe.html"):
        with pytest.raises(hml.errors.PathError, match="no export of hml_jupyter"):
            board.save_html(place)
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(hml.errors.PathError, match="no export of hml_jupyter"):
        board.save(tmp_path / "pipe.png")


@pytest.mark.parametrize("kind", [".png", ".svg", ".pdf"])
def test_pictures_of_a_board(board: Board, tmp_path: Any, kind: str) -> None:
    assert board.save(tmp_path / f"board{kind}").stat().st_size > 1000
    with pytest.raises(hml.errors.ArgumentError, match="by the end of its name"):
        board.save(tmp_path / "board.gif")
