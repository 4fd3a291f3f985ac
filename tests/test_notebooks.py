from __future__ import annotations

from hml_jupyter.notebooks import Notebooks


def cells(*numbers: str, edited: str = "") -> list[dict[str, object]]:
    return [{"record_id": number, "edited": number == edited} for number in numbers]


def test_look_tells_what_has_come_and_gone() -> None:
    found = Notebooks()
    assert found.look("a", cells("0001", "0002")) == ({"0001", "0002"}, set())
    assert found.look("a", cells("0002", "0003")) == ({"0003"}, {"0001"})
    assert found.has_had("a", "0001")
    assert not found.has_had("b", "0001")
    assert found.highest == 3


def test_state_is_that_of_any_notebook() -> None:
    found = Notebooks()
    found.look("a", cells("0001"))
    assert (found.state("0001"), found.state("0002")) == ("here", "missing")
    found.look("b", cells("0001", edited="0001"))
    assert found.state("0001") == "edited"
    found.removed("b", "0001")
    assert found.state("0001") == "here"


def test_placed_as_the_user_edited_it() -> None:
    found = Notebooks()
    found.placed("a", "0001", edited=True)
    found.placed("a", "0002")
    assert (found.state("0001"), found.state("0002")) == ("edited", "here")


def test_in_order_is_asked_of_every_notebook() -> None:
    found = Notebooks()
    found.look("a", cells("0000", "0001", "0002"))
    assert found.in_order
    found.look("b", cells("0002", "0001"))
    assert not found.in_order
