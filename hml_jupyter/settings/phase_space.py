"""What cuts mean for a generator that cuts on the pT and the mass of the hard process, and asks about products afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from ..particles import Chain, Line, Names, chains_of, hard_of
from .checks import FinalState, count, final_state

__all__ = ["Hard", "hard_process", "mass_min", "product_cuts", "pt_max", "pt_min", "unused"]

_PT = {"ptj": "j", "ptb": "b", "pta": "a"}
_MASS = {"mmjj": "j", "mmbb": "b", "mmaa": "a"}
_ALWAYS = ("dsqrt_shat", "lpp1", "lpp2")

Settings = Mapping[str, Any]


class Hard(NamedTuple):
    """One line of a process, as cuts see it."""

    chain: Chain
    """The hard process."""
    inline: tuple[Chain, ...]
    """Decays that are written with it."""
    left: FinalState
    """What cuts act on."""
    names: Names
    """What its particles are called."""

    def count(self, letter: str, *, products: bool = False) -> int:
        """Return how many particles of a kind there are: undecayed ones of the hard process, or products of chains."""
        return count(letter, self.left.products if products else self.left.hard, self.names)

    def by_pdg(self, cuts: Mapping[int, float]) -> list[float]:
        """Return the values of cuts by PDG id that are about its particles."""
        present = {abs(i) for ids in self.chain.ids for i in ids}
        return [value for pdg, value in cuts.items() if pdg in present]


def hard_process(line: Line, names: Names) -> Hard:
    """Return a line as cuts see it."""
    chain, inline = hard_of(line, names), chains_of(line, names)
    return Hard(chain, inline, final_state(chain.products, inline), names)


def pt_min(hard: Hard, settings: Settings) -> float | None:
    """Return the smallest pT of the particles of a hard 2 -> 2 process, GeV; None without a cut.

    Both have the same pT, so n jets have a sum of n times it, and one that goes into neutrinos is the missing pT.
    """
    cuts = hard.by_pdg(settings.get("pt_min_pdg", {}))
    cuts += [settings[name] for name, x in _PT.items() if settings.get(name) and hard.count(x)]
    if "htjmin" in settings and hard.count("j") and not hard.count("j", products=True):
        cuts.append(settings["htjmin"] / hard.count("j"))
    if "misset" in settings and _one_is_unseen(hard):
        cuts.append(settings["misset"])
    return max(cuts, default=None)


def pt_max(hard: Hard, settings: Settings) -> float | None:
    """Return the largest pT of the particles of a hard 2 -> 2 process, GeV; None without a cut."""
    cuts = hard.by_pdg(settings.get("pt_max_pdg", {}))
    cuts += [settings[f"{name}max"] for name, x in _PT.items() if settings.get(f"{name}max", -1) > 0 and hard.count(x)]
    return min(cuts, default=None)


def mass_min(hard: Hard, settings: Settings) -> float | None:
    """Return the smallest mass of the hard process, GeV; None without a cut."""
    cuts = [settings["dsqrt_shat"]] if "dsqrt_shat" in settings else []
    cuts += [settings[name] for name in _mass_cuts(hard, settings)]
    if "mxx_min_pdg" in settings and _is_pair(hard):
        cuts += hard.by_pdg(settings["mxx_min_pdg"])
    return max(cuts, default=None)


def product_cuts(hard: Hard, settings: Settings) -> dict[str, float]:
    """Return the cuts that `pt_min` does not express, setting -> GeV: on products of a chain, on jets in 2 -> 3."""
    several = len(hard.chain.products) > 2
    on_products = {"htjmin": "j", "misset": "n"}
    found = {k: settings[k] for k, x in on_products.items() if k in settings and hard.count(x, products=True)}
    if several:
        found |= {k: settings[k] for k in ("ptj", "htjmin") if k in settings and hard.count("j")}
    return {k: found[k] for k in settings if k in found}


def unused(hard: Hard, settings: Settings, products: tuple[str, ...]) -> list[str]:
    """Return the settings that neither pT, mass nor product cuts express; `products` are those of all decays."""
    pair = len(hard.chain.products) == 2
    used = {
        *_ALWAYS,
        *(("bwcutoff",) if _in_windows(hard) else ()),
        *_mass_cuts(hard, settings),
        *product_cuts(hard, settings),
    }
    if pair:
        acting = {n: x for n, x in _PT.items() if hard.count(x)}
        used |= {"pt_min_pdg", "pt_max_pdg", *acting, *(f"{n}max" for n in acting)}
        used |= {"htjmin"} if hard.count("j") else set()
        used |= {"misset"} if _one_is_unseen(hard) else set()
        used |= {"mxx_min_pdg"} if _is_pair(hard) else set()
    elif any(count("j", [p], hard.names) for p in products):
        used -= {"ptj", "htjmin"}
    return [name for name in settings if name not in used]


def _in_windows(hard: Hard) -> bool:
    """Tell whether a particle that decays in a chain is kept near its mass: top, Z and W, where no Higgs comes out."""
    decaying = {abs(i) for chain in hard.inline for i in hard.names.ids(chain.mother)}
    return bool(decaying & {6, 23, 24}) and not any(25 in ids for ids in hard.chain.ids)


def _mass_cuts(hard: Hard, settings: Settings) -> list[str]:
    return [n for n, x in _MASS.items() if settings.get(n) and hard.count(x) == len(hard.chain.products) == 2]


def _is_pair(hard: Hard) -> bool:
    sizes = [abs(ids[0]) for ids in hard.chain.ids if len(ids) == 1]
    return len(sizes) == len(hard.chain.products) == 2 and all(a == b for a, b in pairwise(sizes))


def _one_is_unseen(hard: Hard) -> bool:
    """Tell whether exactly one particle of the hard process decays into neutrinos and nothing else has any."""
    dark = [chain for chain in hard.inline if count("n", chain.products, hard.names)]
    if len(dark) != 1 or count("n", dark[0].products, hard.names) != len(dark[0].products):
        return False
    mother = dark[0].mother
    return hard.chain.products.count(mother) == sum(chain.mother == mother for chain in hard.inline)
