"""Papers with one fault each."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import numpy as np
import pytest

from app.specimens.attributes import SpecimenAttributes, specimen_attributes
from app.specimens.papers import Paper, print_paper
from app.specimens.portraits import load_portrait
from app.specimens.spoils import PICTURE_SPOILS, Spoil, expired
from app.standards.icao9303 import parse_mrz
from app.vision.image import to_gray

TODAY = date(2026, 11, 21)
PORTRAIT_BOX = np.s_[220:700, 70:440]  # inside the passport's portrait


def _holder() -> SpecimenAttributes:
    return specimen_attributes(Random(5), TODAY)


def _passport(*spoil: Spoil, portrait: str = "astronaut") -> Paper:
    return print_paper("passport", _holder(), load_portrait(portrait), spoil=spoil)


@pytest.mark.parametrize("spoil", Spoil)
def test_every_spoil_changes_the_paper(spoil: Spoil) -> None:
    assert not np.array_equal(_passport(spoil).front, _passport().front)


@pytest.mark.parametrize("spoil", sorted(PICTURE_SPOILS))
def test_a_spoiled_picture_is_of_a_sound_paper(spoil: Spoil) -> None:
    assert _passport(spoil).mrz_lines == _passport().mrz_lines


def test_an_expired_paper_was_valid_before_and_is_sound_otherwise() -> None:
    paper = _passport(Spoil.EXPIRED)
    assert paper.attributes.date_of_expiry < TODAY
    assert paper.attributes.date_of_issue < paper.attributes.date_of_expiry
    assert all(digit.is_valid for digit in parse_mrz(list(paper.mrz_lines)).check_digits)


def test_even_a_paper_issued_today_expires() -> None:
    fresh = replace(_holder(), date_of_issue=TODAY, date_of_expiry=TODAY + timedelta(days=3652))
    assert expired(fresh).date_of_expiry < TODAY


def test_a_leap_day_expires_too() -> None:
    assert expired(replace(_holder(), date_of_issue=date(2024, 2, 29))).date_of_issue.year == 2012


@pytest.mark.parametrize("document_type", ["passport", "id_card"])
def test_a_wrong_check_digit_leaves_every_value_as_it_was(document_type: str) -> None:
    portrait = load_portrait("astronaut")
    sound = print_paper(document_type, _holder(), portrait)
    spoiled = print_paper(document_type, _holder(), portrait, spoil=["wrong_check_digit"])
    pairs = zip("".join(sound.mrz_lines), "".join(spoiled.mrz_lines), strict=True)
    assert sum(a != b for a, b in pairs) == 1
    mrz = parse_mrz(list(spoiled.mrz_lines))
    assert mrz.document_number == _holder().document_number
    assert not all(digit.is_valid for digit in mrz.check_digits)


def test_a_licence_has_no_check_digit_to_spoil() -> None:
    with pytest.raises(ValueError, match="check digit"):
        print_paper(
            "drivers_license",
            _holder(),
            load_portrait("astronaut"),
            spoil=[Spoil.WRONG_CHECK_DIGIT],
        )


def test_a_mismatch_is_in_print_only() -> None:
    paper = _passport(Spoil.MRZ_VISUAL_MISMATCH)
    assert paper.mrz_lines == _passport().mrz_lines
    surname = np.s_[265:300, 520:900]
    assert not np.array_equal(paper.front[surname], _passport().front[surname])


@pytest.mark.parametrize(("own", "other"), [("astronaut", "grace_hopper")])
def test_the_other_portrait_is_the_other_persons(own: str, other: str) -> None:
    for mine, hers in ((own, other), (other, own)):
        spoiled = _passport(Spoil.OTHER_PORTRAIT, portrait=mine).front
        assert np.array_equal(spoiled, _passport(portrait=hers).front)


def test_a_paper_without_portrait_shows_the_ground_there() -> None:
    bare = to_gray(_passport(Spoil.NO_PORTRAIT).front)[PORTRAIT_BOX]
    assert bare.min() > 120
    assert to_gray(_passport().front)[PORTRAIT_BOX].min() < 60


def test_darkness_is_dark_and_black_and_white_has_no_colour() -> None:
    assert _passport(Spoil.DARK).front.mean() < 40
    gray = _passport(Spoil.BLACK_AND_WHITE).front.astype(int)
    assert np.ptp(gray, axis=2).max() == 0


def test_glare_burns_out_a_part_only() -> None:
    burnt = (_passport(Spoil.GLARE).front == 255).all(axis=2).mean()
    assert 0.05 < burnt < 0.35


def test_an_unknown_spoil_is_refused() -> None:
    with pytest.raises(ValueError, match="coffee"):
        print_paper("passport", _holder(), load_portrait("astronaut"), spoil=["coffee"])
