from __future__ import annotations

import re

from hml_jupyter.display.tables import Table, to_html, to_text

TABLE = Table("runs <1>", ("name", "n"), [["zz", "1000"], ["<b>qcd</b>", "20"]], ("a & b",))


def test_to_text() -> None:
    assert to_text(TABLE) == "runs <1>\nname           n\nzz          1000\n<b>qcd</b>    20\na & b"


def test_facts_have_no_head() -> None:
    assert to_text(Table("run", ("", ""), [["seed", "1"]], left=2)) == "run\nseed  1"
    assert "<thead>" not in to_html(Table("run", ("", ""), [["seed", "1"]]))


def test_no_rows() -> None:
    assert to_text(Table("runs", ("name",), [])) == "runs\nname"


def test_to_html_escapes_everything() -> None:
    html = to_html(TABLE)
    assert "<b>" not in html
    assert "&lt;b&gt;qcd&lt;/b&gt;" in html
    assert "runs &lt;1&gt;" in html
    assert "a &amp; b" in html


def test_to_html_has_no_colour() -> None:
    assert not re.search(r"color|background|#[0-9a-f]{3}|<style|class=\"(?!hml-)", to_html(TABLE))
