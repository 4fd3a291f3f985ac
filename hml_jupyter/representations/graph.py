"""Graphs and clouds of particles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from ..checks import whole
from ..errors import ArgumentError
from ..expressions import Object, Observable, render
from ..observables import Events
from . import options
from .base import Readable, Representation, register
from .clouds import Cloud, batches, canonical_objects, parent, with_particles
from .edges import EDGE_FEATURES, complete, edge_features, nearest
from .features import UNDEFINED, canonical_features, needed, read_features, unit_of_feature
from .options import Edges

__all__ = ["Graph", "Graphs"]

#: Most nodes of an event: what lies between all pairs of more does not fit anywhere.
MOST_NODES = 512
#: Nodes that are read, and pairs that are looked at, at a time.
NODES, PAIRS = 2**16, 2**20

_IN_JET = ("pt", "delta_eta", "delta_phi", "charge")
_IN_EVENT = ("pt", "eta", "phi", "mass")
#: What else does where differences of a feature are needed.
_SAME = {"delta_eta": ("delta_eta", "eta"), "delta_phi": ("delta_phi", "phi")}


class Graphs(NamedTuple):
    """n graphs of N places for nodes each, f features, K neighbours at most, e features of an edge."""

    nodes: npt.NDArray[np.float32]
    """(n, N, f) by falling pT; 0 where there is no node, NaN in an event whose jet is missing."""
    mask: npt.NDArray[np.bool_]
    """(n, N) where there is a node."""
    neighbours: npt.NDArray[np.int16]
    """(n, N, K) places of the neighbours of each node, -1 for none; never a place without a node, nor the node itself."""
    edges: npt.NDArray[np.float32]
    """(n, N, K, e) features of the edge to each neighbour; 0 where there is none."""


@register
@dataclass(frozen=True)
class Graph(Representation):
    """Particles as nodes, by falling transverse momentum, and edges between them.

    Parameters
    ----------
    of : str or list of str
        The nodes: ``"fatjet0.constituents"``, or several kinds, ``["jet", "electron", "muon", "missinget0"]``; then each node also
        has a feature for each kind, ``is_jet``, 1 if it is one. Missing momentum has eta = 0: along the beam nothing is measured.
    nodes : list of str, optional
        Features of a node: observables of one object (``"pt"``, ``"mass"``, ``"charge"``, ``"b_tag"``), or ``"log_pt"`` and its
        like; in a jet also relative to it, ``"delta_eta"``, ``"delta_phi"``, ``"delta_r"``, ``"pt_fraction"``. By default pt,
        delta_eta, delta_phi, charge in a jet, else pt, eta, phi, mass.
    edges : (str, number), str or None
        To which others a node has edges: ``("knn", 8)``, the nearest eight; ``("radius", 0.4)``, those not farther away,
        ``("radius", 0.4, 16)``, of them the nearest 16; ``"complete"``, all. None: a cloud without edges, for sequences and
        transformers. Distances are sqrt(delta_eta^2 + delta_phi^2), phi wrapped; of equal ones the harder neighbour is nearer.
    edge_features : list of str
        ``"delta_eta"``, ``"delta_phi"``, ``"delta_r"``, ``"kt"``, ``"z"``, ``"invariant_mass"``, of what is among `nodes`.
    max_nodes : int
        Places for nodes, N; the softest of an event with more are left out, and a notice tells of how many events.

    Raises
    ------
    ArgumentError, ExpressionError, UnknownNameError
        An option that cannot be, or edges that need a feature that is not among `nodes`.

    Notes
    -----
    Nodes are stored; edges follow from them and are made by :meth:`expand` for the events asked for. Features and nearest
    neighbours as in ParticleNet, Qu and Gouskos, arXiv:1902.08570, which takes the nearest 16 (7 in its lite version), and looks
    for them again in each layer. ``"delta_r"``, ``"kt"`` and ``"z"`` as in the Particle Transformer, Qu, Li, Qian,
    arXiv:2202.03772, but of pseudorapidities where it has rapidities (the same for particles without mass, as constituents
    nearly are), and without the logarithm; ``"invariant_mass"`` is exact.

    Examples
    --------
    >>> graph = Graph("fatjet0.constituents", edges=("radius", 0.2), edge_features=["delta_r", "kt"])
    >>> graph.names, graph.edge_units
    (('pt', 'delta_eta', 'delta_phi', 'charge'), {'delta_r': '', 'kt': 'GeV'})
    """

    kind: ClassVar[str] = "graph"

    of: str | Sequence[str]
    """The nodes, canonical; one text or several."""
    _: KW_ONLY
    nodes: Sequence[str] | None = None
    """Features of a node."""
    edges: Edges = ("knn", 8)
    """To which others a node has edges."""
    edge_features: Sequence[str] = ()
    """Features of an edge."""
    max_nodes: int = 32
    """Places for nodes."""

    def __post_init__(self) -> None:
        """Bring the options into one form, and refuse what does not fit together."""
        objects = canonical_objects(self.of, "Graph")
        usual = _IN_EVENT if parent(objects) is None else _IN_JET
        most = whole("Graph(max_nodes=...)", self.max_nodes, 1, MOST_NODES)
        canonical = {
            "of": options.one_or_several(map(render, objects)),
            "nodes": usual if self.nodes is None else canonical_features(self.nodes, objects, "Graph(nodes=...)"),
            "edges": options.edges(self.edges, most),
            "edge_features": options.words("Graph(edge_features=...)", self.edge_features, tuple(EDGE_FEATURES)),
            "max_nodes": most,
        }
        for name, value in canonical.items():
            object.__setattr__(self, name, value)
        if self.edge_features and self.edges is None:
            msg = "Graph(edge_features=...) are of edges, and edges=None has none: edges=('knn', 8) has"
            raise ArgumentError(msg)
        self._check_nodes()

    def _check_nodes(self) -> None:
        """Refuse edges that need what is not stored of a node."""
        wanted: dict[str, tuple[str, ...]] = {
            f"edges={self.edges!r}": tuple(_SAME) if isinstance(self.edges, tuple) else ()
        }
        wanted |= {f"edge_features=[{name!r}]": EDGE_FEATURES[name].needs for name in self.edge_features}
        for what, needs in wanted.items():
            for names in (_SAME.get(need, (need,)) for need in needs):
                if not any(name in self._nodes for name in names):
                    lacking = names[0 if parent(self.objects) else -1]
                    msg = f"Graph({what}) needs {lacking!r} among the nodes: nodes={[*self._nodes, lacking]}"
                    raise ArgumentError(msg)

    @property
    def objects(self) -> tuple[Object, ...]:
        """The nodes, parsed."""
        return canonical_objects(self.of, "Graph")

    @property
    def title(self) -> str:
        """What notices call it."""
        return f"graph of {', '.join(map(render, self.objects))}"

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the features of a node, in order."""
        texts = [] if isinstance(self.of, str) else self.of
        return (*self._nodes, *(f"is_{text}" for text in texts))

    @property
    def units(self) -> dict[str, str]:
        """Unit of each feature of a node; empty for a pure number."""
        units = {name: unit_of_feature(name, self.objects) for name in self._nodes}
        return {name: units.get(name, "") for name in self.names}

    @property
    def edge_units(self) -> dict[str, str]:
        """Unit of each feature of an edge, in order."""
        return {name: EDGE_FEATURES[name].unit for name in self.edge_features}

    @property
    def max_neighbours(self) -> int:
        """Places for the neighbours of a node, K."""
        match self.edges:
            case None:
                return 0
            case ("knn", count) | (_, _, count):
                return int(count)
        return self.max_nodes - 1

    @property
    def needed(self) -> tuple[Observable, ...]:
        """What is read of the events."""
        return needed(self.objects, self._nodes)

    def read(self, events: Readable, told: Counter[str] | None = None) -> dict[str, npt.NDArray[Any]]:
        """Return what is stored: ``nodes`` (n, max_nodes, features) float32 and ``count`` (n,) int16.

        Nodes come by falling pT, then 0; an event whose jet is missing has NaN.
        """
        given, found = with_particles(events, "a graph"), Counter[str]()
        n = len(given.record)
        nodes = np.zeros((n, self.max_nodes, len(self.names)), np.float32)
        count = np.zeros(n, np.int16)
        for start, batch in batches(given, max(1, NODES // self.max_nodes)):
            rows = slice(start, start + len(batch.record))
            count[rows] = self._fill(nodes[rows], batch, found)
        if told is None:
            self.tell(found, n, given.source)
        else:
            told.update(found)
        return {"nodes": nodes, "count": count}

    def expand(self, stored: Mapping[str, npt.NDArray[Any]]) -> Graphs:
        """Return the graphs of stored events.

        Parameters
        ----------
        stored : mapping
            ``nodes`` and ``count`` as `read` gives them, of any events.

        Returns
        -------
        Graphs
            The same for the same nodes, whatever other events there are.
        """
        nodes, count = stored["nodes"], stored["count"]
        if nodes.shape != (len(count), self.max_nodes, len(self.names)):
            wanted = ("n", self.max_nodes, len(self.names))
            msg = f"nodes of the shape {wanted} belong to this Graph; got {nodes.shape} and {len(count)} counts"
            raise ArgumentError(msg)
        mask = np.arange(self.max_nodes) < np.asarray(count)[:, np.newaxis]
        neighbours = np.full((*mask.shape, self.max_neighbours), -1, np.int16)
        edges = np.zeros((*neighbours.shape, len(self.edge_features)), np.float32)
        step = max(1, PAIRS // self.max_nodes**2)
        for start in range(0, len(count) if self.edges else 0, step):
            rows = slice(start, start + step)
            values = self._values(nodes[rows])
            neighbours[rows] = self._neighbours(values, mask[rows])
            edges[rows] = edge_features(values, neighbours[rows], self.edge_features)
        return Graphs(nodes, mask, neighbours, edges)

    def declaration(self) -> dict[str, Any]:
        """Return what the arrays mean, as plain JSON."""
        pairs = list(self.edges) if isinstance(self.edges, tuple) else self.edges
        return {
            "kind": self.kind,
            "of": [render(each) for each in self.objects],
            "arrays": {
                "nodes": {"axes": ["event", "node", "feature"], "dtype": "float32"},
                "count": {"axes": ["event"], "dtype": "int16"},
            },
            "features": [{"name": name, "unit": unit} for name, unit in self.units.items()],
            "order": "nodes by falling pt, equal ones as in the event; features as they were asked for",
            "padding": f"0 up to {self.max_nodes} nodes; the softest of more are left out; count tells how many there are",
            "missing": "NaN in all nodes of an event whose jet is missing; 0 for what a kind of node does not have, as eta of missinget",
            "phi": "rad, in [-pi, pi); differences wrapped",
            "steps": [
                {"step": "nodes", "features": list(self.names), "max_nodes": self.max_nodes},
                {"step": "edges", "edges": pairs, "max_neighbours": self.max_neighbours},
                {"step": "edge features", "features": [{"name": k, "unit": v} for k, v in self.edge_units.items()]},
            ],
        }

    @property
    def _nodes(self) -> tuple[str, ...]:
        return tuple(self.nodes or ())

    def _fill(self, nodes: npt.NDArray[np.float32], events: Events, told: Counter[str]) -> npt.NDArray[np.int64]:
        """Write the nodes of a batch; return how many each event has."""
        found = read_features(events, self.objects, self._nodes)
        cloud, event = found.cloud, found.cloud.event
        kinds = [cloud.kind == k for k in range(len(self.names) - len(self._nodes))]
        order = np.lexsort((-cloud.values["pt"], event))
        place = np.arange(len(event)) - np.repeat(np.cumsum(cloud.counts) - cloud.counts, cloud.counts)
        kept = place < self.max_nodes
        for k, values in enumerate((*found.features, *kinds)):
            nodes[event[kept], place[kept], k] = values[order[kept]]
        nodes[cloud.missing] = np.nan
        self._tell_left_out(cloud, told)
        told[UNDEFINED] += found.undefined
        return np.minimum(cloud.counts, self.max_nodes)

    def _tell_left_out(self, cloud: Cloud, told: Counter[str]) -> None:
        told["have no such jet: their nodes are NaN"] += int(cloud.missing.sum())
        more = f"have more than max_nodes={self.max_nodes} nodes: the softest are left out"
        told[more] += int((cloud.counts > self.max_nodes).sum())

    def _values(self, nodes: npt.NDArray[np.float32]) -> dict[str, npt.NDArray[np.float64]]:
        """Return the features that edges need, (n, N) each."""
        stored = {name: nodes[:, :, k].astype(np.float64) for k, name in enumerate(self._nodes)}
        same = {need: next((stored[name] for name in names if name in stored), None) for need, names in _SAME.items()}
        return stored | {need: values for need, values in same.items() if values is not None}

    def _neighbours(
        self, values: Mapping[str, npt.NDArray[np.float64]], mask: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.int16]:
        if self.edges == "complete":
            return complete(mask)
        radius = float(self.edges[1]) if isinstance(self.edges, tuple) and self.edges[0] == "radius" else np.inf
        eta, phi = (np.nan_to_num(values[name]) for name in _SAME)
        return nearest(eta, phi, mask, count=self.max_neighbours, radius=radius)
