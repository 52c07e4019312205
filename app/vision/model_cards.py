"""Networks that an operator may install: what each is, where it comes from, how it was measured."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Purpose = Literal["face_detector", "face_embedder"]

_ZOO = "https://github.com/opencv/opencv_zoo/raw/refs/heads/main/models"


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One file, pinned by its hash; `measured_error` says by whom and on what."""

    name: str
    file: str
    purpose: Purpose
    sha256: str
    size_bytes: int
    licence: str
    source_url: str
    input: str
    measured_error: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


YUNET = ModelCard(
    name="yunet-2023mar",
    file="face_detection_yunet_2023mar.onnx",
    purpose="face_detector",
    sha256="8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
    size_bytes=232_589,
    licence="MIT",
    source_url=f"{_ZOO}/face_detection_yunet/face_detection_yunet_2023mar.onnx",
    input="BGR, 0 to 255, any size; five points a face: eyes, nose, corners of the mouth",
    measured_error="evaluation data: a face found in each of 4,040 pictures of LFW; see docs",
)
SFACE = ModelCard(
    name="sface-2021dec",
    file="face_recognition_sface_2021dec.onnx",
    purpose="face_embedder",
    sha256="0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
    size_bytes=38_696_353,
    licence="Apache-2.0",
    source_url=f"{_ZOO}/face_recognition_sface/face_recognition_sface_2021dec.onnx",
    input="RGB, 0 to 255, 112 x 112, aligned by YuNet's five points; 128 features",
    measured_error="not measured here; 99.40 % accuracy on LFW by its authors",
)
SFACE_INT8 = ModelCard(
    name="sface-2021dec-int8",
    file="face_recognition_sface_2021dec_int8.onnx",
    purpose="face_embedder",
    sha256="2b0e941e6f16cc048c20aee0c8e31f569118f65d702914540f7bfdc14048d78a",
    size_bytes=9_896_933,
    licence="Apache-2.0",
    source_url=f"{_ZOO}/face_recognition_sface/face_recognition_sface_2021dec_int8.onnx",
    input=SFACE.input,
    measured_error="not measured here",
)

MODEL_CARDS = (YUNET, SFACE, SFACE_INT8)
EMBEDDERS = (SFACE, SFACE_INT8)
"""The first one that is installed is used."""
