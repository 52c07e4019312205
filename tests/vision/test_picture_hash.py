"""A picture is known again by the pieces of its hash; another photograph of the paper is not."""

import cv2
import numpy as np

from app.domain.applicant_link import SAME_PICTURE_PIECES
from app.vision.decoding import decode_image
from app.vision.image import Image, encode_jpeg
from app.vision.picture_hash import picture_hash
from tests.builders.specimen_photographs import photographed


def equal_pieces(one: Image, other: Image) -> int:
    first, second = (picture_hash(each) for each in (one, other))
    return sum(first[at : at + 2] == second[at : at + 2] for at in range(0, 32, 2))


def test_a_picture_that_was_saved_anew_and_smaller_is_known_again() -> None:
    picture, _ = photographed("passport")
    half = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    again = decode_image(encode_jpeg(np.asarray(half, dtype=np.uint8), 60)).pixels
    assert len(picture_hash(picture)) == 32
    assert equal_pieces(picture, again) >= SAME_PICTURE_PIECES


def test_another_photograph_of_the_paper_is_another_picture() -> None:
    one, other = (photographed("passport", seed=seed)[0] for seed in (1, 2))
    assert equal_pieces(one, other) < SAME_PICTURE_PIECES
