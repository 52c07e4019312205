"""Bills, statements and letters: what is read from their pictures, and what follows from it."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import numpy as np
import pytest

from app.domain.checks import CheckCode, Outcome
from app.domain.proof_of_address import Address, PaperClaim, PaperExamination, paper_claim
from app.domain.reasons import ReasonCode
from app.proofing.proof_of_address import examine_paper, judge_text
from app.specimens.letter import Letter, Print, letter_image, letter_pdf
from app.specimens.proof_of_address import (
    PAPER_KINDS,
    PAPER_LANGUAGES,
    PaperFormat,
    blurred,
    paper_file,
)
from app.vision.decoding import decode_image
from app.vision.pdf import render_pdf
from tests.builders.paper_pages import MAX_AGE, TODAY, as_read, claim_of, drawn, page_text

EVERY_PAPER = [(kind, language) for kind in PAPER_KINDS for language in PAPER_LANGUAGES]
C = ReasonCode
ADDRESS = Address("12 Main Street", None, "10115", "Amaurot", None, None)
CLAIM = PaperClaim("Anna", "Müller", ADDRESS)


def _judged(letter: Letter, claim: PaperClaim) -> PaperExamination:
    return judge_text(as_read(letter), 1, claim, TODAY, MAX_AGE)


def _letter(*, date_line: str = "Bill date: 12.11.2026", more: tuple[str, ...] = ()) -> Letter:
    """A plain electricity bill to Anna Müller."""
    lines = ("Anna Müller", "12 Main Street", "10115 Amaurot")
    body = ("Electricity", "Meter reading 412 kWh", "Standing charge 18.20", "Total 131.44", *more)
    return Letter(
        (
            Print(20, 24, "Amaurot Energy Ltd", 16),
            *(Print(20, 52 + 6 * n, line) for n, line in enumerate(lines)),
            Print(120, 90, date_line),
            *(Print(20, 120 + 8 * n, line) for n, line in enumerate(body)),
        )
    )


def _changed(letter: Letter, before: str, after: str) -> Letter:
    assert any(before in each.text for each in letter.prints)
    prints = (replace(each, text=each.text.replace(before, after)) for each in letter.prints)
    return Letter(tuple(prints))


def _outcome(found: PaperExamination, code: CheckCode) -> Outcome:
    return next(check.outcome for check in found.checks if check.code is code)


# What is read from pixels. Each read takes some seconds, so there are few.


def test_a_photographed_paper_is_verified() -> None:
    letter, holder = drawn("utility", "de")
    payload = paper_file(letter, PaperFormat.PHOTOGRAPH, Random(1), turn=90)

    found = examine_paper([decode_image(payload).pixels], 1, claim_of(holder), TODAY, MAX_AGE)

    assert (found.verdict, found.reasons, found.paper_type) == ("verified", (), "utility")
    assert found.issuer is not None
    assert found.issued_on is not None
    assert timedelta(0) < TODAY - found.issued_on < MAX_AGE


def test_the_second_page_is_read_for_what_the_first_lacks() -> None:
    letter, holder = drawn("bank", "en")
    cover = Letter((Print(20, 40, "Please turn over", 14),))
    pages = render_pdf(letter_pdf([cover, letter])).pages

    found = examine_paper(pages, 2, claim_of(holder), TODAY, MAX_AGE)

    assert _outcome(found, CheckCode.PAPER_NAME) is Outcome.PASSED
    assert _outcome(found, CheckCode.PAPER_ADDRESS) is Outcome.PASSED
    assert found.n_pages == 2


@pytest.mark.parametrize("blur_mm", [None, 0.6], ids=["blank", "blurred"])
def test_what_cannot_be_read_is_asked_for_again(blur_mm: float | None) -> None:
    letter, holder = drawn("tax", "en")
    blank = np.full((850, 600, 3), 250, np.uint8)
    page = blank if blur_mm is None else blurred(letter_image(letter, 3), blur_mm)

    found = examine_paper([page], 1, claim_of(holder), TODAY, MAX_AGE)

    assert (found.verdict, found.reasons) == ("failed", (C.POA_UNREADABLE,))


# What follows from the text, as a reader without a fault gives it.


@pytest.mark.parametrize(("kind", "language"), EVERY_PAPER)
def test_every_kind_is_known_in_every_language(kind: str, language: str) -> None:
    letter, holder = drawn(kind, language)

    found = _judged(letter, claim_of(holder))

    assert (found.verdict, found.paper_type) == ("verified", kind)


@pytest.mark.parametrize(("kind", "language"), EVERY_PAPER)
@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        ("other_name", C.POA_NAME_NOT_FOUND),
        ("other_address", C.POA_ADDRESS_NOT_FOUND),
        ("old_date", C.POA_TOO_OLD),
        ("future_date", C.POA_DATE_IN_FUTURE),
        ("no_date", C.POA_DATE_MISSING),
    ],
)
def test_a_clear_fault_fails_with_its_reason(
    kind: str, language: str, spoil: str, reason: ReasonCode
) -> None:
    letter, holder = drawn(kind, language, spoil)

    found = _judged(letter, claim_of(holder))

    assert (found.verdict, found.reasons) == ("failed", (reason,))


@pytest.mark.parametrize(("kind", "language"), EVERY_PAPER)
def test_a_paper_without_its_issuer_is_never_verified(kind: str, language: str) -> None:
    letter, holder = drawn(kind, language, "no_issuer")

    found = _judged(letter, claim_of(holder))

    assert found.verdict in {"review", "failed"}
    assert C.POA_ISSUER_MISSING in found.reasons


@pytest.mark.parametrize(
    ("days", "verdict"), [(0, "verified"), (90, "verified"), (91, "failed"), (-1, "verified")]
)
def test_the_last_day_still_counts(days: int, verdict: str) -> None:
    day = TODAY - timedelta(days=days)
    assert _judged(_letter(date_line=f"Bill date: {day:%d.%m.%Y}"), CLAIM).verdict == verdict


@pytest.mark.parametrize(
    ("date_line", "verdict", "reasons"),
    [
        # 9 October or 10 September: both are recent enough.
        ("Bill date 09/10/2026", "verified", ()),
        # 2 November or 11 February: a person decides.
        ("Bill date 02/11/2026", "review", (C.POA_TOO_OLD,)),
        # 12 November or 11 December, which has not come yet.
        ("Bill date 12/11/2026", "verified", ()),
        # 1 March or 3 January: old in both.
        ("Bill date 01/03/2026", "failed", (C.POA_TOO_OLD,)),
    ],
)
def test_an_ambiguous_date_is_read_both_ways(
    date_line: str, verdict: str, reasons: tuple[ReasonCode, ...]
) -> None:
    found = _judged(_letter(date_line=date_line), CLAIM)
    assert (found.verdict, found.reasons) == (verdict, reasons)


def test_the_other_dates_of_a_paper_say_in_which_order_they_stand() -> None:
    letter = _letter(date_line="Bill date 02/11/2026", more=("Payment due 25/11/2026",))

    found = _judged(letter, CLAIM)

    assert (found.verdict, found.issued_on) == ("verified", date(2026, 11, 2))


def test_a_date_that_nothing_is_said_of_is_for_a_person() -> None:
    letter = _letter(date_line="Visit of 12.11.2026 at the meter in the cellar")

    found = _judged(letter, CLAIM)

    assert (found.verdict, found.reasons) == ("review", (C.POA_DATE_MISSING,))


def test_columns_that_were_read_as_one_line_keep_the_first_ones_label() -> None:
    letter = _letter(date_line="12.11.2026 01.10.2026 - 31.10.2026")
    labelled = Letter((*letter.prints, Print(120, 86, "Date of issue")))

    assert _judged(labelled, CLAIM).issued_on == date(2026, 11, 12)
    assert _judged(letter, CLAIM).reasons == (C.POA_DATE_MISSING,)


def test_a_paper_with_old_dates_only_is_old_whatever_they_mean() -> None:
    letter = _letter(date_line="Visit of 12.11.2024 at the meter in the cellar")

    assert _judged(letter, CLAIM).reasons == (C.POA_TOO_OLD,)


@pytest.mark.parametrize(
    ("printed", "verdict"),
    [
        ("Mrs Anna Mueller", "verified"),
        ("MULLER, ANNA", "verified"),
        ("MrsAnnaMuller", "verified"),  # recognisers drop blanks
        ("A. Müller", "review"),
        ("Peter Müller", "review"),
        ("Anna Muellerova", "review"),
        ("Anna Schmidt", "failed"),
        ("Peter Schmidt", "failed"),
    ],
)
def test_the_name_is_found_in_any_order_and_spelling(printed: str, verdict: str) -> None:
    letter = _changed(_letter(), "Anna Müller", printed)

    found = _judged(letter, CLAIM)

    assert found.verdict == verdict
    assert found.reasons == (() if verdict == "verified" else (C.POA_NAME_NOT_FOUND,))


@pytest.mark.parametrize(
    ("claimed", "printed", "verdict"),
    [
        ("12 Main Street", "12 Main St.", "verified"),
        ("12 Main Street", "12 Main Street, Apt 4", "verified"),
        ("12 Main Street, Flat 4", "Flat 4, 12 Main Street", "verified"),
        ("Hauptstraße 5a", "Hauptstr. 5 A", "verified"),
        ("Müllerweg 3", "Muellerweg 3", "verified"),
        ("Rue de la Paix 12", "12, rue de la Paix", "verified"),
        ("Calle Mayor nº 12", "C/ Mayor, 12", "verified"),
        ("ul. Długa 7/3", "ul. Dluga 7/3", "verified"),
        ("12 Main Street", "12 Main Road", "review"),
        ("12 Main Street", "14 Main Street", "review"),
        ("4 Main Street", "12 Main Street, Apt 4", "review"),
        ("12 Main Street", "12 Mian Street", "review"),
        ("12 Main Street", "12 Orchard Hill", "failed"),
    ],
)
def test_a_street_is_known_by_its_name_and_number(claimed: str, printed: str, verdict: str) -> None:
    letter = _changed(_letter(), "12 Main Street", printed)
    claim = replace(CLAIM, address=replace(ADDRESS, line1=claimed))

    assert _judged(letter, claim).verdict == verdict


@pytest.mark.parametrize(
    ("claimed", "verdict"),
    [
        ({"postal_code": "10117"}, "review"),
        ({"city": "Anyder"}, "verified"),  # districts and old names: the code says where it is
        ({"postal_code": None}, "verified"),
        ({"postal_code": "10117", "city": "Anyder"}, "failed"),
        ({"postal_code": "0115"}, "review"),  # a part of a number is no code
    ],
)
def test_the_place_must_stand_by_the_street(claimed: dict[str, str | None], verdict: str) -> None:
    claim = replace(CLAIM, address=replace(ADDRESS, **claimed))  # type: ignore[arg-type]
    assert _judged(_letter(), claim).verdict == verdict


def test_a_code_far_from_the_street_is_another_number() -> None:
    letter = _changed(_letter(more=("Customer 10115",)), "10115 Amaurot", "20095 Anyder")

    assert _judged(letter, CLAIM).reasons == (C.POA_ADDRESS_NOT_FOUND,)


def test_without_a_claim_a_person_decides() -> None:
    found = _judged(_letter(), paper_claim({}))

    assert (found.verdict, found.reasons) == ("review", ())
    assert found.issuer == "Amaurot Energy Ltd"


def test_a_claim_is_made_of_what_the_partner_told() -> None:
    facts = {"given_name": "Anna", "family_name": "Müller", "street": "12 Main Street",
             "postal_code": "10115", "city": "Amaurot"}  # fmt: skip
    assert paper_claim(facts) == CLAIM
    assert "Anna" not in repr(CLAIM)


def test_a_bank_named_for_payments_makes_no_bank_statement() -> None:
    lines = (
        "Anna Müller",
        "12 Main Street",
        "10115 Amaurot",
        "Invoice date 12.11.2026",
        "Two chairs 240.00",
        "One table 410.00",
        "Thank you for your order in our shop",
    )
    text = page_text(
        [
            (20, 20, "Holzhaus Amaurot GmbH", 16),
            *((20, 50 + 8 * n, line, 10) for n, line in enumerate(lines)),
            (20, 280, "Bankverbindung: Sparkasse Anyder, IBAN UT12 3456", 7),
        ]
    )

    found = judge_text(text, 1, CLAIM, TODAY, MAX_AGE)

    assert (found.verdict, found.reasons) == ("review", (C.POA_WRONG_TYPE,))


def test_an_identity_document_proves_no_address() -> None:
    lines = (
        "PASSPORT",
        "Surname",
        "MULLER",
        "Given names",
        "ANNA",
        "Date of birth",
        "12.11.1990",
        "P<UTOMULLER<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<<<",
        "AC1234567<UTO9011123F3611127<<<<<<04",
    )
    text = page_text([(20, 30 + 8 * n, line, 10) for n, line in enumerate(lines)])

    found = judge_text(text, 1, CLAIM, TODAY, MAX_AGE)

    assert (found.verdict, found.reasons) == ("failed", (C.POA_WRONG_TYPE,))


def test_a_letter_that_mentions_a_passport_is_a_letter() -> None:
    more = ("Bring your passport when you visit us",)

    assert _judged(_letter(more=more), CLAIM).verdict == "verified"


def test_a_typed_letter_from_nobody_is_refused() -> None:
    lines = (
        "Anna Müller",
        "12 Main Street",
        "10115 Amaurot",
        "12.11.2026",
        "To whom it may",
        "concern: I have lived at the place above for many years, and I like it there.",
    )
    text = page_text([(20, 30 + 8 * n, line, 10) for n, line in enumerate(lines)])

    found = judge_text(text, 1, CLAIM, TODAY, MAX_AGE)

    assert found.verdict == "failed"
    assert set(found.reasons) == {C.POA_WRONG_TYPE, C.POA_ISSUER_MISSING}
