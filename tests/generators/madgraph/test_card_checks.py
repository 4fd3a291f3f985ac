"""Cards come from anywhere: what is no setting is refused with its line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hml_jupyter.errors import ArgumentError, PathError
from hml_jupyter.generators.madgraph.card_checks import check_card
from hml_jupyter.generators.madgraph.cards import kind_of, read_cards

GOOD = {
    "madspin": "# comment; !rm\nset max_weight_ps_point 400  # points\nset spinmode onshell\ndefine q = u d\ndecay t > w+ b, w+ > q q~\nlaunch\n",
    "pythia8": "! comment\nMain:numberOfEvents = -1\nHEPMCoutput:file = auto\nPartonLevel:MPI = off\n23:onMode = off\nJetMatching:qCut = 30\n",
    "delphes": (
        "set ExecutionPath {\n  Merger\n}\nmodule Efficiency Tracks {\n  set EfficiencyFormula { (pt <= 0.1) * (0.00) + \\\n"
        "    (abs(eta) <= 1.5) * 0.95 }\n  set pi [expr {acos(-1)}]\n  for {set i -60} {$i <= 60} {incr i} {\n"
        "    add EtaPhiBins [expr {$i * 0.1}] $PhiBins\n  }\n}\n"
    ),
}
BAD = [
    ("madspin", "decay z > e+ e-\nimport /home/me/other.lhe", "import"),
    ("madspin", "set ms_dir /tmp/evil\ndecay z > e+ e-", "ms_dir"),
    ("madspin", "set curr_dir /tmp\ndecay z > e+ e-", "curr_dir"),
    ("madspin", "decay z > e+ e-; shell rm -rf x", "shell"),
    ("madspin", "decay z > e+ e-\nlaunch -x", "launch -x"),
    ("madspin", "decay z > e+ e-\n!touch x", "touch"),
    ("pythia8", "PartonLevel:MPI = off\nBeams:LHEF = /etc/passwd", "LHEF"),
    ("pythia8", "PartonLevel:MPI = off\nHEPMCoutput:file = /tmp/x.hepmc", "HEPMCoutput"),
    ("pythia8", "PartonLevel:MPI = off\nMain:writeHepMC = on", "writeHepMC"),
    ("pythia8", "PartonLevel:MPI = off\nInit:reuseMPIinit = 1", "Init"),
    ("pythia8", "PartonLevel:MPI = off\ninclude = other.cmnd", "include"),
    ("delphes", "module A B {\n}\nexec touch x", "exec"),
    ("delphes", "module A B {\n set f [open x w]\n}", "open"),
    ("delphes", "module A B {\n set x [ex\\ec ls]\n}", "ec ls"),
    ("delphes", "module A B {\n set e ex\n append e ec\n $e ls\n}", "e ls"),
    ("delphes", "module A B {\n set a 1; set b 2\n}", ";"),
    ("delphes", "module A B {\n ::tcl::x ls\n}", "::tcl"),
    ("delphes", "module A B {\n source other.tcl\n}", "source"),
]


@pytest.mark.parametrize("kind", GOOD)
def test_settings_are_taken(kind: str, tmp_path: Path) -> None:
    (tmp_path / "card.dat").write_text(GOOD[kind])
    assert kind_of(GOOD[kind]) == kind
    assert read_cards([tmp_path / "card.dat"]) == {kind: GOOD[kind]}


@pytest.mark.parametrize(("kind", "text", "line"), BAD)
def test_commands_are_refused(kind: str, text: str, line: str, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=f"my card: .*{line}.* is not taken in a {kind} card"):
        check_card(kind, text, "my card")
    (tmp_path / "card.dat").write_text(text)
    with pytest.raises(ArgumentError):
        read_cards([tmp_path / "card.dat"])


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for place in (tmp_path / "fifo", tmp_path, Path("/dev/zero"), tmp_path / ("x" * 5000), "a\0b"):
        with pytest.raises(PathError, match="cannot be read"):
            read_cards([place])


def test_kind_of_many_blank_lines_is_quick() -> None:
    assert kind_of("\n" * 200_000) is None
