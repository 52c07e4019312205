"""Networks of a few numbers with the shapes of the real ones, which no test may need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from app.vision.faces import Face

_STRIDES = (8, 16, 32)
_SIDE_PX = 256  # the detector's first size


def detector_that_finds(face: Face, shown_px: int) -> bytes:
    """A detector with YuNet's outputs that sees this face in every square picture.

    `shown_px` is the side of the picture in which the face lies.
    """
    factor = _SIDE_PX / shown_px
    outputs = {}
    for stride in _STRIDES:
        count = (_SIDE_PX // stride) ** 2
        for kind, width in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)):
            outputs[f"{kind}_{stride}"] = np.zeros((1, count, width), np.float32)
    centre = np.array([face.box.left_px + face.box.right_px, face.box.top_px + face.box.bottom_px])
    column, row = (centre * factor / 2 // 8).astype(int)
    anchor = row * (_SIDE_PX // 8) + column
    cell = np.array([column, row])
    outputs["cls_8"][0, anchor] = outputs["obj_8"][0, anchor] = 1.0
    sides = np.log(np.array([face.box.width_px, face.box.height_px]) * factor / 8)
    outputs["bbox_8"][0, anchor] = [*(centre * factor / 16 - cell), *sides]
    outputs["kps_8"][0, anchor] = (_yunet_points(face) * factor / 8 - cell).ravel()
    return _network(outputs)


def embedder() -> bytes:
    """Describes a face of 112 px by the mean colours of its 64 parts."""
    nodes = [
        helper.make_node(
            "AveragePool", ["data"], ["means"], kernel_shape=[14, 14], strides=[14, 14]
        ),
        helper.make_node("Flatten", ["means"], ["fc1"]),
    ]
    graph = helper.make_graph(
        nodes, "embedder", [_value("data", (1, 3, 112, 112))], [_value("fc1", (1, 192))]
    )
    return _saved(graph)


def pad_network() -> bytes:
    """Takes for bona fide what is bluer than red: tells BGR from RGB, and one crop from another."""
    weights = np.zeros((3, 3), np.float32)
    weights[:, 1] = [1, 0, -1]
    nodes = [
        helper.make_node("GlobalAveragePool", ["images"], ["means"]),
        helper.make_node("Flatten", ["means"], ["colours"]),
        helper.make_node("MatMul", ["colours", "weights"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "pad",
        [_value("images", (1, 3, 80, 80))],
        [_value("logits", (1, 3))],
        [numpy_helper.from_array(weights, "weights")],
    )
    return _saved(graph)


def _yunet_points(face: Face) -> np.ndarray:
    outer_left, inner_left, inner_right, outer_right, nose = face.landmarks
    eyes = (outer_left + inner_left) / 2, (inner_right + outer_right) / 2
    down = nose - (eyes[0] + eyes[1]) / 2
    return np.array([*eyes, nose, *(eye + 1.8 * down for eye in eyes)])


def _network(outputs: dict[str, np.ndarray]) -> bytes:
    # Each output hangs on the input by a zero, else it would not be computed from it.
    nodes = [
        helper.make_node("ReduceMean", ["input"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
    ]
    weights = [numpy_helper.from_array(np.zeros((), np.float32), "zero")]
    for name, values in outputs.items():
        weights.append(numpy_helper.from_array(values, f"{name}_values"))
        nodes.append(helper.make_node("Add", [f"{name}_values", "nothing"], [name]))
    inputs = [_value("input", (1, 3, _SIDE_PX, _SIDE_PX))]
    shown = [_value(name, values.shape) for name, values in outputs.items()]
    return _saved(helper.make_graph(nodes, "detector", inputs, shown, weights))


def _value(name: str, shape: tuple[int, ...]) -> Any:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))


def _saved(graph: Any) -> bytes:
    opset = helper.make_opsetid("", 13)
    return bytes(helper.make_model(graph, opset_imports=[opset], ir_version=8).SerializeToString())
