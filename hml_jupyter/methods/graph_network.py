"""Networks on graphs: masked message passing."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ..representations import Graphs
from .backend import keras, single
from .keras_learning import KerasMethod, layer_seed
from .method import Array, register
from .moments import moments_of_rows
from .networks import ACTIVATIONS, dense, head, normalized
from .options import option
from .sample import Sample

__all__ = ["GraphNetwork"]


@register
class GraphNetwork(KerasMethod):
    """Messages along the edges of graphs, averaged at each node, then over the nodes; dense layers and one sigmoid output.

    In each layer the message to a node from a neighbour is made by two dense layers of the node, its neighbour minus the
    node, and the features of the edge; their mean over the neighbours is added to a dense layer of the node: the EdgeConv of
    ParticleNet (Qu and Gouskos, arXiv:1902.08570) on the edges that the graphs have, without batch normalisation. The score
    depends on nodes and edges alone, not on the order of nodes or on padding. Graphs without edges (``edges=None``) have no
    messages: each node is seen by itself and their mean is what counts, as in Deep Sets (Komiske, Metodiev, Thaler,
    arXiv:1810.05165). Features are normalised by the model's first layers, by their mean and standard deviation over the
    nodes (edges) of the training events.

    Examples
    --------
    >>> GraphNetwork(messages=(32, 32)).kind
    'graph'
    """

    kind: ClassVar[str] = "graph"
    rows: ClassVar[int] = 512

    messages: tuple[int, ...] = option(
        default=(32, 64), doc="Units of each layer of messages.", minimum=1, maximum=4096, unit="units"
    )
    hidden: tuple[int, ...] = option(
        default=(64,),
        doc="Units of each dense layer after the mean over nodes.",
        minimum=1,
        maximum=16_384,
        unit="units",
    )
    activation: str = option(
        default="relu", doc="Activation of all layers but the last.", choices=ACTIVATIONS, advanced=True
    )
    dropout: float = option(
        default=0.0,
        doc="Fraction of dense units left out while training.",
        minimum=0.0,
        maximum=0.95,
        advanced=True,
    )

    def tensors(self, X: Graphs) -> dict[str, Array]:
        """Return the arrays by the names of the model's inputs; without edges nodes and mask alone."""
        found = {"nodes": single(X.nodes), "mask": single(X.mask)}
        if X.neighbours.shape[-1]:
            found["neighbours"] = X.neighbours.astype(np.int32)
        if X.edges.size:
            found["edges"] = single(X.edges)
        return found

    def build(self, sample: Sample, seed: int) -> Any:
        """Return the untrained network."""
        from .keras_layers import MaskedMean

        X: Graphs = sample.train.X
        inputs = {
            name: keras().Input((None, *each.shape[2:]), dtype=str(each.dtype), name=name)
            for name, each in self.tensors(X).items()
        }
        flow = normalized(inputs["nodes"], *moments_of_rows(X.nodes[X.mask], sample.names))
        edges = [inputs["neighbours"]] if "neighbours" in inputs else []
        if "edges" in inputs:
            features = [f"edge feature {i}" for i in range(X.edges.shape[-1])]
            moments = moments_of_rows(X.edges[X.neighbours >= 0], features)
            edges.append(normalized(inputs["edges"], *moments, "edge_normalization"))
        for i, units in enumerate(self.messages):
            flow = self._layer(flow, edges, units, i, seed)
        flow = MaskedMean(dtype="float32", name="mean")([flow, inputs["mask"]])
        return keras().Model(inputs, head(self, flow, seed), name="graph_network")

    def _layer(self, flow: Any, edges: list[Any], units: int, i: int, seed: int) -> Any:
        """Return the nodes after a layer of messages; `edges` are neighbours and, where there are any, features."""
        from .keras_layers import Messages, NeighbourMean

        layers, at = keras().layers, layer_seed(seed, 100 + i)
        own = dense(units, "linear", f"node_{i}", at)(flow)
        if edges:
            sent = Messages(dtype="float32", name=f"messages_{i}")([flow, *edges])
            for j in range(2):
                sent = dense(units, self.activation, f"edge_{i}_{j}", layer_seed(seed, 200 + 2 * i + j))(sent)
            own = layers.Add(dtype="float32", name=f"sum_{i}")(
                [own, NeighbourMean(dtype="float32", name=f"mean_{i}")([sent, edges[0]])]
            )
        return layers.Activation(self.activation, dtype="float32", name=f"activation_{i}")(own)
