"""APCER by attack species and BPCER over clips, with counts and exact bounds."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from app.proofing.error_rates import error_rate
from app.proofing.presence import judge_presence
from app.proofing.presence_signals import PresenceFrame
from app.vision.decoding import decode_image
from app.vision.face_observation import observe_frame
from app.vision.image import resize_to_fit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.vision.faces import FaceEngine
    from app.vision.image import Image

BONA_FIDE = "bona_fide"
_MAX_FRAMES = 150
_SIDE_PX = 640
_STEP_S = 0.1  # the widget sends no more than about seven frames a second


def observe_clip(clip: Path, engine: FaceEngine, *, fps: float = 10.0) -> list[PresenceFrame]:
    """The frames of a video file, or of a folder in name order, thinned to ten a second.

    Raises: ValueError when there is nothing to see; UndecodableImage for a damaged picture.
    """
    frames = []
    for at_s, image in _thinned(_folder(clip, fps) if clip.is_dir() else _video(clip)):
        small = resize_to_fit(image, _SIDE_PX)
        frames.append(PresenceFrame(at_s, observe_frame(small, engine), small))
        if len(frames) >= _MAX_FRAMES:
            break
    if not frames:
        message = "there are no frames to judge"
        raise ValueError(message)
    return frames


def evaluate_presence(manifest: Path, engine: FaceEngine) -> dict[str, Any]:
    """Error rates over a CSV `path,species[,challenge]`, paths relative to it.

    An attack counts as an error when its verdict is `present`, a bona fide clip when it is not.
    Returns: plain values for JSON; `apcer` by species, worst first, never pooled.
    """
    verdicts: dict[str, list[str]] = {}
    with manifest.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            frames = observe_clip(manifest.parent / row["path"], engine)
            turns = [turn for turn in (row.get("challenge") or "").split(",") if turn]
            report = judge_presence(frames, turns, engine, is_recording=True)
            verdicts.setdefault(row["species"], []).append(report.verdict)
    bona_fide = verdicts.pop(BONA_FIDE, [])
    refused = sum(verdict != "present" for verdict in bona_fide)
    apcer = {
        species: error_rate(found.count("present"), len(found)).as_dict()
        for species, found in verdicts.items()
    }
    worst_first = sorted(apcer.items(), key=lambda item: -(item[1]["rate"] or 0.0))
    return {
        "n_bona_fide": len(bona_fide),
        "n_attacks": sum(map(len, verdicts.values())),
        "bpcer": error_rate(refused, len(bona_fide)).as_dict(),
        "apcer": dict(worst_first),
    }


def presence_table(found: dict[str, Any]) -> str:
    """The result as a Markdown table."""
    rows = ["| presentation | n | errors | rate (95 % bounds) |", "|---|---|---|---|"]
    for name, rate in (("bona fide (BPCER)", found["bpcer"]), *found["apcer"].items()):
        share = "-" if rate["rate"] is None else f"{rate['rate']:.1%}"
        bounds = f"{rate['lower']:.1%} to {rate['upper']:.1%}"
        rows.append(f"| {name} | {rate['trials']} | {rate['errors']} | {share} ({bounds}) |")
    return "\n".join(rows)


def _thinned(frames: Iterator[tuple[float, Image]]) -> Iterator[tuple[float, Image]]:
    due_s = 0.0
    for at_s, image in frames:
        if at_s + 1e-6 >= due_s:
            due_s = at_s + _STEP_S
            yield at_s, image


def _folder(folder: Path, fps: float) -> Iterator[tuple[float, Image]]:
    for number, path in enumerate(sorted(each for each in folder.iterdir() if each.is_file())):
        yield number / fps, decode_image(path.read_bytes()).pixels


def _video(path: Path) -> Iterator[tuple[float, Image]]:
    # An operator's own file, never an upload: OpenCV's decoders stay out of the service.
    video = cv2.VideoCapture(str(path))
    fps = video.get(cv2.CAP_PROP_FPS) or 30.0
    number = 0
    while True:
        is_read, frame = video.read()
        if not is_read:
            return
        yield number / fps, np.ascontiguousarray(frame[:, :, ::-1], dtype=np.uint8)
        number += 1
