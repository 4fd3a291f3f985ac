from __future__ import annotations

import subprocess
from pathlib import Path

import awkward as ak
import numpy as np
import pytest

import hml_jupyter as hml
from hml_jupyter.preserve.conditions import condition

CUTS = [
    "jet.size == 2",
    "jet0.pt > 30 and jet1.pt > 30",
    "not jet1.pt > 30",
    "jet0.pt > 50 or met < 20",
    "jet0.eta > -1",
    "20 < jet0.pt <= 60",
    "jet0.pt in [20, 60]",
    "jet0.pt / jet1.pt > 1.5",
    "jet.size / 2 > 0.75",
    "jet.size - 3 < 0",
    "-jet0.eta > 0.5 and abs(jet0.eta) < 2",
    "sqrt(jet0.pt) + 2 * log(met) ** 2 > 20",
    "max(jet0.pt, met) > 45 and min(jet0.pt, met, 50) < 40",
    "jet0,jet1.delta_eta > 0",
    "jet.size != 2",
    "sqrt(met - 40) != 3",  # NaN below 40 GeV
]
MAIN = """
#include <algorithm>
#include <cmath>
#include <iostream>
#include <vector>
struct Jet {{ double p, e; double Pt() const {{ return p; }} double Eta() const {{ return e; }} }};
int main() {{
  int n; double m;
  while (std::cin >> n >> m) {{
    std::vector<Jet> jets(n);
    for (Jet& each : jets) std::cin >> each.p >> each.e;
    const Jet met{{m, 0}};
    std::cout << {written} << "\\n";
  }}
}}
"""


def test_written_cuts_pass_the_same_events(tmp_path: Path) -> None:
    """Every cut, compiled with structures of our own, against its evaluation on events with none, one and more jets."""
    rng = np.random.default_rng(1)
    sizes = rng.integers(0, 5, 300)
    pt = ak.unflatten(rng.uniform(15, 80, sizes.sum()), sizes)
    jets = ak.zip(
        {"PT": pt[ak.argsort(pt, ascending=False)], "Eta": ak.unflatten(rng.normal(0, 2, sizes.sum()), sizes)}
    )
    met = rng.uniform(5, 80, 300)
    events = ak.zip({"Jet": jets, "MissingET": ak.zip({"MET": met[:, None]})}, depth_limit=1)
    written = [condition(cut, "simple") for cut in CUTS]
    assert None not in written
    (tmp_path / "main.cc").write_text(MAIN.format(written=" << ' ' << ".join(str(each) for each in written)))
    subprocess.run(["g++", "-O0", "-std=c++17", "main.cc", "-o", "main"], cwd=tmp_path, check=True)
    lines = [
        " ".join([f"{len(event)} {m!r}", *(f"{float(each.PT)!r} {float(each.Eta)!r}" for each in event)])
        for event, m in zip(jets, met.tolist(), strict=True)
    ]
    out = subprocess.run([tmp_path / "main"], input="\n".join(lines), capture_output=True, text=True, check=True).stdout
    found = np.array([line.split() for line in out.splitlines()], int).astype(bool)
    for cut, passed in zip(CUTS, found.T, strict=True):
        expected = hml.Cut(cut)(events)
        assert 0 < expected.sum() < 300, cut
        np.testing.assert_array_equal(passed, expected, err_msg=cut)


@pytest.mark.parametrize(
    "cut",
    [
        "jet.pt > 30",
        "any jet.pt > 30",
        "jet[pt > 30].size > 1",
        "fatjet0.tau21 < 0.5",
        "max(jet.pt) > 30",
        "column.x > 1",
    ],
)
def test_what_is_not_written(cut: str) -> None:
    assert condition(cut, "rivet") is None
    assert condition(f"met > 10 and not ({cut})", "rivet") is None
