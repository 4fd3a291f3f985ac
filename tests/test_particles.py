from __future__ import annotations

import pytest

from hml_jupyter import particles
from hml_jupyter.errors import ArgumentError, ProcessError, UnknownNameError


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
    [
        *(
            "",
            "p p",
            "p p >",
            "> z z",
            "p > z z",
            "p p > z z,",
            "p p > t t~, (t > w+ b",
            "p p > (z z)",
            "p p > z > > z",
        ),
        *(
            "p p > z z /",
            "p p > z z / a / h",
            "p p > z | h",
            "p p > z z $(ls)",
            "p p > z z QED!=2",
            "p p > z z QED<=-1",
        ),
        *(
            "p p > z z @1 @2",
            "p p > z z, z z > j j",
            "p p > z z --no_warning=duplicate",
            "p p > 23 23",
            "p p > z z @1 h",
        ),
    ],
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


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("p p>t t~,t>w+ b,w+>j j", "p p > t t~, (t > w+ b, w+ > j j)"),
        ("p p > t t~ / h $$ a $ z QED=2 @1, (t > w+ b, w+ > j j)", "p p > t t~ $ z $$ a / h QED<=2, (t > w+ b, w+ > j j) @1"),
        ("p p > z|a > e+ e-", "p p > z | a > e+ e-"),
        ("p p > t t~, t > w+ b @ 2 QCD = 4", "p p > t t~, t > w+ b @2 QCD<=4"),
        ("p p > w+{0} w-{T}", "p p > w+{0} w-{T}"),
        ("p p > 2j Z", "p p > j j z"),
        ("p p > t t~ QCD^2==4 QED>1", "p p > t t~ QCD^2==4 QED>1"),
    ],
)  # fmt: skip
def test_parse_line_writes_what_madgraph_reads(text: str, written: str) -> None:
    line = particles.parse_line(text)
    assert line.render() == written
    assert particles.parse_line(written) == line


def test_parse_line_of_loops() -> None:
    with pytest.raises(ProcessError, match="only leading order"):
        particles.parse_line("p p > t t~ [QCD]")


def test_line_extras_are_what_only_madgraph_does() -> None:
    assert particles.parse_line("p p > z z, z > j j").extras == ()
    assert particles.parse_line("p p > z z $ a QED=2, (z > e+{L} e-) @1").extras == ("$ a", "QED<=2", "@1", "e+{L}")


def test_names_of_models() -> None:
    assert particles.names_of("MSSM_SLHA2").ids("ul~") == (-1000002,)
    assert particles.names_of("pythia8").ids("wp-") == (-34,)
    assert particles.names_of("sm-no_b_mass") == particles.names_of("sm")
    with pytest.raises(UnknownNameError, match="unknown particle 'go'"):
        particles.names_of("sm").ids("go")
    unknown = particles.names_of("DMsimp_s_spin1")
    assert (unknown.ids("Xd"), unknown.fold("Xd"), unknown.ids("Z")) == ((), "Xd", (23,))


@pytest.mark.parametrize("model", ["", "sm; import os", "sm --modelname", "-sm", "a b", "http://x", "sm\n", 's"m'])
def test_names_of_what_is_no_model(model: str) -> None:
    with pytest.raises(ArgumentError, match="model must be"):
        particles.names_of(model)


def test_names_of_a_users_groups() -> None:
    names = particles.names_of("sm", (("w", "w+ w-"), ("v", "w z")))
    assert names.members("V") == ("w+", "w-", "z")
    chains = particles.chains_of(particles.parse_line("p p > w z, w > j j", names), names)
    assert [c.text for c in chains] == ["w+ > j j", "w- > j j"]
    with pytest.raises(ArgumentError, match=r"'z' cannot be .*it is a particle"):
        particles.names_of("sm", (("z", "w+ w-"),))
    with pytest.raises(UnknownNameError, match="unknown particle 'ww'"):
        particles.names_of("sm", (("v", "ww"),))


@pytest.mark.parametrize(
    "define", [3, {"l": 3}, {"l": ""}, {3: "z"}, {"l": ["z", 3]}, {"l": "z; exit"}, {"l": "z\nexit"}]
)
def test_check_definitions_refuses(define: object) -> None:
    with pytest.raises(ArgumentError, match="define"):
        particles.check_definitions(define)


def test_decay_lines_close_what_is_not_made() -> None:
    lines = particles.decay_lines([particles.parse_chain("w+ > e+ ve")], [-24])
    assert lines == ("24:onMode = 0", "24:onPosIfMatch = -11 12")
