"""dlib's face recognition network as an ONNX graph, made of the weight file that dlib reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Weights = NDArray[np.float32]

_FEATURES = 128
_MEAN_RGB = (122.782, 117.001, 104.298)
_SCALE = 256.0
# Channels, whether the first block halves the picture, and how many plain blocks follow.
_STAGES = ((32, False, 3), (64, True, 3), (128, True, 2), (256, True, 2), (256, True, 0))
_LAYER = re.compile(rb"con_4|affine_|fc_2")
_FIRST_LAYER_BYTE = 291  # before it stand the training's settings, whose text names layers too
_OPSET, _IR_VERSION = 17, 8


class DlibWeightsError(Exception):
    """The file is not the network that this module knows."""


def network_as_onnx(weights: Path, side_px: int) -> bytes:
    """The network as the bytes of an ONNX file: `chips` (n, 3, side, side) float32 RGB, 0 to 255.

    Raises: DlibWeightsError.
    """
    try:
        return _Graph(_read_layers(weights.read_bytes())).build(side_px)
    except (StopIteration, ValueError, IndexError) as error:
        message = "The file does not hold dlib's face recognition network, version 1."
        raise DlibWeightsError(message) from error


def _read_layers(content: bytes) -> Iterator[tuple[str, Weights]]:
    """The trained layers in the order of the computation: name, and all of its numbers.

    Source: dlib 20, `serialize` of tensors and layers: a tag, then a tensor as five whole numbers
    (version, samples, channels, rows, columns) and little-endian floats.
    """
    place = _FIRST_LAYER_BYTE
    while (tag := _LAYER.search(content, place)) is not None:
        place = tag.end()
        if tag.group() == b"fc_2":
            _, place = _whole_number(content, place)  # outputs
            _, place = _whole_number(content, place)  # inputs
        _, place = _whole_number(content, place)
        count = 1
        for _ in range(4):
            factor, place = _whole_number(content, place)
            count *= factor
        yield tag.group().decode(), np.frombuffer(content, "<f4", count, place)
        place += 4 * count


def _whole_number(content: bytes, place: int) -> tuple[int, int]:
    n_bytes = content[place] & 0x0F
    end = place + 1 + n_bytes
    return int.from_bytes(content[place + 1 : end], "little"), end


def _after_stem_px(side_px: int) -> int:
    return (((side_px - 7) // 2 + 1) - 3) // 2 + 1


class _Graph:
    """Source: dlib, `dnn_face_recognition_ex.cpp` (anet_type), and `add_prev`, which pads what is
    smaller with zeros at its right and lower edge and its last channels.
    """

    def __init__(self, layers: Iterator[tuple[str, Weights]]) -> None:
        self._layers = layers
        self._nodes: list[Any] = []
        self._weights: list[Any] = []

    def build(self, side_px: int) -> bytes:
        """The network as the bytes of an ONNX file."""
        centred = self._add("Sub", "chips", self._constant(np.reshape(_MEAN_RGB, (1, 3, 1, 1))))
        x = self._add("Div", centred, self._constant(np.array([_SCALE])))
        x = self._relu(self._convolution(x, 3, 32, kernel_px=7, stride=2))
        x = self._add("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2])
        channels, side_now_px = 32, _after_stem_px(side_px)
        for wanted, is_halved, plain_blocks in _STAGES:
            if is_halved:
                x, side_now_px = self._halving_block(x, channels, wanted, side_now_px)
            channels = wanted
            for _ in range(plain_blocks):
                x = self._relu(self._add("Add", self._block(x, channels, channels), x))
        x = self._add("Flatten", self._add("GlobalAveragePool", x))
        projection = self._next("fc_2").reshape(channels, _FEATURES)
        x = self._add("MatMul", x, self._constant(projection))
        return self._serialised(x, side_px)

    def _block(self, x: str, inputs: int, outputs: int, stride: int = 1) -> str:
        inner = self._relu(self._convolution(x, inputs, outputs, stride=stride))
        return self._convolution(inner, outputs, outputs)

    def _halving_block(self, x: str, inputs: int, outputs: int, side_px: int) -> tuple[str, int]:
        convolved = self._block(x, inputs, outputs, stride=2)
        pooled = self._add("AveragePool", x, kernel_shape=[2, 2], strides=[2, 2])
        convolved_px, pooled_px = (side_px - 3) // 2 + 1, side_px // 2
        if outputs > inputs:
            pooled = self._pad(pooled, outputs - inputs, 0)
        if pooled_px > convolved_px:
            convolved = self._pad(convolved, 0, pooled_px - convolved_px)
        return self._relu(self._add("Add", convolved, pooled)), pooled_px

    def _convolution(
        self, x: str, inputs: int, outputs: int, kernel_px: int = 3, stride: int = 1
    ) -> str:
        """A convolution with the learnt scale and shift behind it folded in."""
        numbers, affine = self._next("con_4"), self._next("affine_")
        kernel_size = outputs * inputs * kernel_px**2
        kernel = numbers[:kernel_size].reshape(outputs, inputs, kernel_px, kernel_px)
        scale, shift = affine[:outputs], affine[outputs:]
        bias = numbers[kernel_size:] * scale + shift
        return self._add(
            "Conv",
            x,
            self._constant(kernel * scale.reshape(-1, 1, 1, 1)),
            self._constant(bias),
            strides=[stride, stride],
            pads=[kernel_px // 2 if stride == 1 else 0] * 4,
        )

    def _relu(self, x: str) -> str:
        return self._add("Relu", x)

    def _pad(self, x: str, channels: int, side_px: int) -> str:
        ends = np.array([0, 0, 0, 0, 0, channels, side_px, side_px], dtype=np.int64)
        return self._add("Pad", x, self._named(ends))

    def _next(self, kind: str) -> Weights:
        found, numbers = next(self._layers)
        if found != kind:
            raise ValueError(found)
        return numbers

    def _constant(self, numbers: NDArray[Any]) -> str:
        return self._named(np.ascontiguousarray(numbers, dtype=np.float32))

    def _named(self, numbers: NDArray[Any]) -> str:
        name = f"w{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(numbers, name))
        return name

    def _add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        name = f"x{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def _serialised(self, output: str, side_px: int) -> bytes:
        shape: list[str | int | None] = ["n", 3, side_px, side_px]
        graph = helper.make_graph(
            self._nodes,
            "dlib_face_recognition_resnet_model_v1",
            [helper.make_tensor_value_info("chips", TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["n", _FEATURES])],
            self._weights,
        )
        opset = helper.make_opsetid("", _OPSET)
        model = helper.make_model(graph, opset_imports=[opset], ir_version=_IR_VERSION)
        return bytes(model.SerializeToString())
