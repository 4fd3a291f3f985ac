from __future__ import annotations

from pathlib import Path

import pytest

from hml_jupyter.errors import FileFormatError
from hml_jupyter.lhe import event_weights, light_partons, most_light_partons, scales_in_place

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


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        # MadSpin counts without the Z boson; the particles that go out stand at 4 to 8
        ((3, 4, 5, 6, 7), (4, 5, 6, 7, 8)),
        ((4, 5, 6, 7, 8), (4, 5, 6, 7, 8)),
        ((6,), (6,)),
        ((), ()),
    ],
)
def test_scales_in_place(written: tuple[int, ...], expected: tuple[int, ...]) -> None:
    def text(numbers: tuple[int, ...]) -> bytes:
        named = " ".join(f'pt_clust_{number}="{k}.5"' for k, number in enumerate(numbers))
        return lhe(["1.0", "1.0"]).replace(b"</event>", f"<scales {named}></scales>\n</event>".encode())

    assert scales_in_place(text(written)) == text(expected)


NESTED = """<event>
 8 1 1.0 91.2 -1. 0.118
 21 -1 0 0 501 502 0 0 100 100 0 0 9
 21 -1 0 0 502 503 0 0 -100 100 0 0 9
 6 2 1 2 501 0 0 0 0 173 173 0 9
 21 1 1 2 504 503 0 0 0 27 0 0 9
 5 1 3 3 501 0 0 0 40 40 0 0 9
 24 2 3 3 0 0 0 0 -40 133 80 0 9
 -11 1 6 6 0 0 0 0 -40 60 0 0 9
 12 1 6 6 0 0 0 0 0 73 0 0 9
<scales {scales}></scales>
</event>
"""


@pytest.mark.parametrize(
    "numbers",
    [
        # all particles; without the top that MadSpin has decayed
        (3, 4, 5, 6, 7, 8),
        (4, 5, 6, 7, 8),
    ],
)
def test_scales_in_place_of_decays_in_decays(numbers: tuple[int, ...]) -> None:
    def text(numbers: list[int] | tuple[int, ...]) -> bytes:
        named = " ".join(f'pt_clust_{number}="{k}.5"' for k, number in enumerate(numbers))
        head = HEAD.format(strategy=-4)
        return (head + NESTED.format(scales=named) + "</LesHouchesEvents>\n").encode()

    assert scales_in_place(text([*range(3, 3 + len(numbers))])) == text(numbers)


def test_scales_in_place_that_madspin_has_forgotten() -> None:
    """It has written the scale of the event, 91.2 GeV, at the top and what comes out of it."""

    def text(scales: dict[int, str]) -> bytes:
        named = " ".join(f'pt_clust_{number}="{scale}"' for number, scale in scales.items())
        return (HEAD.format(strategy=-4) + NESTED.format(scales=named) + "</LesHouchesEvents>\n").encode()

    forgotten = dict.fromkeys(range(3, 9), "91.20000")
    collision = dict.fromkeys(range(3, 9), "13000.00000")
    for jet in ("25.5", "91.2"):
        assert scales_in_place(text(forgotten | {4: jet})) == text(collision | {4: jet})
