from __future__ import annotations

import pytest

from hml_jupyter.errors import ArgumentError, UnknownNameError
from hml_jupyter.representations import from_config


def test_from_config_refuses() -> None:
    with pytest.raises(UnknownNameError, match="unknown kind of representation 'sett'; near names: set"):
        from_config({"kind": "sett", "observables": ["met"]})
    with pytest.raises(UnknownNameError, match="unknown option of Set 'observable'; near names: observables"):
        from_config({"kind": "set", "observable": ["met"]})
    with pytest.raises(ArgumentError, match=r"described by its kind \(.*set.*\) and its options"):
        from_config({"observables": ["met"]})
