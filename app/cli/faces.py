"""kyc compare and kyc presence: what the face engine and the presence judge say of files."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.face_engine import engine_option, face_engine
from app.proofing.evaluate_presence import observe_clip
from app.proofing.holder_comparison import compare_holder
from app.proofing.operating_points import HOLDER_MATCH_FMR
from app.proofing.presence import judge_presence
from app.vision.decoding import UndecodableImage
from app.vision.sandbox import Sandbox

if TYPE_CHECKING:
    from app.settings import FaceEngineName
    from app.vision.image import Box, Image


@click.command()
@click.argument("reference", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("probe", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@engine_option
def compare(reference: Path, probe: Path, engine_name: FaceEngineName | None) -> None:
    """Compare the face of a document or portrait with a selfie; exit 1 unless they match."""
    engine = face_engine(engine_name)
    engine.load()
    with Sandbox() as sandbox:
        pictures = [_decode(sandbox, path) for path in (reference, probe)]
    started = time.perf_counter()
    found = compare_holder(pictures[:1], pictures[1:], engine)
    faces = engine.detect(pictures[1])
    reference_quality, probe_quality = found.qualities()
    answer = {
        "engine": engine.name,
        "score": found.comparison_score,
        "threshold": found.threshold,
        "match": found.decision == "match",
        "decision": found.decision,
        "log10_likelihood_ratio": found.log10_likelihood_ratio,
        "fmr": HOLDER_MATCH_FMR,
        "reference_face": _box(found.portrait_box),
        "probe_face": _box(faces[0].box if faces else None),
        "reference_quality": reference_quality,
        "probe_quality": probe_quality,
        "ms": round((time.perf_counter() - started) * 1000),
    }
    click.echo(json.dumps(answer))
    sys.exit(0 if found.decision == "match" else 1)


@click.command()
@click.argument("clip", type=click.Path(exists=True, path_type=Path))
@click.option("--challenge", default="", help="Turns that were asked, such as yaw_left,yaw_right.")
@click.option("--fps", type=float, default=10.0, help="Frames a second of a folder.")
@engine_option
def presence(clip: Path, challenge: str, fps: float, engine_name: FaceEngineName | None) -> None:
    """Judge a video or a folder of frames; exit 1 unless the verdict is `present`."""
    engine = face_engine(engine_name)
    engine.load()
    started = time.perf_counter()
    try:
        frames = observe_clip(clip, engine, fps=fps)
        turns = [turn for turn in challenge.split(",") if turn]
        report = judge_presence(frames, turns, engine)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    answer = report.as_dict() | {
        "n_frames": len(frames),
        "ms": round((time.perf_counter() - started) * 1000),
    }
    click.echo(json.dumps(answer))
    sys.exit(0 if report.verdict == "present" else 1)


def _decode(sandbox: Sandbox, path: Path) -> Image:
    try:
        return sandbox.run("decode", path.read_bytes()).pixels
    except UndecodableImage as error:
        raise click.ClickException(f"{path}: {error}") from error


def _box(box: Box | None) -> dict[str, int] | None:
    return None if box is None else asdict(box)
