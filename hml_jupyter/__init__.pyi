from . import errors
from .boards import board
from .cuts import Cut
from .datasets import Dataset, build_dataset
from .events import read_events
from .executors import set_executor
from .methods import (
    CNN,
    MLP,
    BoostedDecisionTree,
    CutAndCount,
    CutNetwork,
    GraphNetwork,
    Network,
    Scan,
    Surrogate,
    Training,
    closure,
    compare,
    evaluate,
    scan,
    score,
    train,
    working_point,
)
from .methods.keras_metrics import MaxSignificance, RejectionAtEfficiency
from .observables import observable, observables, register_observable
from .pack import pack
from .plots import plot
from .preserve import EfficiencyMap, convert, efficiency_map, load_preserved, preserve
from .process import Process
from .replay import replay
from .representations import Graph, Image, Set
from .runs import Run, generate, shower, summary
from .selection import cutflow, select
from .statistics import Workspace, abcd, limit, workspace
from .tables import open_table
from .widgets import Lab

__version__: str

__all__ = [
    "CNN",
    "MLP",
    "BoostedDecisionTree",
    "Cut",
    "CutAndCount",
    "CutNetwork",
    "Dataset",
    "EfficiencyMap",
    "Graph",
    "GraphNetwork",
    "Image",
    "Lab",
    "MaxSignificance",
    "Network",
    "Process",
    "RejectionAtEfficiency",
    "Run",
    "Scan",
    "Set",
    "Surrogate",
    "Training",
    "Workspace",
    "abcd",
    "board",
    "build_dataset",
    "closure",
    "compare",
    "convert",
    "cutflow",
    "efficiency_map",
    "errors",
    "evaluate",
    "generate",
    "limit",
    "load_preserved",
    "observable",
    "observables",
    "open_table",
    "pack",
    "plot",
    "preserve",
    "read_events",
    "register_observable",
    "replay",
    "scan",
    "score",
    "select",
    "set_executor",
    "shower",
    "summary",
    "train",
    "working_point",
    "workspace",
]
