from __future__ import annotations

from pathlib import Path

import pytest

from hml_jupyter.errors import FileFormatError
from hml_jupyter.lhe import event_weights, light_partons, most_light_partons

HEAD = """<LesHouchesEvents version="3.0">
<init>
2212 2212 6500 6500 0 0 1 1 {strategy} 1
5.0 0.1 5.0 1
</init>
"""
#: u g > b Z u with Z > d d~: beside the products of the resonance a light quark and a b
EVENT = """<event>
 8 1 {weight} 91.2 -1. 0.118
 2 -1 0 0 501 0 0 0 100 100 0 0 9
 21 -1 0 0 502 501 0 0 -100 100 0 0 9
 23 2 1 2 0 0 0 0 0 91.2 91.2 0 9
 1 1 3 3 503 0 0 0 45.6 45.6 0 0 9
 -1 1 3 3 0 503 0 0 -45.6 45.6 0 0 9
 2 1 1 2 502 0 0 0 50 50 0 0 9
 5 1 1 2 504 0 0 0 50 50 0 0 9
 11 1 1 2 0 0 0 0 50 50 0 0 9
</event>
"""


def lhe(weights: list[str], strategy: int = -4) -> bytes:
    events = "".join(EVENT.format(weight=weight) for weight in weights)
    return (HEAD.format(strategy=strategy) + events + "</LesHouchesEvents>\n").encode()


@pytest.mark.parametrize(("strategy", "expected"), [(-4, [2.0, -0.5]), (4, [2.0, -0.5]), (-3, [1.0, -1.0])])
def test_event_weights(strategy: int, expected: list[float]) -> None:
    assert event_weights(lhe(["2.0", "-0.5"], strategy)).tolist() == expected


@pytest.mark.parametrize(("flavours", "expected"), [(4, 1), (5, 2)])
def test_light_partons_are_those_of_no_resonance(study: Path, flavours: int, expected: int) -> None:
    text = lhe(["1.0", "1.0"])
    assert light_partons(text, flavours).tolist() == [expected, expected]
    (study / "z.lhe").write_bytes(text)
    assert most_light_partons(study / "z.lhe", flavours) == expected


def test_most_light_partons_of_a_file_without_events(study: Path) -> None:
    (study / "z.lhe").write_bytes(lhe([]))
    assert most_light_partons(study / "z.lhe", 4) == 0


def test_most_light_partons_refuses_what_is_no_particle(study: Path) -> None:
    (study / "z.lhe").write_bytes(lhe(["1.0"]).replace(b" 5 1 1 2 ", b" x 1 1 2 "))
    with pytest.raises(FileFormatError, match=r"z.lhe: expected an LHE file; a particle of an event cannot be read"):
        most_light_partons(study / "z.lhe", 4)
