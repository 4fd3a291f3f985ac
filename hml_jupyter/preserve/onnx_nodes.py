"""Single ONNX operators."""

from __future__ import annotations

from typing import Any, NoReturn

from ..errors import ArgumentError

__all__ = ["Unexpressed", "attributes", "refuse", "unexpressed"]


class Unexpressed(ArgumentError):
    """An operator that lwtnn has nothing for."""


def unexpressed(node: Any, why: str) -> Unexpressed:
    """Return the error of what lwtnn does not have."""
    name = node.name or ", ".join(node.output)
    return Unexpressed(f"the operator {node.op_type} ({name}) cannot be expressed in lwtnn: {why}")


def refuse(node: Any, why: str, cause: BaseException | None = None) -> NoReturn:
    """Raise the error of what lwtnn does not have."""
    raise unexpressed(node, why) from cause


def attributes(node: Any) -> dict[str, Any]:
    """Return the attributes of an operator, by name."""
    from onnx import helper

    return {each.name: helper.get_attribute_value(each) for each in node.attribute}
