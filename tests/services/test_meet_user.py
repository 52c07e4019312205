"""Users of test partners whose names ask for an outcome, at the first call of their app."""

import threading

from app.domain.partner import Mode
from app.domain.verification import KycStatus
from app.services.callers import UserCaller
from tests.builders.installation import Installation
from tests.builders.profiles import a_newcomer, applicants


def test_a_magic_user_has_its_outcome_from_the_first_call_on(kyc: Installation) -> None:
    caller = a_newcomer(kyc, "sandbox-verified")
    kyc.services.meet_user(caller)
    found = kyc.services.read_compliance_summary(caller, None)
    assert (found.status.status, found.kyc_tier) == (KycStatus.VERIFIED, "standard")


def test_two_first_calls_at_once_add_one_user(kyc: Installation) -> None:
    together = threading.Barrier(2)
    failures: list[Exception] = []

    def call() -> None:
        together.wait()
        try:
            kyc.services.meet_user(a_newcomer(kyc, "sandbox-verified"))
        except Exception as error:  # noqa: BLE001 - whatever it is, it fails the test
            failures.append(error)

    threads = [threading.Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert applicants(kyc) == 1


def test_every_other_name_stays_unknown(kyc: Installation) -> None:
    kyc.services.meet_user(a_newcomer(kyc, "user-123"))
    assert applicants(kyc) == 0


def test_with_a_live_partner_no_name_has_a_meaning(kyc: Installation) -> None:
    live = kyc.another_partner(Mode.LIVE)
    kyc.services.meet_user(UserCaller(live.partner_id, Mode.LIVE, "sandbox-verified"))
    assert applicants(kyc) == 0
