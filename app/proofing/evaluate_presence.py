"""APCER by attack species and BPCER, over clips or over presentations that are simulated here."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from app.proofing.error_rates import error_rate
from app.proofing.presence import judge_presence
from app.proofing.presence_signals import PresenceFrame
from app.proofing.presence_trial import hold_trial
from app.proofing.replayed_clip import judge_replays
from app.vision.decoding import UndecodableImage, decode_image
from app.vision.face_observation import observe_frame
from app.vision.image import resize_to_fit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from app.proofing.presence import Verdict
    from app.proofing.presence_trial import Presentation
    from app.vision.faces import FaceEngine
    from app.vision.image import Image

BONA_FIDE = "bona_fide"
REPLAYED = "bona_fide_replayed"
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


@dataclass(frozen=True, slots=True)
class Judged:
    """What was said of one presentation; `is_acquired` is false when no face could be judged."""

    species: str
    verdict: Verdict
    is_acquired: bool


def evaluate_presence(manifest: Path, engine: FaceEngine, deals: int = 0) -> dict[str, Any]:
    """The error rates over a CSV `path,species[,challenge]`, paths relative to it.

    With `deals` each clip without a challenge of its own is played to so many that are dealt by
    chance. Nobody can follow a deal in a recording: a bona fide clip is an attack there as well.
    Raises: ValueError, with the number of the line, for what cannot be judged.
    """
    judged: list[Judged] = []
    with manifest.open(newline="", encoding="utf-8") as lines:
        rows = csv.DictReader(lines)
        if not {"path", "species"} <= set(rows.fieldnames or ()):
            message = f"{manifest.name} needs the columns path,species"
            raise ValueError(message)
        for row in rows:
            try:
                judged += _judge_clip(manifest.parent / row["path"], row, engine, deals)
            except (OSError, ValueError, UndecodableImage) as error:
                message = f"{manifest.name}, line {rows.line_num}: {error}"
                raise ValueError(message) from error
    return error_rates_of(judged)


def _judge_clip(
    clip: Path, row: Mapping[str, str | None], engine: FaceEngine, deals: int
) -> Iterator[Judged]:
    species = row["species"] or ""
    frames = observe_clip(clip, engine)
    is_acquired = any(frame.observation.face_count for frame in frames)
    turns = [turn for turn in (row.get("challenge") or "").split(",") if turn]
    if turns or not deals:
        report = judge_presence(frames, turns, engine, is_recording=True)
        yield Judged(species, report.verdict, is_acquired)
        return
    for verdict in judge_replays(frames, engine, deals, clip.name):
        yield Judged(REPLAYED if species == BONA_FIDE else species, verdict, is_acquired)


def error_rates_of(judged: Iterable[Judged]) -> dict[str, Any]:
    """The rates with counts and bounds, as plain values; `apcer` by species, worst first.

    An attack counts as an error when its verdict is `present`, a bona fide presentation when it is
    not, failures to acquire included. Species are never pooled.
    """
    found = list(judged)
    trials = Counter(each.species for each in found)
    present = Counter(each.species for each in found if each.verdict == "present")
    recognised = Counter(each.species for each in found if each.verdict == "attack")
    lost = sum(1 for each in found if each.species == BONA_FIDE and not each.is_acquired)
    species = [name for name in trials if name != BONA_FIDE]
    apcer = {
        name: error_rate(present[name], trials[name]).as_dict() | {"recognised": recognised[name]}
        for name in sorted(species, key=lambda name: -present[name] / trials[name])
    }
    n_bona_fide = trials[BONA_FIDE]
    return {
        "n_bona_fide": n_bona_fide,
        "n_attacks": sum(trials.values()) - n_bona_fide,
        "bpcer": error_rate(n_bona_fide - present[BONA_FIDE], n_bona_fide).as_dict(),
        "failure_to_acquire": error_rate(lost, n_bona_fide).as_dict(),
        "apcer": apcer,
    }


def presence_table(found: dict[str, Any]) -> str:
    """The result as a Markdown table."""
    rows = ["| presentation | n | errors | rate (95 % bounds) |", "|---|---|---|---|"]
    for name, rate in (
        ("bona fide (BPCER)", found["bpcer"]),
        ("bona fide (failure to acquire)", found["failure_to_acquire"]),
        *found["apcer"].items(),
    ):
        share = "-" if rate["rate"] is None else f"{rate['rate']:.1%}"
        bounds = f"{rate['lower']:.1%} to {rate['upper']:.1%}"
        rows.append(f"| {name} | {rate['trials']} | {rate['errors']} | {share} ({bounds}) |")
    return "\n".join(rows)


def judge_presentation(presentation: Presentation, engine: FaceEngine) -> Judged:
    """What is said of a simulated presentation after a challenge of its own. Cost: 4 s."""
    trial = hold_trial(presentation, engine)
    report = judge_presence(trial.frames, trial.dealt, engine)
    return Judged(presentation.species, report.verdict, is_acquired=trial.tracker.step_index > 0)


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
