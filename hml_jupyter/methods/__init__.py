"""Methods: train, evaluate, compare; cuts, a boosted decision tree and a dense network."""

from __future__ import annotations

from .checkpoint import finished_epochs
from .comparison import compare, evaluate
from .cutting import CutAndCount
from .evaluation import Comparison, Evaluation
from .method import METHODS, get
from .networks import MLP
from .options import options
from .scoring import score
from .trained import Training
from .training import train
from .trees import BoostedDecisionTree

__all__ = [
    "METHODS",
    "MLP",
    "BoostedDecisionTree",
    "Comparison",
    "CutAndCount",
    "Evaluation",
    "Training",
    "compare",
    "evaluate",
    "finished_epochs",
    "get",
    "options",
    "score",
    "train",
]
