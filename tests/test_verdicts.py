from __future__ import annotations

from typing import Any

import nbformat
import pytest

from hml_jupyter.display import RECORD
from hml_jupyter.verdicts import DIFFERENT, EQUAL, IDENTICAL, NOTHING, judge


def cell(record: dict[str, Any] | None) -> Any:
    outputs = [nbformat.v4.new_output("execute_result", {RECORD: record})] if record is not None else []
    return nbformat.v4.new_code_cell("x = hml.f()\nx", outputs=outputs)


def verdict(old: Any, new: Any, *, key: str = "summary", elsewhere: bool = True) -> str:
    now = {"versions": {"numpy": "2" if elsewhere else "1"}, key: new, "platform": "p"}
    then = {"versions": {"numpy": "1"}, key: old, "platform": "p"}
    if key == "summary":
        now["fingerprint"], then["fingerprint"] = "a", "b"
    step = judge(1, cell(then), cell(now))
    if step.verdict == EQUAL:
        assert "numpy 1 -> 2" in step.note
    return step.verdict


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"n": 10_000}, {"n": 10_500}, EQUAL),
        ({"n": 10_000}, {"n": 11_000}, DIFFERENT),
        ({"n": 0}, {"n": 20}, EQUAL),
        ({"n": 0}, {"n": 30}, DIFFERENT),
        ({"n": -3}, {"n": -4}, EQUAL),
        ({"auc": 0.900}, {"auc": 0.905}, EQUAL),
        ({"auc": 0.900}, {"auc": 0.92}, DIFFERENT),
        ({"auc": None}, {"auc": 0.9}, DIFFERENT),
        ({"auc": True}, {"auc": 0}, DIFFERENT),
        ({"cross_section": 1.00, "error": 0.02}, {"cross_section": 1.05, "error": 0.022}, EQUAL),
        ({"cross_section": 1.00, "error": 0.02}, {"cross_section": 1.2, "error": 0.02}, DIFFERENT),
        ({"expected": 40.0, "error": 4.0}, {"expected": 65.0, "error": 5.0}, EQUAL),
        ({"expected": 40.0, "error": 1.0}, {"expected": 65.0, "error": 1.0}, DIFFERENT),
        ({"expected": None, "error": None}, {"expected": 65.0, "error": 1.0}, DIFFERENT),
        ({"events": 100, "efficiency": 0.01}, {"events": 130, "efficiency": 0.013}, EQUAL),
        ({"events": 0, "efficiency": 0.0}, {"events": 9, "efficiency": 0.0009}, EQUAL),
        ({"events": 10_000, "relative": 0.5}, {"events": 10_000, "relative": 0.6}, DIFFERENT),
        ({"events": 9, "relative": None}, {"events": 9, "relative": 0.6}, DIFFERENT),
        ({"seed": 42}, {"seed": 43}, DIFFERENT),
        ({"cuts": ["a > 1"]}, {"cuts": ["a > 1.001"]}, DIFFERENT),
        ({"a": [1.0]}, {"a": [1.0, 1.0]}, DIFFERENT),
        ({"a": 1.0}, {"b": 1.0}, DIFFERENT),
    ],
)
def test_tolerance_holds_for_other_versions_only(old: Any, new: Any, expected: str) -> None:
    assert verdict(old, new) == expected
    assert verdict(old, new, key="table") == expected
    assert verdict(old, new, elsewhere=False) == DIFFERENT
    assert verdict(old, old, key="table") == IDENTICAL


@pytest.mark.parametrize("key", ["summary", "table"])
@pytest.mark.parametrize(
    ("before", "now", "verb", "expected"),
    [
        (2, 1, "train", EQUAL),
        (2, 2, "train", DIFFERENT),
        (None, 1, "train", DIFFERENT),
        (2, 1, "generate", DIFFERENT),
        (2, 1, "build_dataset", DIFFERENT),
    ],
)
def test_other_cores_are_another_machine_for_networks(
    before: int | None, now: int, verb: str, expected: str, key: str
) -> None:
    def record(cores: int | None, auc: float) -> Any:
        about = {"verb": verb, "fingerprint": str(auc)} if key == "summary" else {"verb": verb}
        known = {"cores": cores} if cores is not None else {}
        return {**about, key: {"auc": auc}, "versions": {}, "platform": "p", **known}

    step = judge(1, cell(record(before, 0.9)), cell(record(now, 0.9001)))
    assert step.verdict == expected
    assert ("2 -> 1 processor cores" in step.note) == (expected == EQUAL)
    assert judge(1, cell(record(before, 0.9)), cell(record(now, 0.95))).verdict == DIFFERENT
    assert judge(1, cell(record(before, 0.9)), cell(record(now, 0.9))).verdict == IDENTICAL


@pytest.mark.parametrize(
    ("recipe", "inputs", "summary", "expected"),
    [
        ("r2", {"lhe": {"fingerprint": "i"}}, {"n": 10}, EQUAL),
        ("r2", {"lhe": {"fingerprint": "i"}}, {"n": 99}, DIFFERENT),
        ("r1", {"lhe": {"fingerprint": "i"}}, {"n": 10}, DIFFERENT),
        ("r2", {"lhe": {"fingerprint": "j"}}, {"n": 10}, DIFFERENT),
        (None, {"lhe": {"fingerprint": "i"}}, {"n": 10}, DIFFERENT),
    ],
)
def test_another_recipe_of_the_same_call_is_a_later_algorithm(
    recipe: str | None, inputs: Any, summary: Any, expected: str
) -> None:
    about = {"verb": "shower", "versions": {}, "platform": "p"}
    then = {**about, "fingerprint": "a", "recipe": "r1", "inputs": {"lhe": {"fingerprint": "i"}}, "summary": {"n": 10}}
    now = {**about, "fingerprint": "b", "recipe": recipe, "inputs": inputs, "summary": summary}
    step = judge(1, cell(then), cell(now))
    assert step.verdict == expected
    assert ("hml.shower has changed since it was recorded" in step.note) == (expected == EQUAL or summary["n"] == 99)


def test_cell_without_result_is_nothing_or_different() -> None:
    assert judge(1, cell(None), cell({"fingerprint": "a"})).verdict == NOTHING
    assert judge(1, cell({"fingerprint": "a"}), cell(None)).verdict == DIFFERENT
    assert judge(1, cell({"fingerprint": "a"}), None).verdict == DIFFERENT
