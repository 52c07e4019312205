"""Whole papers, sound ones."""

import unicodedata
from datetime import date
from random import Random

import numpy as np
import pytest
import zxingcpp

from app.domain.evidence import DocumentType, Side, sides_of
from app.specimens.attributes import SpecimenAttributes, specimen_attributes
from app.specimens.guilloche import PASSPORT_PALETTE
from app.specimens.papers import print_paper
from app.specimens.photograph import PHOTOGRAPH_SIZE_PX, photograph
from app.specimens.portraits import load_portrait
from app.specimens.sheet import Sheet
from app.standards.aamva import parse_aamva
from app.standards.icao9303 import parse_mrz
from app.vision.image import Image

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def holder() -> SpecimenAttributes:
    return specimen_attributes(Random(5), TODAY)


@pytest.fixture(scope="module")
def portrait() -> Image:
    return load_portrait("grace_hopper")


@pytest.mark.parametrize("document_type", DocumentType)
def test_a_paper_has_the_sides_of_its_type(
    document_type: DocumentType, holder: SpecimenAttributes, portrait: Image
) -> None:
    paper = print_paper(document_type, holder, portrait)
    assert tuple(paper.sides) == sides_of(document_type)
    assert (paper.back is None) == (document_type is DocumentType.PASSPORT)


@pytest.mark.parametrize(
    ("document_type", "ratio"), [("passport", 125 / 88), ("id_card", 85.6 / 54)]
)
def test_a_side_has_the_proportions_of_its_standard(
    document_type: str, ratio: float, holder: SpecimenAttributes, portrait: Image
) -> None:
    height, width = print_paper(document_type, holder, portrait).front.shape[:2]
    assert width / height == pytest.approx(ratio, abs=0.002)
    assert width >= 12 * (125 if document_type == "passport" else 85.6)


@pytest.mark.parametrize("document_type", ["passport", "id_card"])
def test_every_check_digit_of_a_sound_paper_holds(
    document_type: str, holder: SpecimenAttributes, portrait: Image
) -> None:
    paper = print_paper(document_type, holder, portrait)
    mrz = parse_mrz(list(paper.mrz_lines))
    assert all(digit.is_valid for digit in mrz.check_digits)
    assert mrz.document_number == holder.document_number
    assert paper.aamva is None


def test_the_licence_carries_its_attributes_in_a_readable_barcode(
    holder: SpecimenAttributes, portrait: Image
) -> None:
    paper = print_paper("drivers_license", holder, portrait)
    (symbol,) = zxingcpp.read_barcodes(paper.sides[Side.BACK])
    assert symbol.bytes.decode("latin1") == paper.aamva
    barcode = parse_aamva(symbol.bytes.decode("latin1"))
    assert barcode.family_name == holder.family_name
    assert barcode.given_names == holder.given_names
    assert barcode.date_of_birth == holder.date_of_birth
    assert barcode.date_of_expiry == holder.date_of_expiry
    assert paper.mrz_lines == ()


@pytest.mark.parametrize("document_type", DocumentType)
def test_the_same_attributes_give_the_same_pixels(
    document_type: DocumentType, holder: SpecimenAttributes, portrait: Image
) -> None:
    once, again = (print_paper(document_type, holder, portrait) for _ in range(2))
    assert all(np.array_equal(once.sides[side], again.sides[side]) for side in once.sides)


def test_printing_changes_no_shared_ground(holder: SpecimenAttributes, portrait: Image) -> None:
    paper = print_paper("passport", holder, portrait)
    paper.front[:] = 0
    assert print_paper("passport", holder, portrait).front.any()


def test_an_accent_of_a_label_is_drawn_though_the_font_has_none() -> None:
    def printed(text: str) -> Image:
        sheet = Sheet((60.0, 20.0), 12, PASSPORT_PALETTE)
        sheet.text((5.0, 12.0), text, 4.0)
        return sheet.image()

    plain, composed = printed("Prenoms"), printed("Prénoms")
    assert not np.array_equal(plain, composed)
    assert np.array_equal(composed, printed(unicodedata.normalize("NFD", "Prénoms")))


def test_an_unknown_type_is_refused(holder: SpecimenAttributes, portrait: Image) -> None:
    with pytest.raises(ValueError, match="library_card"):
        print_paper("library_card", holder, portrait)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_photograph_tells_where_the_card_lies(
    turn: int, holder: SpecimenAttributes, portrait: Image
) -> None:
    card = print_paper("id_card", holder, portrait).front
    picture, corners = photograph(card, chance=Random(turn), turn=turn)
    assert picture.shape == (PHOTOGRAPH_SIZE_PX[1], PHOTOGRAPH_SIZE_PX[0], 3)
    assert (corners >= 0).all()
    assert (corners <= PHOTOGRAPH_SIZE_PX).all()
    # The header band lies along the card's first edge: its colour shows just inside it.
    inside = corners[:2].mean(axis=0) * 0.96 + corners[2:].mean(axis=0) * 0.04
    x, y = inside.round().astype(int)
    red, green, _ = picture[y, x].astype(int)
    assert red < 90
    assert green < 130
    edge = corners[1] - corners[0]
    angle_deg = np.degrees(np.arctan2(edge[1], edge[0])) % 360
    assert min(abs(angle_deg - turn), 360 - abs(angle_deg - turn)) < 8


def test_a_photograph_repeats_itself_for_the_same_seed(
    holder: SpecimenAttributes, portrait: Image
) -> None:
    card = print_paper("id_card", holder, portrait).front
    one, other = (photograph(card, chance=Random(3))[0] for _ in range(2))
    assert np.array_equal(one, other)
    assert not np.array_equal(one, photograph(card, chance=Random(4))[0])


def test_a_turn_that_is_no_quarter_is_refused(portrait: Image) -> None:
    with pytest.raises(ValueError, match="90"):
        photograph(portrait, chance=Random(1), turn=45)
