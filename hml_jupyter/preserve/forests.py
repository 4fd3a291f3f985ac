"""Boosted decision trees as one ONNX operator."""

from __future__ import annotations

from typing import Any

import numpy as np

from .graphs import Graph

__all__ = ["below", "forest"]


def below(values: Any) -> Any:
    """Return the largest single-precision numbers that are not above `values`: ``x <= value`` stays what it is for single x.

    Examples
    --------
    >>> float(below(0.1)) <= 0.1, float(below(0.5))
    (True, 0.5)
    """
    near = np.asarray(values, np.float32)
    with np.errstate(invalid="ignore"):
        return np.where(near.astype(float) > values, np.nextafter(near, np.float32(-np.inf)), near).astype(np.float32)


def forest(graph: Graph, inputs: str, model: Any) -> str:
    """Add scikit-learn's histogram gradient boosting of two classes to a graph: (n, 1), the probability of the second."""
    nodes = [tree.nodes for (tree,) in model._predictors]
    sizes = [len(each) for each in nodes]
    every = np.concatenate(nodes)
    tree = np.repeat(np.arange(len(nodes)), sizes)
    place = np.concatenate([np.arange(size) for size in sizes])
    leaf = every["is_leaf"].astype(bool)
    ones = np.ones(len(every), np.int64)
    summed = graph.add(
        "TreeEnsembleRegressor",
        inputs,
        domain="ai.onnx.ml",
        n_targets=1,
        aggregate_function="SUM",
        post_transform="NONE",
        base_values=np.ravel(model._baseline_prediction).astype(np.float32).tolist(),
        nodes_treeids=tree.tolist(),
        nodes_nodeids=place.tolist(),
        nodes_featureids=np.where(leaf, 0, every["feature_idx"]).tolist(),
        nodes_modes=np.where(leaf, "LEAF", "BRANCH_LEQ").tolist(),
        nodes_values=np.where(leaf, 0, below(every["num_threshold"])).tolist(),
        nodes_hitrates=ones.astype(float).tolist(),
        nodes_truenodeids=np.where(leaf, 0, every["left"]).tolist(),
        nodes_falsenodeids=np.where(leaf, 0, every["right"]).tolist(),
        nodes_missing_value_tracks_true=np.where(leaf, 0, every["missing_go_to_left"]).tolist(),
        target_treeids=tree[leaf].tolist(),
        target_nodeids=place[leaf].tolist(),
        target_ids=(0 * ones[leaf]).tolist(),
        target_weights=every["value"][leaf].astype(np.float32).tolist(),
    )
    return graph.add("Sigmoid", summed)
