from __future__ import annotations

import pytest

from hml_jupyter import particles
from hml_jupyter.errors import ProcessError, UnknownNameError


@pytest.mark.parametrize(
    ("name", "ids"),
    [("z", (23,)), ("w-", (-24,)), ("t~", (-6,)), ("l+", (-11, -13)), ("ta+", (-15,)), ("vm~", (-14,)), ("Z", (23,))],
)
def test_expand(name: str, ids: tuple[int, ...]) -> None:
    assert particles.expand(name) == ids


def test_expand_j_has_no_b() -> None:
    assert {5, -5}.isdisjoint(particles.expand("j"))


def test_expand_unknown_lists_near_names() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown particle 'vll~'; near names: .*vl~"):
        particles.expand("vll~")


def test_parse_process_inline_chain() -> None:
    hard, chains = particles.parse_process("p p > z z, z > j j, z > vl vl~")
    assert hard.products == ("z", "z")
    assert [c.text for c in chains] == ["z > j j", "z > vl vl~"]


@pytest.mark.parametrize(
    "text",
    ["", "p p", "p p >", "> z z", "p p > z z > j j", "p > z z", "p p > z z,", "p p > t t~, (t > w+ b", "p p > z z / a"],
)
def test_parse_process_refuses(text: str) -> None:
    with pytest.raises(ProcessError):
        particles.parse_process(text)


@pytest.mark.parametrize("bad", ["\n", ";", "!", "#", "\x00", "\t", "\x1b", '"'])
def test_clean_refuses_what_could_be_a_command(bad: str) -> None:
    with pytest.raises(ProcessError, match="does not belong"):
        particles.parse_process(f"p p > z z{bad}exit")


def test_channels_of_w_minus_are_conjugated_back() -> None:
    # the table is of w+: its third channel's conjugate is mu- vm~
    assert particles.channels(particles.parse_chain("w- > mu- vm~")) == ((-13, 14),)


@pytest.mark.parametrize("text", ["z > e- vm~", "w+ > e- ve~", "t > w- b", "z > g g", "z > z z"])
def test_parse_chain_refuses_decays_that_do_not_exist(text: str) -> None:
    with pytest.raises(ProcessError, match="does not exist"):
        particles.parse_chain(text)


@pytest.mark.parametrize("text", ["j > z z", "l+ > e+ ve", "e- > ve g", "z > j"])
def test_parse_chain_refuses_what_is_not_a_decay(text: str) -> None:
    with pytest.raises(ProcessError, match="is not a decay"):
        particles.parse_chain(text)


def test_check_decays_counts() -> None:
    one, two = particles.parse_chain("z > j j"), particles.parse_chain("z > l+ l-")
    particles.check_decays(["z", "z"], [one])
    particles.check_decays(["z", "z"], [one, two])
    with pytest.raises(ProcessError, match="2 z come out and 3 chains"):
        particles.check_decays(["z", "z"], [one, two, two])
    with pytest.raises(ProcessError, match=r"no z comes out"):
        particles.check_decays(["w+", "w-"], [one])


def test_check_decays_follows_chains() -> None:
    top, w = particles.parse_chain("t > w+ b"), particles.parse_chain("w+ > j j")
    particles.check_decays(["t", "t~"], [top, w])
    with pytest.raises(ProcessError):
        particles.check_decays(["t", "t~"], [w])


def test_decay_lines_leave_the_antiparticle_alone() -> None:
    lines = particles.decay_lines([particles.parse_chain("w+ > e+ ve")])
    assert lines[0] == "24:onMode = 3"
    assert lines.count("24:onIfMatch = -11 12") == 1
    assert "24:onNegIfMatch = 2 -1" in lines
    assert not [line for line in lines if "Pos" in line]


def test_decay_lines_of_both_tops_share_a_channel() -> None:
    chains = [particles.parse_chain("t > w+ b"), particles.parse_chain("t~ > w- b~")]
    assert particles.decay_lines(chains) == ("6:onMode = 0", "6:onIfMatch = 24 5")


def test_decay_lines_of_z() -> None:
    assert particles.decay_lines([particles.parse_chain("z > e+ e-")]) == ("23:onMode = 0", "23:onIfMatch = 11 -11")
