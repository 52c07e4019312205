"""dlib's face recognition network, its own weights run by onnxruntime.

The wheel of dlib multiplies without a BLAS: 75 ms a face. The same weights in onnxruntime take 6 ms
and give the same 128 features to 3e-7, which pays for describing each face several times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.vision.onnx_session import open_network

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

CHIP_PX = 150


class DlibNetwork:
    """The features of aligned faces. Cost: 1.5 s to load, 6 ms a face on one core."""

    def __init__(self, weights: Path) -> None:
        # What writes the graph takes a second to import, which those who only detect need not pay.
        from app.vision.dlib_graph import network_as_onnx  # noqa: PLC0415

        self._session = open_network(network_as_onnx(weights, CHIP_PX))

    def describe(self, chips: NDArray[np.uint8]) -> NDArray[np.float64]:
        """The features (n, 128) of chips (n, 150, 150, 3) uint8 RGB."""
        tensor = np.ascontiguousarray(chips.transpose(0, 3, 1, 2), dtype=np.float32)
        return np.asarray(self._session.run(None, {"chips": tensor})[0], dtype=np.float64)
