"""Whatever users, partners, workers, reviewers and the clock do, in any order: no unlawful step.

Hypothesis makes up the sequences. Each change of a stage is seen where it is assigned, not where
the use cases say that they make it, so that one which passes the table by is found as well.
SEQUENCES=500 tries more of them.
"""

import os
import shutil
from collections.abc import Callable
from contextlib import ExitStack, suppress
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import event
from sqlalchemy.orm.base import NO_VALUE

from app.domain.checks import CheckCode, CheckResult, Outcome, failed, inconclusive
from app.domain.decision import Verdict, required_checks
from app.domain.errors import DomainError
from app.domain.partner import Mode
from app.domain.policy import STANDARD_TIER
from app.domain.reasons import ReasonCode
from app.domain.verification import TRANSITIONS, Stage, Verification
from app.services.callers import PartnerCaller
from app.services.jobs import DESTROY_EVIDENCE, ERASE_OBJECT, EXAMINE, SWEEP
from app.vision.sandbox import Sandbox
from tests.builders.installation import ALL_PASSED, Installation, an_installation
from tests.builders.moments import StillClock
from tests.builders.submissions import accepting, meet_challenge, send_side

USERS = st.sampled_from(["user-1", "user-2"])
# What an examination may find, beside all that it finds of a clean case.
FINDINGS: list[list[CheckResult]] = [
    [],
    [failed(CheckCode.IMAGE_QUALITY, ReasonCode.GLARE)],
    [failed(CheckCode.PRESENCE, ReasonCode.NOT_LIVE)],
    [failed(CheckCode.DOCUMENT_NOT_EXPIRED, ReasonCode.DOCUMENT_EXPIRED)],
    [failed(CheckCode.HOLDER_AGE, ReasonCode.UNDERAGE)],
    [inconclusive(CheckCode.HOLDER_COMPARISON)],
    [inconclusive(CheckCode.SCREEN_PATTERN, ReasonCode.SCREEN_OR_COPY)],
]
LEFT_OUT = st.none() | st.sampled_from(sorted({check.code for check in ALL_PASSED}))
DECISIONS: list[tuple[Verdict, list[ReasonCode]]] = [
    (Verdict.VERIFIED, []),
    (Verdict.RETRY_REQUESTED, [ReasonCode.GLARE]),
    (Verdict.REJECTED, [ReasonCode.REVIEWER_REJECTED]),
]
WAITS_S = st.sampled_from([1, 400, 90_000, 40_000_000])
_VOUCHING = {CheckCode.MRZ_CHECK_DIGITS, CheckCode.BARCODE_READ}


class Sequences(RuleBasedStateMachine):
    """Two users of one partner, and everybody who may act on their cases."""

    template: Path
    folder: Path
    sandbox: Sandbox
    numbers = count()

    def __init__(self) -> None:
        super().__init__()
        folder = self.folder / str(next(self.numbers))
        folder.mkdir()
        shutil.copy(self.template, folder / "kyc.sqlite3")
        self._stack = ExitStack()
        self.kyc: Installation = self._stack.enter_context(
            an_installation(
                folder / "state",
                f"sqlite:///{folder / 'kyc.sqlite3'}",
                StillClock(),
                self.sandbox,
                KYC_RATE_LIMIT_FACTOR="1000",
            )
        )
        accepting(self.kyc)
        self.seen: list[tuple[str, Stage, Stage]] = []
        self.versions: dict[str, int] = {}
        self.pictures = count()
        event.listen(Verification.stage, "set", self._note)

    def teardown(self) -> None:
        event.remove(Verification.stage, "set", self._note)
        with self.kyc.services.storage.reading() as uow:
            assert uow.audit.verify() is None
        self._stack.close()

    def _note(self, row: Verification, after: Stage, before: object, _: object) -> None:
        if isinstance(before, Stage):
            self.seen.append((row.id, before, after))
        else:
            assert before is NO_VALUE, "a row begins somewhere"

    @rule(user=USERS)
    def goes_on(self, user: str) -> None:
        """The next thing that the widget asks for, whichever that is."""
        bearer = self.kyc.bearer(user)
        state = self.kyc.client.get("/widget/state", headers=bearer).json or {}
        step = state["step"]
        if step == "consent":
            self.kyc.consented(user=user)
        elif step == "document_type":
            self.kyc.post("/widget/document-type", bearer, document_type="passport")
        elif step == "document_front":
            picture = b"\xff\xd8\xff" + bytes(500) + bytes([next(self.pictures) % 256])
            send_side(self.kyc, bearer, "front", picture)
        elif step == "selfie":
            meet_challenge(self.kyc, bearer)
        elif step == "submit":
            self.kyc.post("/widget/submit", bearer)

    @rule(user=USERS)
    def hands_in(self, user: str) -> None:
        """All the way, from wherever the user stands."""
        for _ in range(5):
            self.goes_on(user)

    @rule(user=USERS, call=st.sampled_from(["submit", "retry", "exit", "presence"]))
    def asks_out_of_turn(self, user: str, call: str) -> None:
        self.kyc.post(f"/widget/{call}", self.kyc.bearer(user))

    @rule(found=st.sampled_from(FINDINGS), left_out=LEFT_OUT)
    def examines(self, found: list[CheckResult], left_out: CheckCode | None) -> None:
        codes = {check.code for check in found} | {left_out}
        clean = [check for check in ALL_PASSED if check.code not in codes]
        self.kyc.examination.checks[:] = [*clean, *found]
        self.kyc.run_jobs(EXAMINE)

    @rule(user=USERS, decision=st.sampled_from(DECISIONS))
    def reviews(self, user: str, decision: tuple[Verdict, list[ReasonCode]]) -> None:
        run = self._run(user)
        if run is not None:
            self._try(lambda: self.kyc.services.decide_review(run.id, *decision, "anna"))

    @rule(user=USERS)
    def allows_another_try(self, user: str) -> None:
        partner_id = self.kyc.partner.partner_id
        self._try(lambda: self.kyc.services.allow_another_try(partner_id, user, "anna"))

    @rule(user=USERS, outcome=st.sampled_from(["verified", "in_review", "expired", "abandoned"]))
    def simulates(self, user: str, outcome: str) -> None:
        path = f"/v1/sandbox/users/{user}/simulate"
        self.kyc.client.post(path, json={"outcome": outcome}, headers=self.kyc.key)

    @rule(seconds=WAITS_S)
    def waits(self, seconds: int) -> None:
        self.kyc.clock.move(seconds=seconds)

    @rule()
    def sweeps(self) -> None:
        slot = int(self.kyc.clock().timestamp())
        self.kyc.services.queue.enqueue_slot(SWEEP, slot, self.kyc.clock())
        for kind in (SWEEP, DESTROY_EVIDENCE, ERASE_OBJECT):
            self.kyc.run_jobs(kind)

    @rule(user=USERS)
    def erases(self, user: str) -> None:
        caller = PartnerCaller(self.kyc.partner.partner_id, Mode.TEST)
        self._try(lambda: self.kyc.services.erase_applicant(caller, user))

    @invariant()
    def every_step_is_in_the_table(self) -> None:
        for row, before, after in self.seen:
            lawful = after in TRANSITIONS[before] or after is Stage.ERASED or after is before
            assert lawful, f"{row} went from {before} to {after}"
        self.seen.clear()

    @invariant()
    def nobody_is_verified_without_every_check(self) -> None:
        needed = required_checks(STANDARD_TIER.steps)
        for user in ("user-1", "user-2"):
            run = self._run(user)
            if run is None or run.stage is not Stage.VERIFIED:
                continue
            with self.kyc.services.storage.reading() as uow:
                records = uow.examinations.all_for(run.id)
            ended = [
                record
                for record in records
                if record.decided_at == run.verified_at and record.verdict == Verdict.VERIFIED.value
            ]
            assert ended, "nobody wrote down why"
            for record in ended:
                if record.decided_by not in {"anna", "sandbox"}:
                    results = {str(each["code"]): each["outcome"] for each in record.checks}
                    assert {results.get(code) for code in needed} == {Outcome.PASSED.value}
                    assert any(results.get(code) == Outcome.PASSED.value for code in _VOUCHING)

    @invariant()
    def what_a_user_is_told_only_grows_newer(self) -> None:
        with self.kyc.services.storage.reading() as uow:
            for user in ("user-1", "user-2"):
                applicant = uow.applicants.by_user(self.kyc.partner.partner_id, user)
                if applicant is not None:
                    assert applicant.version >= self.versions.get(applicant.id, 0)
                    self.versions[applicant.id] = applicant.version

    def _run(self, user: str) -> Verification | None:
        with self.kyc.services.storage.reading() as uow:
            applicant = uow.applicants.by_user(self.kyc.partner.partner_id, user)
            if applicant is None or applicant.verification_id is None:
                return None
            return uow.verifications.get(applicant.verification_id)

    @staticmethod
    def _try(act: Callable[[], object]) -> None:
        with suppress(DomainError):
            act()


@pytest.fixture
def sequences(sqlite_template: Path, tmp_path: Path, sandbox: Sandbox) -> type[Sequences]:
    Sequences.template, Sequences.folder, Sequences.sandbox = sqlite_template, tmp_path, sandbox
    return Sequences


def test_no_sequence_of_events_takes_an_unlawful_step(sequences: type[Sequences]) -> None:
    run_state_machine_as_test(
        sequences,
        settings=settings(
            max_examples=int(os.environ.get("SEQUENCES", "5")),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_watch_sees_a_step_that_passes_the_table_by(sequences: type[Sequences]) -> None:
    machine = sequences()
    machine.hands_in("user-1")
    services = machine.kyc.services
    run = machine._run("user-1")
    assert run is not None
    with services.storage.writing() as uow:
        uow.verifications.lock(run.id).stage = Stage.VERIFIED
        uow.commit()
    with pytest.raises(AssertionError, match="submitted to verified"):
        machine.every_step_is_in_the_table()
    with pytest.raises((AssertionError, IndexError)):
        machine.nobody_is_verified_without_every_check()
    machine.teardown()


def test_the_sequences_come_to_every_stage(sequences: type[Sequences]) -> None:
    """A machine whose rules lead nowhere would find nothing."""
    machine = sequences()
    reached: set[Stage] = set()

    def see() -> None:
        reached.update(after for _, _, after in machine.seen)
        machine.every_step_is_in_the_table()

    machine.hands_in("user-1")
    machine.examines(FINDINGS[5], None)
    machine.reviews("user-1", DECISIONS[1])
    see()
    machine.asks_out_of_turn("user-1", "retry")
    machine.hands_in("user-1")
    machine.examines(FINDINGS[4], None)
    see()
    machine.goes_on("user-2")
    machine.asks_out_of_turn("user-2", "exit")
    machine.hands_in("user-2")
    machine.examines([], None)
    machine.waits(40_000_000)
    machine.sweeps()
    machine.erases("user-2")
    see()
    assert reached >= set(Stage) - {Stage.CAPTURING}, set(Stage) - reached
    machine.teardown()
