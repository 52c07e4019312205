"""The same face at two users of one partner: searched only where the policy says so."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import numpy as np
import pytest

from app.domain.checks import CheckCode, CheckResult
from app.domain.errors import DomainError, ErrorCode
from app.domain.examination import ExaminationFindings
from app.domain.face_template import FaceModel
from app.domain.partner import Mode
from app.domain.policy import STANDARD_POLICY, Duplicates
from app.domain.policy_text import policy_text
from app.domain.retention import RecordKind
from app.domain.verification import Stage, Verification
from app.proofing.face_gallery import FaceGallery, packed
from app.security import SealBroken
from app.services.callers import PartnerCaller
from app.services.duplicate_faces import DuplicateFaces
from app.services.jobs import EXAMINE
from tests.builders.installation import ALL_PASSED, Installation
from tests.builders.retained import DAY_S, verification_of
from tests.builders.review_cases import signed_in
from tests.builders.submissions import submitted


class DrawnEngine:
    """Scores as a real engine does, over features that a test draws: the cosine, doubled."""

    name = "drawn"
    model_hash = "0" * 64

    def compare(self, probe: np.ndarray, reference: np.ndarray) -> float:
        return 2 * float(probe @ reference)


def face(seed: int) -> bytes:
    """Somebody's features: of two people they are nearly at a right angle."""
    features = np.random.default_rng(seed).standard_normal(128)
    return packed(features / np.linalg.norm(features))


ANNA, BERTA = face(1), face(2)


@pytest.fixture
def searching(kyc: Installation) -> Installation:
    return switched(kyc, Duplicates(faces=True), version=2)


def switched(kyc: Installation, duplicates: Duplicates, version: int, **days: int) -> Installation:
    """The installation with drawn features, and this policy in force."""
    fresh_worker(kyc)
    retention = replace(STANDARD_POLICY.retention, **days)  # type: ignore[arg-type]
    policy = replace(STANDARD_POLICY, version=version, duplicates=duplicates, retention=retention)
    kyc.services.activate_policy(kyc.partner.partner_id, policy_text(policy), "test")
    return kyc


def fresh_worker(kyc: Installation, engine: type[DrawnEngine] = DrawnEngine) -> DuplicateFaces:
    """A worker that has read nothing yet."""
    examine = kyc.services.examine_verification
    duplicates = replace(
        examine.duplicate_faces,
        open_gallery=lambda: FaceGallery(engine()),  # type: ignore[arg-type]
    )
    for name, changed in (
        ("examine_verification", replace(examine, duplicate_faces=duplicates)),
        ("export_person", replace(kyc.services.export_person, duplicate_faces=duplicates)),
    ):
        object.__setattr__(kyc.services, name, changed)
    return duplicates


def examined(kyc: Installation, user: str, features: bytes | None) -> Verification:
    """The verification of a user with this face."""
    kyc.examination.live_face = features
    submitted(kyc, user=user)
    assert kyc.run_jobs(EXAMINE) == 1
    return verification_of(kyc, user)


def searched(
    kyc: Installation,
    user: str,
    features: bytes | None,
    *checks: CheckResult,
    worker: DuplicateFaces | None = None,
) -> Any:
    """What the last step of an examination finds, without the rest of it."""
    worker = worker or kyc.services.examine_verification.duplicate_faces
    opening = kyc.services.simulate_verification.opening
    findings = ExaminationFindings(checks or ALL_PASSED, {}, {}, None, live_face=features)
    with kyc.services.storage.writing() as uow:
        applicant = opening.applicant(uow, kyc.partner.partner_id, user)
        verification = opening.verification(uow, applicant)
        after = worker.examined(uow, applicant, verification, findings, 0.01)
        uow.commit()
    made = [check for check in after.checks if check.code is CheckCode.DUPLICATE_FACE]
    return made[0] if made else None


def outcome(kyc: Installation, user: str, features: bytes) -> str:
    """The outcome of that."""
    return str(searched(kyc, user, features).outcome.value)


def found(kyc: Installation, verification: Verification) -> dict[str, object]:
    """The stored check; empty where none was made."""
    with kyc.services.storage.reading() as uow:
        examination = uow.examinations.latest(verification.id)
    assert examination is not None
    return next((dict(c) for c in examination.checks if c["code"] == "duplicate_face"), {})


def kept(kyc: Installation, *users: str) -> list[bool]:
    """Whether there is a template of each user."""
    with kyc.services.storage.reading() as uow:
        return [
            uow.face_templates.of(verification_of(kyc, user).applicant_id) is not None
            for user in users
        ]


def test_nothing_is_kept_or_searched_unless_the_policy_says_so(kyc_sqlite: Installation) -> None:
    for user in ("a", "b"):
        verification = examined(kyc_sqlite, user, ANNA)
        assert (verification.stage, found(kyc_sqlite, verification)) == (Stage.VERIFIED, {})
    assert kept(kyc_sqlite, "a", "b") == [False, False]


def test_a_person_looks_at_who_resembles_another_user(searching: Installation) -> None:
    kyc = searching
    first, second = examined(kyc, "anna", ANNA), examined(kyc, "berta", BERTA)
    assert [first.stage, second.stage] == [Stage.VERIFIED, Stage.VERIFIED]
    assert found(kyc, first)["outcome"] == "not_applicable"
    third = examined(kyc, "again", ANNA)
    assert (third.stage, third.reasons) == (Stage.IN_REVIEW, ["duplicate_face"])
    check = found(kyc, third)
    assert (check["outcome"], check["detail"]) == ("inconclusive", {"compared": 2})
    assert check["score"] == pytest.approx(2.0, abs=0.001)
    assert check["threshold"] == 0.6
    with kyc.services.storage.reading() as uow:
        lines = uow.audit.for_subject(third.id)
    (line,) = [line for line in lines if line.action == "verification.duplicate_face"]
    assert json.loads(line.facts)["resembles"] == first.id
    assert first.id not in json.dumps(check)


def test_the_user_is_told_nothing_of_it(kyc_sqlite: Installation) -> None:
    kyc = switched(kyc_sqlite, Duplicates(faces=True), version=2)
    searched(kyc, "anna", ANNA)
    assert examined(kyc, "again", ANNA).stage is Stage.IN_REVIEW
    state = kyc.client.get("/widget/state", headers=kyc.bearer("again"))
    assert (state.json or {})["step"] == "in_review"
    assert "duplicate" not in state.get_data(as_text=True)


def test_a_reviewer_finds_the_way_to_the_other_case(kyc_sqlite: Installation) -> None:
    kyc = switched(kyc_sqlite, Duplicates(faces=True), version=2)
    first, second = (examined(kyc, user, ANNA) for user in ("first-user", "again"))
    console = signed_in(kyc)
    shown = console.get(f"/console/cases/{second.id}").text
    assert f'href="/console/cases/{first.id}"' in shown
    assert "<bdi>first-user</bdi>" in shown
    assert "good is under 0.6" in shown
    of_the_first = console.get(f"/console/cases/{first.id}").text
    assert "the same face" in of_the_first
    assert f'href="/console/cases/{second.id}"' in of_the_first
    kyc.services.erase_applicant(PartnerCaller(kyc.partner.partner_id, Mode.TEST), "first-user")
    assert first.id not in console.get(f"/console/cases/{second.id}").text


def test_the_same_user_again_is_no_duplicate(searching: Installation) -> None:
    assert outcome(searching, "anna", ANNA) == "not_applicable"
    assert outcome(searching, "anna", BERTA) == "not_applicable"
    # The newer features took the place of the older ones.
    assert outcome(searching, "berta", BERTA) == "inconclusive"
    assert outcome(searching, "other", ANNA) == "passed"


def test_a_face_of_nobody_present_is_neither_kept_nor_searched(kyc_sqlite: Installation) -> None:
    kyc = switched(kyc_sqlite, Duplicates(faces=True), version=2)
    searched(kyc, "anna", ANNA)
    absent = [check for check in ALL_PASSED if check.code is not CheckCode.PRESENCE]
    assert searched(kyc, "flat", ANNA, *absent) is None
    assert searched(kyc, "faceless", None) is None
    assert kept(kyc, "anna", "flat", "faceless") == [True, False, False]


def test_two_workers_do_not_miss_each_other(searching: Installation) -> None:
    kyc = searching
    both_begin = Barrier(2)

    def work(user: str) -> str:
        duplicates = replace(kyc.services.examine_verification.duplicate_faces)
        both_begin.wait(10)
        return str(searched(kyc, user, ANNA, worker=duplicates).outcome.value)

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(work, ("anna", "again")))
    assert outcomes == ["inconclusive", "not_applicable"]


def test_another_partner_has_users_of_its_own(searching: Installation) -> None:
    kyc = searching
    searched(kyc, "anna", ANNA)
    duplicates = kyc.services.examine_verification.duplicate_faces
    other = kyc.another_partner(Mode.LIVE)
    assert not duplicates.read_batch(other.partner_id)


def test_what_went_is_found_by_no_worker(searching: Installation) -> None:
    kyc = searching
    searched(kyc, "anna", ANNA)
    partner = kyc.partner.partner_id
    caller = PartnerCaller(partner, Mode.TEST)
    applicant_id = verification_of(kyc, "anna").applicant_id
    kyc.services.erase_applicant(caller, "anna")
    # This worker has searched before, and the next one begins with nothing.
    assert outcome(kyc, "b", ANNA) == "not_applicable"
    fresh_worker(kyc)
    kyc.services.erase_applicant(caller, "b")
    assert outcome(kyc, "c", ANNA) == "not_applicable"
    receipt = kyc.services.read_receipt(applicant_id)
    assert receipt["data_keys_left"] == 0


def test_templates_go_after_their_term_and_with_the_search_itself(
    searching: Installation,
) -> None:
    kyc = switched(searching, Duplicates(faces=True), version=3, face_templates_days=20)
    retention = kyc.services.run_retention
    searched(kyc, "anna", ANNA)
    kyc.clock.move(seconds=15 * DAY_S)
    searched(kyc, "berta", BERTA)
    kyc.services.hold_applicant(kyc.partner.partner_id, "berta", "case 7", "helen")
    kyc.clock.move(seconds=5 * DAY_S)
    assert retention.run()[RecordKind.FACE_TEMPLATES] == 1
    assert kept(kyc, "anna", "berta") == [False, True]
    switched(kyc, Duplicates(), version=4)
    assert retention.run()[RecordKind.FACE_TEMPLATES] == 0
    kyc.services.release_applicant(kyc.partner.partner_id, "berta", "helen")
    assert retention.due()[RecordKind.FACE_TEMPLATES] == 1
    assert retention.run()[RecordKind.FACE_TEMPLATES] == 1
    assert kept(kyc, "berta") == [False]


def test_templates_of_two_models_are_never_compared(kyc_sqlite: Installation) -> None:
    class NewerEngine(DrawnEngine):
        model_hash = "1" * 64

    kyc = switched(kyc_sqlite, Duplicates(faces=True), version=2)
    searched(kyc, "anna", ANNA)
    fresh_worker(kyc, NewerEngine)
    assert outcome(kyc, "again", ANNA) == "not_applicable"
    fresh_worker(kyc)
    # Only Anna's is of this worker's model.
    assert searched(kyc, "third", ANNA).detail == {"compared": 1}


def test_a_template_opens_for_its_applicant_and_model_alone(
    kyc_sqlite: Installation, tmp_path: Path
) -> None:
    kyc = switched(kyc_sqlite, Duplicates(faces=True), version=2)
    searched(kyc, "anna", ANNA)
    duplicates = kyc.services.examine_verification.duplicate_faces
    with kyc.services.storage.reading() as uow:
        template = uow.face_templates.of(verification_of(kyc, "anna").applicant_id)
    assert template is not None
    assert duplicates.features(template) == ANNA
    moves = {"applicant_id": "app_x", "partner_id": "prt_x", "model": FaceModel("drawn", "1" * 64)}
    for name, value in moves.items():
        with pytest.raises(SealBroken):
            duplicates.features(replace(template, **{name: value}))
    in_files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert in_files
    assert not any(ANNA in content for content in in_files)


def test_a_long_reading_goes_on_with_the_next_attempt(kyc_sqlite: Installation) -> None:
    kyc = switched(kyc_sqlite, Duplicates(faces=True), version=2)
    searched(kyc, "anna", ANNA)
    slow = fresh_worker(kyc)
    opened: list[FaceGallery] = []

    def open_slowly() -> FaceGallery:
        kyc.clock.move(seconds=61)
        opened.append(FaceGallery(DrawnEngine()))  # type: ignore[arg-type]
        return opened[-1]

    slow = replace(slow, open_gallery=open_slowly)
    with pytest.raises(DomainError) as refused:
        slow.prepare(verification_of(kyc, "anna").id)
    assert refused.value.code is ErrorCode.RETRY_LATER
    slow.prepare(verification_of(kyc, "anna").id)
    assert [len(gallery) for gallery in opened] == [1]


def test_a_person_is_given_the_own_template_in_numbers(kyc_sqlite: Installation) -> None:
    kyc = switched(kyc_sqlite, Duplicates(faces=True), version=2)
    searched(kyc, "anna", ANNA)
    facts = kyc.services.export_person(kyc.partner.partner_id, "anna", "helen").facts
    told = facts["face_template"]
    assert isinstance(told, dict)
    assert (told["engine"], told["model_hash"]) == ("drawn", "0" * 64)
    numbers = np.frombuffer(ANNA, "<f2").astype(float)
    assert told["features"] == pytest.approx(numbers.tolist(), abs=1e-4)
