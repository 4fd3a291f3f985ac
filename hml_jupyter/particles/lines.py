"""A line of MadGraph's syntax, read once into frozen nodes and written again from them.

Source: the manual of ``generate`` in MadGraph5_aMC@NLO 3.5: initial > s-channel > final ``/`` never there ``$$`` not in the
s-channel ``$`` not on shell in the s-channel, orders, ``@`` number; decays after commas, nested in parentheses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from ..errors import ProcessError
from .names import STANDARD, WORD, Names

__all__ = ["Line", "clean", "parse_line"]

_ORDER = r"[A-Za-z]\w*(?:\^2)?\s*(?:<=|>=|==|!=|=|<|>)\s*-?\d+(?![\w.~+-])"
_TOKEN = re.compile(rf"\s*({_ORDER}|@\s*\d+|{WORD}(?:\{{[0-9LRTAlrta,+-]+\}})?|\$\s*\$|[>,()/|$])", re.ASCII)
_NUMBER = re.compile(r"@\s*(\d+)")
_SEVERAL = re.compile(r"([2-9])([A-Za-z].*)")
#: What excludes particles -> the field of `Line`.
_EXCLUDE = {"/": "without", "$$": "not_s_channel", "$": "not_on_shell"}
#: Signs of a line, by which an order that shares its characters is told apart.
_SIGNS = frozenset((">", ",", "(", ")", "/", "|", "$", "$$"))
_AMPLITUDE, _SQUARED = ("=", "<=", "==", ">"), ("=", "<=", "==", ">")


@dataclass(frozen=True)
class Line:
    """A process, or a decay, with the decays of its products."""

    incoming: tuple[str, ...]
    """Two beams, or one mother."""
    products: tuple[str, ...]
    """What comes out."""
    via: tuple[tuple[str, ...], ...] = ()
    """Particles that must be in the s-channel: alternatives, of which each is one or more at once."""
    without: tuple[str, ...] = ()
    """Particles that appear in no diagram (``/``)."""
    not_s_channel: tuple[str, ...] = ()
    """Particles that are in no s-channel (``$$``)."""
    not_on_shell: tuple[str, ...] = ()
    """Particles that are not on their mass shell in an s-channel (``$``)."""
    orders: tuple[str, ...] = ()
    """Limits of couplings, ``"QED<=2"``."""
    number: str = ""
    """``"@1"``, with the orders of the whole chain."""
    decays: tuple[Line, ...] = ()
    """Decays of the products."""

    @property
    def extras(self) -> tuple[str, ...]:
        """What the line asks for beyond particles and decays, as it is written."""
        mine = [
            *([f"> {_alternatives(self.via)} >"] if self.via else ()),
            *(f"{sign} {' '.join(names)}" for sign, name in _WRITTEN if (names := getattr(self, name))),
            *self.orders,
            *([self.number] if self.number else ()),
            *(p for p in (*self.incoming, *self.products) if "{" in p),
        ]
        return (*mine, *(extra for decay in self.decays for extra in decay.extras))

    def render(self) -> str:
        """Return the text that MadGraph reads; parsing it gives the line again.

        Examples
        --------
        >>> parse_line("p p>t t~ / h QCD<=2,(t>w+ b,w+>j j)").render()
        'p p > t t~ / h QCD<=2, (t > w+ b, w+ > j j)'
        """
        excluded = [f"{sign} {' '.join(names)}" for sign, name in _WRITTEN if (names := getattr(self, name))]
        sides = [" ".join(self.incoming), *([_alternatives(self.via)] if self.via else ()), " ".join(self.products)]
        core = " ".join([" > ".join(sides), *excluded, *self.orders])
        whole = ", ".join([core, *(f"({d.render()})" if d.decays else d.render() for d in self.decays)])
        return f"{whole} {self.number}" if self.number else whole


#: MadGraph takes ``$`` before ``$$`` before ``/``; in another order it misreads the second.
_WRITTEN = (("$", "not_on_shell"), ("$$", "not_s_channel"), ("/", "without"))


def _alternatives(via: tuple[tuple[str, ...], ...]) -> str:
    return " | ".join(" ".join(names) for names in via)


def clean(text: Any) -> str:
    """Return `text` if it holds nothing that another program could take for a command."""
    bad = [c for c in text if c in ";!#\"'\\`&" or not c.isprintable()] if isinstance(text, str) else [text]
    if bad:
        msg = f"a process is one line of names, '>' and ','; {bad[0]!r} does not belong in {text!r}"
        raise ProcessError(msg)
    return str(text)


def parse_line(text: Any, names: Names = STANDARD) -> Line:
    """Read a process or a decay with its chains.

    Raises
    ------
    ProcessError
        Not a line of this syntax, or an option of MadGraph that is not leading order.
    UnknownNameError
        A particle that does not exist.

    Examples
    --------
    >>> line = parse_line("p p > z > e+ e- $ a QED=2 @1")
    >>> line.via, line.products, line.not_on_shell, line.orders, line.number
    ((('z',),), ('e+', 'e-'), ('a',), ('QED<=2',), '@1')
    """
    tokens = _tokens(clean(text))
    number = next((i for i, token in enumerate(tokens) if token[0] == "@"), None)
    label = ""
    if number is not None:
        label, tokens = _number(tokens, number, text)
    return replace(_whole(tokens, text, names), number=label)


def _tokens(text: str) -> list[str]:
    if "[" in text or "]" in text:
        msg = f"{text!r}: [...] asks MadGraph for loops; only leading order is generated here"
        raise ProcessError(msg)
    tokens, at = [], 0
    text = text.strip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            msg = f"{text[at:].split()[0]!r} in {text!r} is not part of a process, such as 'p p > z z, z > j j'"
            raise ProcessError(msg)
        token = found[1]
        tokens.append("$$" if token[0] == "$" and token[-1] == "$" and len(token) > 1 else token)
        at = found.end()
    return tokens


def _number(tokens: list[str], at: int, text: str) -> tuple[str, list[str]]:
    """Take ``@ number`` out of the tokens; at the end of a chain the orders after it are those of the whole chain."""
    label = _NUMBER.sub(r"@\1", tokens[at])
    rest = tokens[at + 1 :]
    own = rest[: rest.index(",")] if "," in rest else rest
    if not all(map(_is_order, own)) or any(token[0] == "@" for token in rest):
        msg = f"{text!r}: one number '@1' is given, and nothing but orders follows it"
        raise ProcessError(msg)
    if "," in tokens[:at]:
        return " ".join([label, *map(_order, own)]), [*tokens[:at], *rest[len(own) :]]
    return label, [*tokens[:at], *rest]


def _whole(tokens: list[str], text: str, names: Names) -> Line:
    core, *decays = _parts(tokens, text)
    line = _core(core, text, names)
    for part in decays:
        inner = part[1:-1] if part[0] == "(" and part[-1] == ")" else part
        line = _with_decay(line, _whole(inner, text, names), text)
    return line


def _parts(tokens: list[str], text: str) -> list[list[str]]:
    """Return the tokens between those commas that are not in parentheses."""
    parts: list[list[str]] = [[]]
    depth = 0
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token, 0)
        if depth < 0:
            break
        if token == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    if depth or not all(parts):
        msg = f"{text!r}: the parentheses do not match, or there is nothing between two commas"
        raise ProcessError(msg)
    return parts


def _with_decay(line: Line, decay: Line, text: str) -> Line:
    """Add a decay to the products; one that is written flat goes where its mother comes out."""
    if len(decay.incoming) != 1:
        msg = f"{decay.render()!r} in {text!r} is not a decay: one particle comes before '>', as in 'z > j j'"
        raise ProcessError(msg)
    mother = decay.incoming[0]
    if mother in line.products or not any(mother in _all_products(d) for d in line.decays):
        return replace(line, decays=(*line.decays, decay))
    return replace(
        line,
        decays=tuple(_with_decay(d, decay, text) if mother in _all_products(d) else d for d in line.decays),
    )


def _all_products(line: Line) -> set[str]:
    return {*line.products, *(p for decay in line.decays for p in _all_products(decay))}


def _core(tokens: list[str], text: str, names: Names) -> Line:
    orders = tuple(_order(token) for token in tokens if _is_order(token))
    sides = _split([token for token in tokens if not _is_order(token)], ">")
    last, *excluded = _split(sides[-1], *_EXCLUDE, keep=True)
    if not 2 <= len(sides) <= 3 or not all([*sides[:-1], last]):
        msg = f"{text!r} is not a process: it has a '>' with names on both sides, as in 'p p > z z'"
        raise ProcessError(msg)
    via = tuple(_names(side, text, names) for side in _split(sides[1], "|")) if len(sides) == 3 else ()
    more = {_EXCLUDE[part[0]]: _names(part[1:], text, names) for part in excluded}
    if len(more) < len(excluded) or not all((*via, *more.values())):
        msg = f"{text!r}: names are missing after one of '/', '$', '$$', '|', or one of them is there twice"
        raise ProcessError(msg)
    incoming, products = _names(sides[0], text, names), _names(last, text, names)
    without, not_s_channel, not_on_shell = (more.get(field, ()) for field in _EXCLUDE.values())
    return Line(incoming, products, via, without, not_s_channel, not_on_shell, orders)


def _split(tokens: list[str], *signs: str, keep: bool = False) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token in signs:
            parts.append([token] if keep else [])
        else:
            parts[-1].append(token)
    return parts


def _names(tokens: list[str], text: str, names: Names) -> tuple[str, ...]:
    found: list[str] = []
    for token in tokens:
        if token in _SIGNS:
            msg = f"{text!r} is not a process: {token!r} is out of place"
            raise ProcessError(msg)
        word, _, polarisation = token.partition("{")
        several = _SEVERAL.fullmatch(word)
        count, single = (int(several[1]), several[2]) if several else (1, word)
        names.ids(single)
        found += [names.fold(single) + ("{" + polarisation if polarisation else "")] * count
    return tuple(found)


def _is_order(token: str) -> bool:
    return token not in _SIGNS and any(sign in token for sign in "=<>")


def _order(token: str) -> str:
    """Return an order without spaces; ``=`` is written as what MadGraph makes of it."""
    name, sign, value = re.fullmatch(r"([\w^]+?)\s*([<>=!]+)\s*(-?\d+)", token).groups()  # type: ignore[union-attr]
    if sign not in (_SQUARED if name.endswith("^2") else _AMPLITUDE) or (value[0] == "-" and not name.endswith("^2")):
        msg = f"{token!r}: the order of a coupling is limited by one of {', '.join(_AMPLITUDE)} and a number, as in 'QED<=2'"
        raise ProcessError(msg)
    return f"{name}{'<=' if sign == '=' else sign}{value}"
