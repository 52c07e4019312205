"""Portraits as they are printed, against the selfie of the same person."""

import pytest

from app.proofing.holder_comparison import compare_holder
from app.specimens.portraits import load_portrait, load_selfie
from app.specimens.printed_portrait import PRINTS
from app.vision.dlib_faces import DlibFaceEngine

ENGINE = DlibFaceEngine()


@pytest.mark.parametrize("name", PRINTS)
def test_a_printed_portrait_is_changed_and_still_its_holder(name: str) -> None:
    portrait = load_portrait("astronaut")

    printed = PRINTS[name](portrait)

    assert (printed.shape, printed.dtype) == (portrait.shape, portrait.dtype)
    assert (printed != portrait).mean() > 0.2
    assert compare_holder([printed], [load_selfie("astronaut")], ENGINE).decision == "match"
