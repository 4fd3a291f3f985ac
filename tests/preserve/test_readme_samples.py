from __future__ import annotations

from typing import Any

from hml_jupyter.preserve.readme_samples import sample_lines

ZZ: dict[str, Any] = {
    "process": {
        "process": "p p > z z",
        "decays": ["z > j j", "z > vl vl~"],
        "ecm": 13000,
        "settings": {"pt_min_pdg": {"23": 200}, "ptj": 20},
    },
    "generator": "pythia8",
    "detector": "cms",
    "cross_section": 0.03287731906506209,
    "error": 0.0002484882932115165,
    "generated": 2000,
}


def lines(**more: Any) -> str:
    (line,) = sample_lines({"zz": ZZ | more})
    return line


def test_the_physics_of_a_sample_is_said() -> None:
    assert lines() == (
        "- zz: `p p > z z, z > j j, z > vl vl~`, 13 TeV, `pt_min_pdg[23] = 200`, `ptj = 20`, generator pythia8, detector cms, "
        "cross section 0.03288 ± 0.00025 pb, 2\N{NARROW NO-BREAK SPACE}000 generated events"
    )


def test_two_lines_unequal_beams_a_model_and_its_parameters() -> None:
    made = {"process": ["p e- > e- j", "p e- > ve j"], "ecm": 318.1, "beams": [920.0, 27.5], "model": "mssm"}
    line = lines(process=made | {"parameters": {"mt": 173.0}}, collider="p e- 920 x 27.5 GeV")
    assert line.startswith("- zz: `p e- > e- j; p e- > ve j`, p e- 920 x 27.5 GeV, `mt = 173.0`, model mssm, generator")


def test_what_is_not_known_is_left_out() -> None:
    assert list(
        sample_lines({"data": {}, "table": {"cross_section": None, "generated": 5}, "text": {"process": "WW"}})
    ) == [
        "- data",
        "- table: 5 generated events",
        "- text: WW",
    ]
