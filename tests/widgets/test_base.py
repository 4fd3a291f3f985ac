from __future__ import annotations

import pytest

from hml_jupyter.widgets.base import FieldError, number


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [("10,000", int, 10_000), ("1,234,567", int, 1_234_567), ("-1,000", int, -1000), ("10 000", int, 10_000),
     ("0.5", float, 0.5), ("1 000.5", float, 1000.5), ("1e-3", float, 1e-3)],
)  # fmt: skip
def test_number(text: str, kind: type[int | float], expected: float) -> None:
    assert number({"x": text}, "x", kind) == expected


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [("0,5", int, "a whole number"), ("1,0000", int, "a whole number"), ("0,500", int, "a whole number"),
     ("0,5", float, r"write 0\.5 with a point"), ("13,000", float, r"write 13000 or 13\.000 with a point"),
     ("1,234.5", float, r"write 1234\.5$"), ("0,500", float, r"write 0\.500 with a point")],
)  # fmt: skip
def test_number_takes_no_decimal_comma(text: str, kind: type[int | float], says: str) -> None:
    with pytest.raises(FieldError, match=says) as caught:
        number({"x": text}, "x", kind)
    assert caught.value.field == "x"
