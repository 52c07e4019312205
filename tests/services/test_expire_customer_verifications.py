"""What was asked of customers ends by the clock, once, and is told."""

import threading
from datetime import timedelta

from app.domain.customer_verification import CheckType, CustomerStatus, VerificationType
from app.domain.partner import Mode
from app.services.callers import PartnerCaller
from app.services.create_customer_verification import CustomerQuestion
from app.services.expire_customer_verifications import ExpireCustomerVerifications
from app.services.jobs import EXAMINE, SWEEP
from tests.builders.installation import Installation
from tests.builders.moments import NOON
from tests.builders.submissions import submitted

A_DAY_S = 86_400


def caller(kyc: Installation) -> PartnerCaller:
    return PartnerCaller(kyc.partner.partner_id, Mode.TEST, actor="key_1")


def asked(kyc: Installation, user: str = "user-123", provider: str = "builtin") -> str:
    question = CustomerQuestion(user, VerificationType.KYC, CheckType.IDENTITY, provider)
    return kyc.services.create_customer_verification(caller(kyc), question).id


def swept(kyc: Installation) -> None:
    kyc.services.queue.enqueue_slot(SWEEP, int(kyc.clock().timestamp()), kyc.clock())
    assert kyc.run_jobs(SWEEP) == 1


def stored(kyc: Installation, question_id: str) -> tuple[CustomerStatus, str | None]:
    with kyc.services.storage.reading() as uow:
        found = uow.customer_verifications.get(question_id)
    return found.status, found.reason


def told(kyc: Installation, question_id: str) -> list[tuple[object, object]]:
    with kyc.services.storage.reading() as uow:
        found = uow.customer_verifications.get(question_id)
        events = uow.events.for_applicant(found.applicant_id)
    return [
        (event.data["status"], event.data["reason"])
        for event in events
        if event.data.get("customer_verification_id") == question_id
    ]


def test_the_sweep_ends_what_nobody_answered(kyc: Installation) -> None:
    question = asked(kyc)
    kyc.clock.move(seconds=30 * A_DAY_S - 1)
    swept(kyc)
    assert stored(kyc, question) == (CustomerStatus.PENDING, None)
    kyc.clock.move(seconds=1)
    swept(kyc)
    assert stored(kyc, question) == (CustomerStatus.EXPIRED, "abandoned")
    kyc.clock.move(seconds=60)
    swept(kyc)
    assert told(kyc, question) == [("expired", "abandoned")]


def test_a_verified_customer_expires_with_the_verification(kyc: Installation) -> None:
    submitted(kyc)
    kyc.run_jobs(EXAMINE)
    question = asked(kyc)
    kyc.clock.move(seconds=366 * A_DAY_S)
    before = kyc.services.read_customer_verification(kyc.partner.partner_id, question)
    swept(kyc)
    after = kyc.services.read_customer_verification(kyc.partner.partner_id, question)
    # Reading and sweeping say the same of the same moment.
    assert vars(before.question).keys() == vars(after.question).keys()
    assert before.question.status is after.question.status is CustomerStatus.EXPIRED
    assert before.question.reason == after.question.reason == "expired"
    assert before.question.updated_at == after.question.updated_at == NOON + timedelta(days=365)
    assert told(kyc, question) == [("expired", "expired")]


def test_a_new_verification_does_not_revive_what_expired(kyc: Installation) -> None:
    question = asked(kyc)
    kyc.clock.move(seconds=31 * A_DAY_S)
    submitted(kyc)
    kyc.run_jobs(EXAMINE)
    assert stored(kyc, question) == (CustomerStatus.EXPIRED, "abandoned")
    assert told(kyc, question) == [("expired", "abandoned")]


def test_time_that_is_advanced_for_one_user_runs_for_the_questions_too(kyc: Installation) -> None:
    question, of_another = asked(kyc), asked(kyc, "user-456")
    with kyc.services.storage.writing() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, "user-123")
        assert applicant is not None
        uow.user_dates.move_back(uow.applicants.lock(applicant.id).id, timedelta(days=30))
        uow.commit()
    swept(kyc)
    assert stored(kyc, question) == (CustomerStatus.EXPIRED, "abandoned")
    assert stored(kyc, of_another) == (CustomerStatus.PENDING, None)


def test_more_than_one_batch_ends_in_one_sweep(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    questions = [asked(kyc, f"user-{number % 7}", "manual") for number in range(230)]
    kyc.clock.move(seconds=30 * A_DAY_S)
    expire = ExpireCustomerVerifications(kyc.services.storage, kyc.services.chance)
    assert expire() == 230
    assert expire() == 0
    assert {stored(kyc, each)[0] for each in questions} == {CustomerStatus.EXPIRED}
    assert all(len(told(kyc, each)) == 1 for each in questions)


def test_two_sweeps_and_an_operator_at_once_tell_each_change_once(kyc: Installation) -> None:
    questions = [asked(kyc, f"user-{number % 3}", "manual") for number in range(40)]
    kyc.clock.move(seconds=30 * A_DAY_S)
    services = kyc.services
    expire = ExpireCustomerVerifications(services.storage, services.chance)
    counts: list[int] = []
    ready = threading.Barrier(3)

    def sweep() -> None:
        ready.wait()
        counts.append(expire())

    def operate() -> None:
        ready.wait()
        for question in questions[:10]:
            override = services.override_customer_verification
            override(caller(kyc), question, CustomerStatus.EXPIRED, "no longer wanted")

    threads = [threading.Thread(target=each) for each in (sweep, sweep, operate)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 40
    assert all(told(kyc, each) == [("expired", "abandoned")] for each in questions)
