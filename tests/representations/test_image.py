from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import awkward as ak
import fastjet
import numpy as np
import pytest
import samples
from hypothesis import given
from hypothesis import settings as patience
from hypothesis import strategies as st

import hml_jupyter as hml
from hml_jupyter import progress
from hml_jupyter.angles import delta_phi, wrap_phi
from hml_jupyter.calls import Call, Ref
from hml_jupyter.canonical import digest
from hml_jupyter.errors import ArgumentError, ExpressionError, UnknownNameError
from hml_jupyter.literals import literal, value_of
from hml_jupyter.observables import Events, branches
from hml_jupyter.representations import Image, from_config
from hml_jupyter.representations import image as images

FULL: dict[str, Any] = {"subjets": ("kt", 0.3, 0.0), "origin": "subjet0", "axis": "subjet1", "flip": True}


def ignored(_: progress.Report) -> None:
    """Hear a report."""


def fat(*particles: tuple[float, ...], eta: float = 0.0, phi: float = 0.0) -> dict[str, Any]:
    """An event with one fat jet of particles (pt, eta, phi, charge)."""
    names = ("PT", "Eta", "Phi", "Charge")
    parts = [dict(zip(names, (*p, 0)[:4], strict=True)) for p in particles]
    jet = {"PT": float(sum(p[0] for p in particles)), "Eta": eta, "Phi": phi, "Mass": 90.0, "Constituents": parts}
    return samples.event(fatjets=[jet])


def read(image: Image, *events: dict[str, Any]) -> Any:
    with progress.listening(ignored):
        return image.read(Events(ak.Array(events)))["image"]


def notices(image: Image, record: ak.Array, source: str = "") -> list[str]:
    heard: list[progress.Report] = []
    with progress.listening(heard.append):
        image.read(Events(record, source))
    return [each.text for each in heard if each.is_notice]


def filled(image: Any) -> dict[tuple[int, ...], float]:
    """Pixels that are not empty."""
    return {tuple(map(int, place)): float(image[tuple(place)]) for place in np.argwhere(image)}


# one pixel is 0.2 wide, and the one in the middle is (4, 4)
SMALL: dict[str, Any] = {"size": (9, 9), "range": ((-0.9, 0.9), (-0.9, 0.9))}


@pytest.mark.parametrize("huge", [np.inf, -np.inf, np.nan, 1e39, 1e300, 999.9])
@pytest.mark.parametrize("options", [{}, {"origin": "centroid", "axis": "principal"}, FULL, {"scale": "max"}])
def test_a_particle_that_is_nowhere_is_left_out(options: dict[str, Any], huge: float) -> None:
    image = Image("fatjet0.constituents", **options, **SMALL)
    others = ((200.0, 0.4, 0.0), (100.0, -0.2, 0.6))
    nowhere = [(30.0, huge, 0.0)] if huge == 999.9 else [(huge, 0.1, 0.0), (30.0, huge, 0.0)]
    wanted, *made = read(image, fat(*others), *(fat(*others, each) for each in nowhere))
    for found in made:
        np.testing.assert_allclose(found, wanted, atol=1e-4)


@pytest.mark.parametrize("huge", [np.inf, np.nan, 1e39, 1e300])
def test_what_is_no_finite_number_of_a_particle_counts_as_0(huge: float) -> None:
    image = Image(
        "fatjet0.constituents", channel=["mass", "energy"], subjets=("kt", 0.3, 0.0), origin="subjet0", **SMALL
    )
    event = fat((200.0, 0.0, 0.0), (100.0, 0.6, 0.0))
    event["FatJet"][0]["Constituents"][1]["Mass"] = huge
    assert filled(read(image, event)[0]) == {(4, 4, 1): 200.0}
    assert notices(image, ak.Array([event])) == [
        "image of fatjet0.constituents: 1 of 1 events have particles without a value, which counts as 0"
    ]


@pytest.mark.parametrize("where", [{"eta": np.inf}, {"phi": np.nan}, {"eta": 1e300}])
def test_a_jet_that_is_nowhere_is_missing(where: dict[str, float]) -> None:
    image = Image("fatjet0.constituents", axis="principal", flip=True, **SMALL)
    assert np.isnan(read(image, fat((200.0, 0.4, 0.0), (100.0, -0.2, 0.6), **where))).all()


def test_two_prongs_give_two_pixels() -> None:
    image = Image("fatjet0.constituents", **SMALL)
    made = read(
        image, fat((200.0, 0.4, 0.0), (100.0, -0.2, 0.6)), fat((50.0, 1.0, 3.1), (20.0, 1.0, -3.1), eta=1.0, phi=3.1)
    )
    assert image.origin == "jet"
    assert made.shape == (2, 9, 9, 1)
    assert filled(made[0]) == {(6, 4, 0): 200.0, (3, 7, 0): 100.0}
    assert filled(made[1]) == {(4, 4, 0): 70.0}


def test_subjets_rotate_flip() -> None:
    # hard prong, soft prong at 0.6 along phi, a third particle to the left of the axis
    made = read(
        Image("fatjet0.constituents", **FULL, **SMALL),
        fat((200.0, 0.1, 0.2), (100.0, 0.1, 0.8), (10.0, -0.3, 0.2), phi=0.2),
        fat((200.0, 0.1, 3.0), (100.0, 0.1, 3.6 - 2 * np.pi), (10.0, 0.5, 3.0), phi=3.0),
    )
    wanted = {(4, 4, 0): 200.0, (4, 1, 0): 100.0, (6, 4, 0): 10.0}
    assert filled(made[0]) == filled(made[1]) == wanted


def test_orientation() -> None:
    event = fat((200.0, 0.0, 0.0), (100.0, 0.0, 0.6))
    made = read(Image("fatjet0.constituents", **FULL, orientation=0.0, **SMALL), event)
    assert filled(made[0]) == {(4, 4, 0): 200.0, (7, 4, 0): 100.0}


def test_channels_in_one_image() -> None:
    channels = ["pt", "multiplicity", "charge", "charged_pt", "neutral_pt", "charged_multiplicity", "energy"]
    image = Image("fatjet0.constituents", channel=channels, **SMALL)
    made = read(image, fat((30.0, 0.0, 0.0, -1), (10.0, 0.0, 0.0, 1), (5.0, 0.0, 0.0, 1), (2.0, 0.0, 0.0, 0)))
    np.testing.assert_allclose(made[0, 4, 4], [47.0, 4.0, 1.0, 45.0, 2.0, 3.0, 47.0])
    assert list(image.units.values()) == ["GeV", "", "e", "GeV", "GeV", "", "GeV"]


@pytest.mark.parametrize(("scale", "wanted"), [("log", np.log(201)), ("max", 1.0), ("sum", 2 / 3)])
def test_scale(scale: str, wanted: float) -> None:
    image = Image("fatjet0.constituents", scale=scale, **SMALL)
    made = read(image, fat((200.0, 0.0, 0.0), (100.0, 0.0, 0.6)))
    assert made[0, 4, 4, 0] == pytest.approx(wanted)
    assert image.units == {"pt": "log(1 + GeV)" if scale == "log" else ""}


def test_of_the_event() -> None:
    # x is eta, y is phi: pixels of 2 and of pi / 2
    event = samples.event(
        jets=[{"PT": 100.0, "Eta": -4.9, "Phi": -3.1}, {"PT": 50.0, "Eta": 0.0, "Phi": 3.1}, {"PT": 20.0, "Eta": 5.2}],
        fatjets=[{"PT": 300.0, "Eta": 0.5, "Phi": 0.1}],
    )
    made = read(Image("jet", size=(5, 4)), event, samples.event())
    assert filled(made[0]) == {(0, 0, 0): 100.0, (2, 3, 0): 50.0}
    assert not made[1].any()
    several = read(Image(["jet", "fatjet"], size=(5, 4)), event)
    assert filled(several[0]) == {(0, 0, 0): 100.0, (2, 3, 0): 50.0, (2, 2, 0): 300.0}


def test_of_the_constituents_of_all_jets() -> None:
    part = {"PT": 3.0, "Eta": 0.1, "Phi": 0.1}
    event = samples.event(jets=[{"PT": 9.0, "Constituents": [part, part]}, {"PT": 3.0, "Constituents": [part]}])
    assert filled(read(Image("jet.constituents", size=(1, 1)), event)[0]) == {(0, 0, 0): 9.0}


def test_a_missing_jet_is_nan_and_told() -> None:
    record = ak.Array([fat((10.0, 0.0, 0.0)), samples.event(), fat()])
    made = Image("fatjet0.constituents", **SMALL).read(Events(record))["image"]
    assert np.isnan(made).all(axis=(1, 2, 3)).tolist() == [False, True, False]
    assert not made[2].any()
    assert notices(Image("fatjet0.constituents"), record, "'zz'") == [
        "image of fatjet0.constituents: 1 of 3 events of 'zz' have no such jet: their image is NaN"
    ]


def test_without_a_second_subjet_the_principal_axis_is_taken() -> None:
    # one subjet with a tail to the upper right; one particle alone
    image = Image("fatjet0.constituents", subjets=("kt", 2.0, 0.0), origin="subjet0", axis="subjet1", **SMALL)
    events = fat((10.0, 0.0, 0.0), (9.0, 0.25, 0.25)), fat((10.0, 0.0, 0.0)), fat((9.0, 0.0, 0.0), (4.0, 0.6, 0.0))
    assert notices(image, ak.Array(events)) == [
        "image of fatjet0.constituents: 3 of 3 events have no second subjet: they are turned by their principal axis",
        "image of fatjet0.constituents: 1 of 3 events have no axis, all being in one point: they are not turned",
    ]
    made = read(image, *events)
    assert filled(made[0]) == {(4, 3, 0): 10.0, (4, 5, 0): 9.0} or filled(made[0]) == {(4, 5, 0): 9.0, (4, 3, 0): 10.0}
    assert filled(made[1]) == {(4, 4, 0): 10.0}
    assert {place[0] for place in filled(made[2])} == {4}


def test_subjets_below_their_least_pt() -> None:
    image = Image(
        "fatjet0.constituents", subjets=("antikt", 0.2, 50.0), origin="subjet0", **SMALL, channel="multiplicity"
    )
    record = ak.Array([fat((20.0, 0.1, 0.0), (20.0, 0.5, 0.0))])
    assert notices(image, record) == [
        "image of fatjet0.constituents: 1 of 1 events have no subjet of that pT: their origin is the centroid"
    ]
    assert filled(read(image, *record.tolist())[0]) == {(3, 4, 0): 1.0, (5, 4, 0): 1.0}


def test_values_that_do_not_exist_count_as_zero() -> None:
    jet = {"PT": 100.0, "Tau": [0.0] * 5}
    image = Image("fatjet", channel=["pt", "tau21"], size=(1, 1))
    made = read(image, samples.event(fatjets=[jet]))
    assert made[0, 0, 0].tolist() == [100.0, 0.0]
    record = ak.Array([samples.event(fatjets=[jet]), samples.event()])
    assert notices(image, record) == [
        "image of fatjet: 1 of 2 events have particles without a value, which counts as 0"
    ]


particle = st.tuples(st.floats(1.0, 200.0), st.floats(-0.7, 0.7), st.floats(-0.7, 0.7))


@patience(max_examples=30)
@given(st.lists(particle, min_size=1, max_size=12))
def test_the_sum_is_the_pt_in_the_window(particles: list[tuple[float, float, float]]) -> None:
    image = Image("fatjet0.constituents", size=(7, 5), range=((-0.5, 0.5), (-0.4, 0.6)))
    pt, eta, phi = np.array(particles).T
    inside = (eta >= -0.5) & (eta < 0.5 - 1e-6) & (phi >= -0.4) & (phi < 0.6 - 1e-6)
    assert read(image, fat(*particles)).sum() == pytest.approx(pt[inside].sum(), rel=1e-5)


@patience(max_examples=20)
@given(st.floats(-np.pi, np.pi), st.floats(-2.0, 2.0), st.sampled_from(["centroid", "subjet0"]))
def test_turning_the_event_leaves_the_image(turn: float, shift: float, origin: str) -> None:
    jets = random_jets(6)
    moved = [[(pt, eta + shift, float(wrap_phi(phi + turn))) for pt, eta, phi in jet] for jet in jets]
    image = Image("fatjet0.constituents", **{**FULL, "origin": origin, "size": (15, 15)})
    before, after = (read(image, *(fat(*jet) for jet in each)) for each in (jets, moved))
    np.testing.assert_allclose(before, after, rtol=1e-5, atol=1e-4)


def random_jets(number: int, seed: int = 5) -> list[list[tuple[float, float, float]]]:
    """Jets of two prongs of ten particles each."""
    rng = np.random.default_rng(seed)
    jets = []
    for _ in range(number):
        apart, angle = rng.uniform(0.5, 0.7), rng.uniform(-np.pi, np.pi)
        prongs = [(0.0, 0.0), (apart * np.cos(angle), apart * np.sin(angle))]
        where = np.repeat(prongs, 10, axis=0) + rng.normal(0, 0.07, (20, 2))
        pt = np.repeat([3.0, 1.0], 10) * rng.exponential(10.0, 20) + 0.5
        jets.append([(float(p), float(x), float(y)) for p, (x, y) in zip(pt, where, strict=True)])
    return jets


def one_by_one(jet: Sequence[tuple[float, float, float]]) -> Any:
    """The image of one jet as it is written down in papers, particle by particle."""
    parts = []
    for pt, eta, phi in jet:
        parts.append(fastjet.PseudoJet(pt * np.cos(phi), pt * np.sin(phi), pt * np.sinh(eta), pt * np.cosh(eta)))
    sequence = fastjet.ClusterSequence(parts, fastjet.JetDefinition(fastjet.kt_algorithm, 0.3))
    first, second = fastjet.sorted_by_pt(sequence.inclusive_jets(0.0))[:2]
    away = np.array([second.rap() - first.rap(), delta_phi(second.phi_std(), first.phi_std())])
    angle = -np.pi / 2 - np.arctan2(away[1], away[0])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    placed = [turn @ (eta - first.rap(), delta_phi(phi, first.phi_std())) for _, eta, phi in jet]
    right = sum(np.sign(x) * p[0] for (x, _), p in zip(placed, jet, strict=True))
    x, y = np.array([(x if right > 0 else -x, y) for x, y in placed]).T
    return np.histogram2d(x, y, bins=(33, 33), range=((-1.6, 1.6),) * 2, weights=[p[0] for p in jet])[0]


def test_against_one_jet_at_a_time() -> None:
    jets = random_jets(20)
    made = read(Image("fatjet0.constituents", **FULL), *(fat(*jet) for jet in jets))
    np.testing.assert_allclose(made[..., 0], [one_by_one(jet) for jet in jets], rtol=1e-5, atol=1e-4)


def test_the_second_subjet_is_below_and_the_harder_half_on_the_right() -> None:
    jets = [fat(*jet) for jet in random_jets(40)]
    quarters = read(Image("fatjet0.constituents", **FULL, size=(2, 2)), *jets)[..., 0]
    assert (quarters[:, 1].sum(axis=1) >= quarters[:, 0].sum(axis=1)).all()
    whole = read(Image("fatjet0.constituents", **FULL), *jets)[..., 0].sum(axis=(0, 1))
    assert whole[:14].sum() > 10 * whole[19:].sum()


def test_batches_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    record = samples.events(50, 3)
    image = Image("fatjet0.constituents", **FULL)
    with progress.listening(ignored):
        whole = image.read(Events(record))["image"]
        monkeypatch.setattr(images, "PIXELS", 33 * 33 * 7)
        np.testing.assert_array_equal(image.read(Events(record))["image"], whole)
    assert Image("jet").read(Events(record[:0]))["image"].shape == (0, 33, 33, 1)


def test_two_prongs_of_a_boosted_z(generated: Path) -> None:
    record = hml.Run.load(generated / "study" / "runs" / "zz").events()
    record = record[ak.num(record.FatJet) > 0]
    jet = record.FatJet[:, 0]
    record = record[(jet.PT > 250) & (jet.PT < 350) & (abs(jet.Mass - 91) < 10)]
    assert len(record) > 30
    with progress.listening(ignored):
        made = Image("fatjet0.constituents", **FULL).read(Events(record))["image"][..., 0].mean(axis=0)
    below = made[14:19].sum(axis=0)  # along y, near the axis
    centres = -1.6 + 3.2 / 33 * (np.arange(33) + 0.5)
    prong = centres < -0.25
    distance = -np.average(centres[prong], weights=below[prong])
    wanted = 2 * 91 / np.mean(record.FatJet.PT[:, 0])
    assert np.argmax(below) == 16
    assert distance == pytest.approx(wanted, abs=0.1)


def test_image_can_be_recorded(golden: Any) -> None:
    made = Image("FatJet0.Constituents", **FULL, channel=["pt", "Energy"], scale="Log")
    call = Call("build_dataset", ({"zz": Ref("zz")}, made), {"signal": "zz"}, "dataset")
    assert Call.parse(call.render()) == call
    golden("image.py", call.render() + "\n")
    for each in (
        made,
        Image("jet"),
        Image(["jet", "muon"], origin="centroid"),
        Image("fatjet0.constituents", origin=None),
    ):
        assert value_of(ast.parse(literal(each), mode="eval").body) == each
        assert hml.Image(**{k: v for k, v in each.get_config().items() if k != "kind"}) == each
        assert hash(from_config(json.loads(json.dumps(each.get_config())))) == hash(each)
        assert digest(each) == digest(from_config(each.get_config()))


def test_one_meaning_one_form() -> None:
    assert Image(["FatJet0.constituents"], channel=["pt"], subjets=["KT", 1], origin="SubJet0", size=[33, 33]) == Image(
        "fatjet0.constituents", subjets=("kt", 1.0, 0.0), origin="subjet0"
    )
    assert Image("fatjet0.constituents", axis="principal", orientation=270) == Image(
        "fatjet0.constituents", axis="principal"
    )
    assert Image("fatjet0.constituents", flip=True, orientation=33.3).orientation == 33.3


def test_declaration() -> None:
    declared = json.loads(json.dumps(Image("fatjet0.constituents", **FULL, scale="max", **SMALL).declaration()))
    assert declared["kind"] == "image"
    assert declared["features"] == [{"name": "pt", "unit": ""}]
    assert declared["phi"] == "rad; differences wrapped into [-pi, pi)"
    assert declared["steps"] == [
        {"step": "subjets", "algorithm": "kt", "radius": 0.3, "pt_min": 0.0},
        {"step": "translate", "origin": "subjet0"},
        {"step": "rotate", "axis": "subjet1", "orientation": -90.0, "else": "principal"},
        {"step": "flip", "orientation": -90.0},
        {"step": "pixelate", "size": [9, 9], "range": [[-0.9, 0.9], [-0.9, 0.9]], "channels": ["pt"]},
        {"step": "normalise", "scale": "max"},
    ]
    assert Image("jet").declaration()["phi"] == "rad, in [-pi, pi)"


def test_needed() -> None:
    assert branches(Image("fatjet0.constituents", **FULL).needed) == {"fatjet": True}
    assert branches(Image(["jet[pt > met]", "muon"]).needed) == {"jet": False, "missinget": False, "muon": False}


@pytest.mark.parametrize(
    ("of", "options", "text"),
    [
        ("fatjet0.constituents", {"origin": "subjet0"}, r"needs the subjets: subjets=\('kt', 0.3, 0.0\)"),
        ("fatjet0.constituents", {"subjets": ("kt", 0.3, 0.0)}, "used by origin='subjet0' and axis='subjet1'"),
        ("fatjet0.constituents", {"origin": None, "flip": True}, "turn around an origin, and there is none"),
        ("fatjet0.constituents", {"orientation": 0.0}, "where the axis points, and there is none"),
        ("fatjet0.constituents", {"subjets": "kt"}, r"algorithm, radius and least pT, \('kt', 0.3, 0.0\); got 'kt'"),
        ("fatjet0.constituents", {"subjets": ("kt", -1.0), "origin": "subjet0"}, "radius .* from 0.01 to 10"),
        ("fatjet0.constituents", {"size": 33}, r"number of pixels along eta and phi, \(33, 33\); got 33"),
        ("fatjet0.constituents", {"size": (0, 33)}, "must be from 1 to 1024"),
        ("fatjet0.constituents", {"range": (-1.0, 1.0)}, "ends in eta and in phi"),
        ("fatjet0.constituents", {"range": ((1.0, -1.0), (-1.0, 1.0))}, "the lower end comes first"),
        ("fatjet0.constituents", {"channel": []}, "a list of features"),
        ("fatjet0.constituents", {"channel": ["pt", "Pt"]}, "'pt' twice"),
        ("fatjet0.constituents", {"flip": 1}, "True or False"),
        ("jet", {"origin": "jet"}, "'jet' is in none: take 'centroid' or None"),
        ("jet", {"channel": "pt_fraction"}, "relative to the jet that particles are in"),
        ("jet", {"range": ((-5.0, 5.0), (0.0, 6.3))}, r"phi lies in \[-pi, pi\)"),
        ("fatjet0", {}, "'fatjet0' is one particle, Image is of many: 'fatjet0.constituents' .*, 'fatjet' for all"),
        (["jet", "Jet"], {}, "has the object 'jet' twice"),
        ([], {}, "Image is of particles"),
        (3, {}, "Image is of particles"),
        ("jet0,jet1", {}, "one object"),
        ("2 * jet", {}, "not one kind of particle"),
    ],
)
def test_image_refuses(of: Any, options: dict[str, Any], text: str) -> None:
    with pytest.raises(ArgumentError, match=text):
        Image(of, **options)


def test_image_refuses_names() -> None:
    with pytest.raises(UnknownNameError, match=r"choice in .*origin"):
        Image("jet", origin=np.array(["jet", "jet"]))  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="unknown option of Image 'sizes'; near names: size"):
        Image("jet", sizes=(3, 3))  # type: ignore[call-arg]
    with pytest.raises(UnknownNameError, match="'multiplicty'; near names: multiplicity"):
        Image("jet", channel="multiplicty")
    with pytest.raises(UnknownNameError, match=r"'constituents\.pt'"):
        Image("jet", channel="constituents.pt")
    with pytest.raises(UnknownNameError, match=r"choice in .*axis.* 'subjet2'; near names: subjet1"):
        Image("fatjet0.constituents", subjets=("kt", 0.3, 0.0), axis="subjet2")
    with pytest.raises(UnknownNameError, match="'k_t'; near names: kt"):
        Image("fatjet0.constituents", subjets=("k_t", 0.3, 0.0), origin="subjet0")
    with pytest.raises(ExpressionError):
        Image("fatjet0 constituents")
    with pytest.raises(UnknownNameError, match="branch 'jets'; near names: jet"):
        read(Image("jets"), samples.event())
    with pytest.raises(ArgumentError, match="takes 1 argument without a name"):
        Image("jet", (33, 33))  # type: ignore[misc]


@pytest.mark.shared_data
def test_fat_jets_of_real_delphes(shared: Path) -> None:
    record = hml.read_events(shared / "delphes-3.4.2-10-events.root")
    image = Image("fatjet0.constituents", **FULL, size=(1, 1), range=((-3.0, 3.0), (-3.0, 3.0)))
    with progress.listening(ignored):
        made = image.read(Events(record))["image"].ravel()
    wanted = ak.fill_none(ak.sum(ak.firsts(record.FatJet.Constituents.PT), axis=1), np.nan)
    np.testing.assert_allclose(made, ak.to_numpy(wanted), rtol=1e-5)
    assert np.isfinite(made).sum() == 4
