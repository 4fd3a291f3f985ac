"""What is installed here, for the records."""

from __future__ import annotations

import os
import platform
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path

from .canonical import write_text

__all__ = ["platform_name", "versions", "write_environment"]

#: The packages whose versions can change a number.
MATTERING = (
    "hml_jupyter",
    "numpy",
    "awkward",
    "awkward-cpp",
    "boost-histogram",
    "fastjet",
    "jax",
    "jaxlib",
    "keras",
    "pyarrow",
    "pythia8mc",
    "scikit-learn",
    "scipy",
    "uproot",
    "vector",
)


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that matter for numbers, and which backend Keras has."""
    return {**_versions(), "keras backend": _backend()}


def _backend() -> str:
    """Return the backend of Keras and its version; `hml_jupyter.methods` takes JAX where nothing else is asked for."""
    keras = sys.modules.get("keras")
    name = keras.config.backend() if keras else os.environ.get("KERAS_BACKEND", "jax")
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return str(name)


@cache
def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in MATTERING:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


@cache
def platform_name() -> str:
    """Return the operating system and the processor, ``"linux-x86_64 (AMD EPYC)"``; numeric libraries choose by the model."""
    file = Path("/proc/cpuinfo")
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return f"{sys.platform}-{platform.machine()}" + (f" ({model})" if model else "")


@cache
def _installed() -> str:
    pairs = {f"{d.metadata['Name']}=={d.version}" for d in distributions() if d.metadata["Name"]}
    return (
        "\n".join([f"# Python {platform.python_version()} on {platform_name()}", *sorted(pairs, key=str.lower)]) + "\n"
    )


def write_environment(file: Path) -> None:
    """Write the exact version of every installed package to `file`, if it does not hold that already."""
    text = _installed()
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        write_text(file, text)
