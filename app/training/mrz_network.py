"""The network that reads MRZ lines, in PyTorch: what is trained, and how it becomes ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

from app.vision.mrz_emission import MRZ_ALPHABET
from app.vision.mrz_lines import LINE_HEIGHT_PX

if TYPE_CHECKING:
    from pathlib import Path

CLASSES = 1 + len(MRZ_ALPHABET)  # the blank first


class MrzLineNetwork(nn.Module):
    """Crops (n, 1, LINE_HEIGHT_PX, w) to log-probabilities (n, w / STEP_PX, CLASSES).

    A step sees 43 px of the line, some two characters: enough for a shape, too little for a word,
    so that nothing is read that is not printed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *_stage(1, 16, stride=(2, 2)),
            *_stage(16, 24),
            *_stage(24, 48, stride=(2, 2)),
            *_stage(48, 48),
            *_stage(48, 64, stride=(2, 1)),
            *_stage(64, 96, kernel=(LINE_HEIGHT_PX // 8, 3), padding=(0, 1)),
            *_stage(96, 96, kernel=(1, 3), padding=(0, 1)),
        )
        self.head = nn.Conv2d(96, CLASSES, 1)

    def forward(self, crops: torch.Tensor) -> torch.Tensor:
        """The log-probability of each class at each step."""
        scores = self.head(self.body(crops)).squeeze(2).transpose(1, 2)
        return torch.log_softmax(scores, dim=2)


def _stage(
    inputs: int,
    outputs: int,
    *,
    kernel: tuple[int, int] = (3, 3),
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (1, 1),
) -> list[nn.Module]:
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False)
    return [convolution, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]


def export_onnx(network: MrzLineNetwork, file: Path) -> None:
    """The network as ONNX with any number of lines of any width; batch norms are folded in."""
    network.eval()
    sample = torch.zeros(1, 1, LINE_HEIGHT_PX, 64)
    torch.onnx.export(
        network,
        (sample,),
        str(file),
        input_names=["lines"],
        output_names=["log_p"],
        dynamic_axes={"lines": {0: "n", 3: "width"}, "log_p": {0: "n", 1: "steps"}},
        opset_version=17,
        dynamo=False,
    )
