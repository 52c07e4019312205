"""What users of one partner share: seen by reviewers, a sign for people where the policy asks."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.domain.applicant_link import SAME_PICTURE_PIECES
from app.domain.evidence import DocumentType, Side
from app.domain.partner import Mode
from app.domain.policy import STANDARD_POLICY, STANDARD_TIER, Duplicates
from app.domain.policy_text import policy_text
from app.domain.retention import RecordKind
from app.domain.verification import Stage, Verification
from app.services.callers import PartnerCaller
from app.services.jobs import EXAMINE
from app.services.link_graph import link_graph
from app.services.submit_verification import submit
from app.storage.applicant_links import applicant_link_table, link_trait_table
from tests.builders.at_once import examined_at_once
from tests.builders.installation import Installation
from tests.builders.profiles import get
from tests.builders.retained import DAY_S, verification_of
from tests.builders.review_cases import signed_in

NUMBER = "C01X00T47"
PICTURE = bytes(range(32))
DEVICE = "telephone-of-the-family"
ALL = Duplicates(documents=True, pictures=True, devices=True)


def switched(kyc: Installation, asked: Duplicates, version: int = 2, days: int = 365) -> None:
    """Put a policy in force that asks for this."""
    retention = replace(STANDARD_POLICY.retention, links_days=days)
    policy = replace(STANDARD_POLICY, version=version, duplicates=asked, retention=retention)
    kyc.services.activate_policy(kyc.partner.partner_id, policy_text(policy), "test")


@pytest.fixture
def linking(kyc_sqlite: Installation) -> Installation:
    switched(kyc_sqlite, ALL)
    return kyc_sqlite


@pytest.fixture
def linking_anywhere(kyc: Installation) -> Installation:
    """On each database, for what rests on its SQL or its locks."""
    switched(kyc, ALL)
    return kyc


def handed_in(kyc: Installation, user: str) -> None:
    """A user whose run waits for its examination; what the pictures show is scripted."""
    kyc.issue(user)
    with kyc.services.storage.writing() as uow:
        verification = uow.verifications.lock(verification_of(kyc, user).id)
        verification.document_type = DocumentType.PASSPORT
        submit(uow, kyc.services.chance, verification, STANDARD_TIER)
        uow.commit()


def shown(
    kyc: Installation, user: str, number: str | None = None, picture: bytes | None = None
) -> Verification:
    """The verification of a user who handed in this."""
    kyc.examination.document_number = number
    kyc.examination.pictures = {} if picture is None else {Side.FRONT: picture}
    handed_in(kyc, user)
    assert kyc.run_jobs(EXAMINE) == 1
    return verification_of(kyc, user)


def seen_on(kyc: Installation, user: str, device: str = DEVICE) -> None:
    """Let the partner's app name the user's device."""
    header = {"X-Device-Id": device}
    assert get(kyc, "/compliance/summary/", kyc.bearer(user), **header).status_code == 200


def changed(picture: bytes, pieces: int) -> bytes:
    """The picture with a bit flipped in so many of its pieces."""
    return bytes(each ^ (at % 2 == 0 and at // 2 < pieces) for at, each in enumerate(picture))


def rows(kyc: Installation) -> list[str]:
    """All that is kept to link users, as text."""
    with kyc.services.storage.database.reading.begin() as connection:
        tables = (link_trait_table, applicant_link_table)
        return [str(row) for table in tables for row in connection.execute(select(table))]


def gone(kyc: Installation) -> tuple[int, int]:
    """How many traits and links retention destroys now."""
    counts = kyc.services.run_retention.run()
    return counts[RecordKind.LINK_TRAITS], counts[RecordKind.LINKS]


def graph(kyc: Installation, user: str) -> list[tuple[str, list[str], str | None]]:
    """The linked users of a user: who, by what, and through whom."""
    case = verification_of(kyc, user)
    with kyc.services.storage.reading() as uow:
        found = link_graph(uow, case.applicant_id)
    return [(each.partner_user_id, sorted(each.kinds), each.via) for each in found]


def test_another_user_s_picture_is_left_to_a_person(linking_anywhere: Installation) -> None:
    assert shown(linking_anywhere, "user-1", picture=PICTURE).stage is Stage.VERIFIED
    again = changed(PICTURE, 16 - SAME_PICTURE_PIECES)
    second = shown(linking_anywhere, "user-2", picture=again)
    assert (second.stage, second.reasons) == (Stage.IN_REVIEW, ["duplicate_picture"])
    assert graph(linking_anywhere, "user-2") == [("user-1", ["picture"], None)]
    assert graph(linking_anywhere, "user-1") == [("user-2", ["picture"], None)]


def test_a_picture_with_less_in_common_is_no_sign(linking: Installation) -> None:
    shown(linking, "user-1", picture=PICTURE)
    other = changed(PICTURE, 16 - SAME_PICTURE_PIECES + 1)
    assert shown(linking, "user-2", picture=other).stage is Stage.VERIFIED
    assert graph(linking, "user-2") == []


def test_the_user_s_own_picture_again_is_no_sign(linking: Installation) -> None:
    first = shown(linking, "user-1", picture=PICTURE)
    assert first.stage is Stage.VERIFIED
    assert graph(linking, "user-1") == []


def test_who_was_not_verified_is_linked_by_the_document_too(linking: Installation) -> None:
    kyc, passed = linking, linking.examination.checks
    kyc.examination.checks = []
    assert shown(kyc, "user-1", NUMBER).stage is not Stage.VERIFIED
    kyc.examination.checks = passed
    assert shown(kyc, "user-2", NUMBER).stage is Stage.VERIFIED
    assert graph(kyc, "user-2") == [("user-1", ["document"], None)]


def test_a_shared_device_is_shown_and_sends_nobody_to_review(linking: Installation) -> None:
    kyc = linking
    for user in ("user-1", "user-2"):
        assert shown(kyc, user).stage is Stage.VERIFIED
        seen_on(kyc, user)
    assert graph(kyc, "user-2") == [("user-1", ["device"], None)]
    assert DEVICE not in "".join(rows(kyc))


def test_many_users_by_one_device_are_left_to_a_person(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    switched(kyc, replace(ALL, busy_users=2, busy_days=7))
    for user in ("user-1", "user-2"):
        shown(kyc, user)
        seen_on(kyc, user)
    kyc.issue("user-3")
    seen_on(kyc, "user-3")
    third = shown(kyc, "user-3")
    assert (third.stage, third.reasons) == (Stage.IN_REVIEW, ["many_linked_users"])
    kyc.clock.move(seconds=8 * DAY_S)
    kyc.issue("user-4")
    seen_on(kyc, "user-4")
    assert shown(kyc, "user-4").stage is Stage.VERIFIED


def test_a_reviewer_reads_two_steps_of_the_graph(linking: Installation) -> None:
    kyc = linking
    shown(kyc, "user-1", NUMBER)
    second = shown(kyc, "user-2", NUMBER, PICTURE)
    shown(kyc, "user-3", picture=PICTURE)
    assert graph(kyc, "user-1") == [
        ("user-2", ["document"], None),
        ("user-3", ["picture"], "user-2"),
    ]
    anna = signed_in(kyc)
    page = anna.get(f"/console/cases/{verification_of(kyc, 'user-1').id}").text
    assert "Linked users" in page
    assert f'href="/console/cases/{second.id}"' in page
    assert "user-3" in page
    assert anna.get(f"/console/cases/{second.id}").status_code == 200


def test_another_partner_s_user_is_nobody(linking: Installation) -> None:
    kyc = linking
    shown(kyc, "user-1", NUMBER, PICTURE)
    seen_on(kyc, "user-1")
    other = replace(kyc, partner=kyc.another_partner())
    switched(other, ALL)
    assert shown(other, "user-2", NUMBER, PICTURE).stage is Stage.VERIFIED
    seen_on(other, "user-2")
    assert graph(kyc, "user-1") == []
    assert len(rows(kyc)) == 2 * (1 + 16 + 1)


def test_without_the_policy_s_word_nothing_is_kept(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    for user in ("user-1", "user-2"):
        assert shown(kyc, user, NUMBER, PICTURE).stage is Stage.VERIFIED
        seen_on(kyc, user)
    assert rows(kyc) == []


def test_an_erased_user_is_linked_with_nobody(linking_anywhere: Installation) -> None:
    kyc = linking_anywhere
    for user in ("user-1", "user-2"):
        shown(kyc, user, NUMBER, PICTURE)
    caller = PartnerCaller(kyc.partner.partner_id, Mode.TEST)
    erased = verification_of(kyc, "user-1").applicant_id
    kyc.services.erase_applicant(caller, "user-1")
    assert graph(kyc, "user-2") == []
    assert erased not in "".join(rows(kyc))


def test_links_go_by_their_term_and_with_the_policy_s_word(linking_anywhere: Installation) -> None:
    kyc = linking_anywhere
    for user in ("user-1", "user-2"):
        shown(kyc, user, NUMBER, PICTURE)
    kyc.clock.move(seconds=364 * DAY_S)
    assert gone(kyc) == (0, 0)
    switched(kyc, replace(ALL, pictures=False), version=3)
    assert gone(kyc) == (32, 1)
    kyc.clock.move(seconds=2 * DAY_S)
    assert gone(kyc) == (2, 1)
    assert rows(kyc) == []


def test_a_legal_hold_keeps_the_links(linking: Installation) -> None:
    kyc = linking
    for user in ("user-1", "user-2"):
        shown(kyc, user, picture=PICTURE)
    kyc.services.hold_applicant(kyc.partner.partner_id, "user-1", "test", "case 4")
    kyc.clock.move(seconds=400 * DAY_S)
    kyc.services.run_retention.run()
    assert len(rows(kyc)) == 16 + 1


def test_the_export_says_by_what_and_not_with_whom(linking: Installation) -> None:
    for user in ("user-1", "user-2"):
        shown(linking, user, picture=PICTURE)
    facts = linking.services.export_person(linking.partner.partner_id, "user-1", "test").facts
    assert [link["by"] for link in facts["linked_to_others"]] == ["picture"]  # type: ignore[attr-defined]
    assert "user-2" not in json.dumps(facts)


def test_users_are_found_while_the_pepper_is_rotated(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    switched(kyc, ALL)
    shown(kyc, "user-1", picture=PICTURE)
    kyc.services.keys.rotate("lookup")
    assert shown(kyc, "user-2", picture=PICTURE).reasons == ["duplicate_picture"]
    few = changed(PICTURE, 16 - SAME_PICTURE_PIECES + 1)
    assert shown(kyc, "user-3", picture=few).stage is Stage.VERIFIED


def test_of_two_at_once_one_is_noticed(linking_anywhere: Installation) -> None:
    kyc = linking_anywhere
    kyc.examination.pictures = {Side.FRONT: PICTURE}
    for user in ("user-1", "user-2"):
        handed_in(kyc, user)
    stages = examined_at_once(kyc, ("user-1", "user-2"))
    assert stages == ["in_review", "verified"]
