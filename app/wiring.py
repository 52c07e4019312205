"""Settings -> Services: the one place that chooses concrete parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import SystemRandom
from typing import TYPE_CHECKING

from app.delivery import (
    EgressGuard,
    EgressRefused,
    NameNotResolved,
    StatusChange,
    deliver_once,
    event_body,
    new_webhook_secret,
    signature_headers,
)
from app.domain.chance import Chance
from app.domain.errors import DomainError, ErrorCode
from app.domain.partner import Mode
from app.domain.policy import STANDARD_POLICY
from app.proofing.examination import Examiner
from app.proofing.intake import Intake
from app.proofing.presence_guide import Guide
from app.security import ClientTokens, Envelope, KeyRing, LaunchCodes, hash_api_key, make_api_key
from app.security.ids import TimeOrderedIds
from app.security.vault import Vault
from app.services import jobs
from app.services.add_document_capture import AddDocumentCapture, DiscardCapture
from app.services.authenticate import AuthenticatePartner, AuthenticateWidget
from app.services.choose_document import AbandonVerification, ChooseDocument, GiveConsent
from app.services.create_partner import CreatePartner
from app.services.decide_review import DecideReview
from app.services.deliver_webhook import Attempt, DeliverWebhook
from app.services.examine_verification import ExamineVerification
from app.services.issue_client_token import IssueClientToken
from app.services.launch_widget import LaunchWidget
from app.services.open_transaction_session import OpenTransactionSession
from app.services.presence_challenge import DealPresenceChallenge, ObservePresenceFrame
from app.services.progress import ReadProgress
from app.services.read_client_session import ReadClientSession
from app.services.read_kyc_status import ReadKycStatus
from app.services.rotate_api_key import RotateApiKey
from app.services.submit_verification import RetryVerification, SubmitVerification
from app.services.sweep import GiveUpJob, Sweep
from app.storage.database import Database
from app.storage.job_queue import JobQueue
from app.storage.objects import FolderStore
from app.storage.schema import is_current
from app.storage.unit_of_work import Storage
from app.vision.faces import DlibFaceEngine
from app.vision.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from app.domain.event import Event
    from app.domain.policy import Policy
    from app.security import NewApiKey
    from app.services.deliver_webhook import SendEvent
    from app.settings import Settings
    from app.storage.jobs import ClaimedJob

# The camera may take its time to start, and each of eleven prompts has a window of twelve seconds.
_CHALLENGE_LIFETIME_S = 180
_READY_QUEUE_AGE_S = 300
SWEEP_EVERY = timedelta(seconds=30)


@dataclass(frozen=True)
class Services:
    """Every use case, ready to call, for the web process, the worker and the command line."""

    settings: Settings
    policy: Policy
    chance: Chance
    keys: KeyRing
    storage: Storage
    queue: JobQueue
    sandbox: Sandbox
    authenticate_partner: AuthenticatePartner
    authenticate_widget: AuthenticateWidget
    create_partner: CreatePartner
    rotate_api_key: RotateApiKey
    issue_client_token: IssueClientToken
    launch_widget: LaunchWidget
    read_client_session: ReadClientSession
    read_kyc_status: ReadKycStatus
    open_transaction_session: OpenTransactionSession
    read_progress: ReadProgress
    give_consent: GiveConsent
    choose_document: ChooseDocument
    add_document_capture: AddDocumentCapture
    discard_capture: DiscardCapture
    deal_presence_challenge: DealPresenceChallenge
    observe_presence_frame: ObservePresenceFrame
    submit_verification: SubmitVerification
    retry_verification: RetryVerification
    abandon_verification: AbandonVerification
    examine_verification: ExamineVerification
    give_up_job: GiveUpJob
    decide_review: DecideReview
    deliver_webhook: DeliverWebhook
    sweep: Sweep

    def handlers(self) -> Mapping[str, Callable[[ClaimedJob], None]]:
        """What a worker runs, by kind of job."""
        return {
            jobs.EXAMINE: self.examine_verification,
            jobs.DELIVER_WEBHOOK: self.deliver_webhook,
            jobs.SWEEP: self.sweep,
        }

    def readiness(self) -> list[str]:
        """What keeps this installation from doing its work; empty when nothing does."""
        try:
            if not is_current(self.settings.database_url):
                return ["database_not_migrated"]
            age_s = self.queue.stats(self.chance.now()).oldest_due_age_s
        except DomainError:
            return ["database_unavailable"]
        return ["queue_too_old"] if age_s > _READY_QUEUE_AGE_S else []


def system_chance() -> Chance:
    """The machine's clock, unguessable ids and unguessable dice."""

    def clock() -> datetime:
        return datetime.now(UTC)

    return Chance(clock, TimeOrderedIds(clock), SystemRandom())


def open_key_ring(settings: Settings, chance: Chance) -> KeyRing:
    """The keys from the environment, or those of the state folder, made on first use."""
    if settings.keys is not None:
        return KeyRing.from_text(settings.keys)
    return KeyRing.open(settings.state_dir / "keys.json", chance.now)


def build(
    settings: Settings, chance: Chance | None = None, sandbox: Sandbox | None = None
) -> Services:
    """All use cases over the parts that the settings ask for."""
    chance = chance or system_chance()
    keys = open_key_ring(settings, chance)
    storage = Storage(Database(settings.database_url), chance.now)
    objects = FolderStore(settings.state_dir / "objects")
    vault = Vault(Envelope(keys))
    tokens = ClientTokens(keys, settings.public_url, chance.now)
    launch_codes = LaunchCodes(keys, chance.now)
    guard = EgressGuard(allow_networks=settings.webhook_allow_networks)
    sandbox = sandbox or Sandbox()
    intake = Intake(sandbox)
    guide = Guide()
    policy = STANDARD_POLICY
    flow = (storage, chance, policy)
    return Services(
        settings=settings,
        policy=policy,
        chance=chance,
        keys=keys,
        storage=storage,
        queue=JobQueue(storage.database),
        sandbox=sandbox,
        authenticate_partner=AuthenticatePartner(storage, chance, hash_api_key),
        authenticate_widget=AuthenticateWidget(storage, chance, tokens),
        create_partner=CreatePartner(
            storage, chance, vault, _make_key, new_webhook_secret, _vetter(guard)
        ),
        rotate_api_key=RotateApiKey(storage, chance, _make_key),
        issue_client_token=IssueClientToken(
            storage,
            chance,
            tokens,
            launch_codes,
            vault,
            settings.client_token_ttl_s,
            settings.client_session_ttl_s,
        ),
        launch_widget=LaunchWidget(
            storage, chance, tokens, launch_codes, settings.client_token_ttl_s
        ),
        read_client_session=ReadClientSession(storage, chance),
        read_kyc_status=ReadKycStatus(storage),
        open_transaction_session=OpenTransactionSession(
            storage, chance, settings.transaction_session_ttl_s
        ),
        read_progress=ReadProgress(storage, policy),
        give_consent=GiveConsent(*flow),
        choose_document=ChooseDocument(*flow),
        add_document_capture=AddDocumentCapture(*flow, vault, objects, intake.inspect_document),
        discard_capture=DiscardCapture(*flow),
        deal_presence_challenge=DealPresenceChallenge(*flow, guide, _CHALLENGE_LIFETIME_S),
        observe_presence_frame=ObservePresenceFrame(
            *flow, vault, objects, guide, intake.observe_frame
        ),
        submit_verification=SubmitVerification(*flow),
        retry_verification=RetryVerification(*flow),
        abandon_verification=AbandonVerification(*flow),
        examine_verification=ExamineVerification(
            *flow, vault, objects, Examiner(sandbox, DlibFaceEngine())
        ),
        give_up_job=GiveUpJob(storage, chance),
        decide_review=DecideReview(*flow),
        deliver_webhook=DeliverWebhook(storage, chance, vault, _sender(guard)),
        sweep=Sweep(storage, chance),
    )


def _vetter(guard: EgressGuard) -> Callable[[str], None]:
    def vet(url: str) -> None:
        try:
            guard.vet(url)
        except EgressRefused as refusal:
            raise DomainError(
                ErrorCode.VALIDATION_ERROR,
                "The webhook URL must be https on port 443 of a public host, or lie in"
                " KYC_WEBHOOK_ALLOW_NETS.",
                refusal=refusal.code,
            ) from None
        except NameNotResolved:
            raise DomainError(
                ErrorCode.VALIDATION_ERROR, "The webhook URL's host name does not resolve."
            ) from None

    return vet


def _make_key(mode: Mode) -> NewApiKey:
    return make_api_key("live" if mode is Mode.LIVE else "test")


def _sender(guard: EgressGuard) -> SendEvent:
    def send(event: Event, url: str, secrets: Sequence[str], attempted_at: datetime) -> Attempt:
        data = dict(event.data)
        change = StatusChange(
            partner_user_id=str(data["partner_user_id"]),
            verification_id=str(data["verification_id"]),
            status=str(data["status"]),
            stage=str(data["stage"]),
            version=event.version,
            reasons=tuple(data.get("reasons", ())),  # type: ignore[arg-type]
        )
        body = event_body(event.type.value, event.created_at, change)
        headers = signature_headers(event.id, attempted_at, body, secrets)
        result = deliver_once(url, body, headers, guard)
        return Attempt(result.outcome, result.status, result.error_code, result.retry_after_s)

    return send
