"""Methods: train, evaluate, compare, score; cuts, boosted decision trees and networks."""

from __future__ import annotations

from .checkpoint import finished_epochs
from .closures import Closure, closure
from .comparison import compare, evaluate
from .cut_network import CutNetwork
from .cutting import CutAndCount
from .evaluation import Comparison, Evaluation
from .graph_network import GraphNetwork
from .method import METHODS, get
from .networks import CNN, MLP
from .options import options
from .own import Network
from .scans import Scan, scan
from .scoring import score
from .surrogate import Surrogate
from .trained import Training
from .training import train
from .trees import BoostedDecisionTree
from .working import working_point

__all__ = [
    "CNN",
    "METHODS",
    "MLP",
    "BoostedDecisionTree",
    "Closure",
    "Comparison",
    "CutAndCount",
    "CutNetwork",
    "Evaluation",
    "GraphNetwork",
    "Network",
    "Scan",
    "Surrogate",
    "Training",
    "closure",
    "compare",
    "evaluate",
    "finished_epochs",
    "get",
    "options",
    "scan",
    "score",
    "train",
    "working_point",
]
