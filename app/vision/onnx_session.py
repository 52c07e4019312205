"""ONNX networks as this product runs them: on one core, and silent."""

from __future__ import annotations

import onnxruntime


def open_network(weights: bytes | str) -> onnxruntime.InferenceSession:
    """The network in these bytes, or in the file of this path, ready to run.

    Raises: onnxruntime's own errors for what is no network.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # one core a job; several workers share the machine
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # The arena keeps what the largest picture ever took: 100 MB of a worker. Without it the text
    # detector takes a quarter longer, some 70 ms a document, and nothing else does.
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
