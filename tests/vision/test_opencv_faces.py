from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.specimens.portraits import load_selfie
from app.vision.dlib_faces import DlibFaceEngine
from app.vision.face_engine_choice import FaceEngineMissingError, choose_face_engine
from app.vision.face_scale_file import FaceScaleError, MeasuredScale, read_scale, write_scale
from app.vision.model_cards import SFACE, SFACE_INT8, YUNET
from app.vision.model_folder import ModelDamagedError, ModelFolder
from app.vision.opencv_faces import OpenCvFaceEngine
from app.vision.score_scale import ScoreScale, measured_scale
from tests.builders.tiny_networks import detector_that_finds, embedder

if TYPE_CHECKING:
    from pathlib import Path

SCALE = ScoreScale((0.1, 0.2, 0.3, 0.4, 0.5))
SELFIE = np.ascontiguousarray(load_selfie("astronaut")[:480, :480])
(SHOWN,) = DlibFaceEngine().detect(SELFIE)
DETECTOR = detector_that_finds(SHOWN, 480)


def _engine(scale: ScoreScale | None = None) -> OpenCvFaceEngine:
    return OpenCvFaceEngine("tiny", lambda: DETECTOR, embedder, scale)


def test_a_face_is_found_with_the_points_that_dlib_finds() -> None:
    (face,) = _engine().detect(SELFIE)

    assert abs(face.box.width_px - SHOWN.box.width_px) <= 3
    assert np.abs(face.landmarks - SHOWN.landmarks).max() < 0.05 * SHOWN.box.width_px
    assert face.anchors.shape == (5, 2)
    assert face.score > 0.5


def test_the_features_have_length_one_and_do_not_see_a_mirror() -> None:
    engine = _engine()
    (face,) = engine.detect(SELFIE)

    features = engine.embed(SELFIE, face)

    assert np.linalg.norm(features) == pytest.approx(1)
    mirrored = features.reshape(3, 8, 8)[:, :, ::-1].ravel()
    assert engine.compare(features, mirrored) == pytest.approx(1, abs=1e-3)


def test_the_scale_gives_the_score_and_is_part_of_the_hash() -> None:
    one, other = np.array([1.0, 0.0]), np.array([0.3, np.sqrt(1 - 0.3**2)])

    assert _engine().compare(one, other) == pytest.approx(0.3)
    assert _engine(SCALE).compare(one, other) == pytest.approx(0.6)
    assert _engine(SCALE).model_hash != _engine().model_hash


def test_the_second_engine_is_used_once_it_is_installed_and_measured(tmp_path: Path) -> None:
    folder = ModelFolder(tmp_path)
    assert choose_face_engine("auto", folder).name == "dlib-resnet-v1"
    with pytest.raises(FaceEngineMissingError, match="kyc models fetch"):
        choose_face_engine("opencv", folder)

    for card in (YUNET, SFACE_INT8, SFACE):
        with folder.file_of(card).open("wb") as file:
            file.truncate(card.size_bytes)
    assert choose_face_engine("auto", folder).name == "dlib-resnet-v1"
    with pytest.raises(FaceEngineMissingError, match="kyc models calibrate"):
        choose_face_engine("opencv", folder)

    write_scale(tmp_path, MeasuredScale(SCALE, YUNET.sha256, SFACE.sha256, 1000, 400_000))
    assert choose_face_engine("auto", folder).name == "yunet-2023mar+sface-2021dec"
    assert choose_face_engine("dlib", folder).name == "dlib-resnet-v1"
    with pytest.raises(ModelDamagedError, match="kyc models fetch yunet-2023mar"):
        choose_face_engine("opencv", folder).load()


def test_a_scale_counts_only_for_the_networks_it_was_measured_with(tmp_path: Path) -> None:
    write_scale(tmp_path, MeasuredScale(SCALE, "a", "b", 1000, 400_000))
    assert read_scale(tmp_path, "a", "b") == SCALE
    with pytest.raises(FaceScaleError, match="other networks"):
        read_scale(tmp_path, "a", "c")

    (tmp_path / "face_scale.json").write_text("{}")
    with pytest.raises(FaceScaleError, match="cannot be read"):
        read_scale(tmp_path, "a", "b")


def test_a_measured_scale_puts_each_false_match_rate_at_its_score() -> None:
    strangers = np.random.default_rng(5).normal(0, 0.1, 200_000)

    scale = measured_scale(strangers)

    for rate, score in ((1e-2, 0.4), (1e-3, 0.6)):
        reached = np.mean([scale.score(raw) >= score for raw in strangers[strangers > 0.2]])
        assert reached * np.mean(strangers > 0.2) == pytest.approx(rate, rel=0.1)
    with pytest.raises(ValueError, match="a scale needs 100000"):
        measured_scale(strangers[:1000])
