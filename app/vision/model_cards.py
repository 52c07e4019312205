"""Networks that an operator may install: what each is, where it comes from, how it was measured."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Purpose = Literal["face_detector", "face_embedder", "passive_pad"]

_ZOO = "https://github.com/opencv/opencv_zoo/raw/refs/heads/main/models"


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One file, pinned by its hash; `measured_error` says by whom and on what.

    Where `is_published` is false, `source_url` tells where the weights come from, and no address
    holds the file itself.
    """

    name: str
    file: str
    purpose: Purpose
    sha256: str
    size_bytes: int
    licence: str
    source_url: str
    input: str
    measured_error: str
    is_published: bool = True

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

_SILENT_FACE = "https://github.com/minivision-ai/Silent-Face-Anti-Spoofing"
_PAD_ERROR = "see docs: a score to report, never to decide by"

MINIFASNET_V2 = ModelCard(
    name="minifasnet-v2",
    file="minifasnet_v2_2.7_80x80.onnx",
    purpose="passive_pad",
    sha256="cd9a11a306af0b3ac9a905a6b38da6ee4bc81f1db327883e9dc527cc19bbb80a",
    size_bytes=1_817_314,
    licence="Apache-2.0",
    source_url=_SILENT_FACE,
    input="BGR, 0 to 255, 80 x 80, 2.7 times the face; three classes, the second bona fide",
    measured_error=_PAD_ERROR,
    is_published=False,
)
MINIFASNET_V1SE = ModelCard(
    name="minifasnet-v1se",
    file="minifasnet_v1se_4.0_80x80.onnx",
    purpose="passive_pad",
    sha256="bf796dc808db3ef11d689a1b4bce9f97fad505c6960bfac5788cbebecb22dc7e",
    size_bytes=1_821_549,
    licence="Apache-2.0",
    source_url=_SILENT_FACE,
    input="BGR, 0 to 255, 80 x 80, 4.0 times the face; three classes, the second bona fide",
    measured_error=_PAD_ERROR,
    is_published=False,
)

MODEL_CARDS = (YUNET, SFACE, SFACE_INT8, MINIFASNET_V2, MINIFASNET_V1SE)
EMBEDDERS = (SFACE, SFACE_INT8)
"""The first one that is installed is used."""
