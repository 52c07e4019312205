"""Settings -> Services: the one place that chooses concrete parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from random import SystemRandom
from secrets import token_urlsafe
from time import monotonic
from typing import TYPE_CHECKING

from app.delivery import (
    EgressGuard,
    EgressRefused,
    NameNotResolved,
    deliver_once,
    event_body,
    new_webhook_private_key,
    new_webhook_secret,
    signature_headers,
    webhook_public_key,
)
from app.domain.chance import Chance
from app.domain.errors import DomainError, ErrorCode
from app.domain.partner import Mode, SignatureScheme
from app.domain.policy_file import read_policy
from app.proofing.examination import Examiner
from app.proofing.face_gallery import FaceGallery
from app.proofing.intake import Intake
from app.proofing.paper_examiner import PaperExaminer
from app.proofing.presence_check import PresenceJudge
from app.proofing.presence_guide import Guide
from app.security import (
    SECTIONS,
    ClientTokens,
    Cursors,
    Envelope,
    HandoffCodes,
    KeyRing,
    KeyRingFault,
    LaunchCodes,
    LookupDigests,
    hash_api_key,
    make_api_key,
)
from app.security.access_tokens import ACCESS_TOKEN_TTL_S, AccessTokens
from app.security.api_keys import make_client_secret, make_publishable_key
from app.security.client_tokens import TOKEN_TYPE as CLIENT_TOKEN_TYPE
from app.security.ids import TimeOrderedIds
from app.security.key_command import KeyCommand
from app.security.links import SignedLinks
from app.security.passwords import hash_password, is_password
from app.security.public_keys import check_public_keys, verify_with
from app.security.totp import (
    hash_recovery_code,
    is_recovery_code,
    new_recovery_codes,
    new_totp_secret,
    provisioning_uri,
    totp_step,
)
from app.security.user_tokens import Registration, peek, read_user_token
from app.security.vault import Vault
from app.services import jobs
from app.services.accept_policy_document import AcceptPolicyDocument
from app.services.activate_policy import ActivatePolicy
from app.services.add_document_capture import AddDocumentCapture, DiscardCapture
from app.services.add_kyc_file import AddKycFile, AddSelfieFile
from app.services.add_proof_of_address import AddProofOfAddress
from app.services.allow_another_try import AllowAnotherTry
from app.services.answer_once import AnswerOnce
from app.services.authenticate import AuthenticatePartner, AuthenticateWidget
from app.services.authenticate_user import AuthenticateUser
from app.services.change_key_ring import ChangeKeyRing
from app.services.change_webhook_endpoint import ChangeWebhookEndpoint, DeleteWebhookEndpoint
from app.services.check_eligibility import CheckEligibility
from app.services.check_readiness import CheckReadiness
from app.services.check_seals import CheckSeals
from app.services.choose_document import AbandonVerification, ChooseDocument, GiveConsent
from app.services.collect_orphans import CollectOrphans
from app.services.count_uploads import CountCameraFault, CountUploads
from app.services.create_applicant import CreateApplicant, Profiles, ReadApplicant, UpdateApplicant
from app.services.create_customer_verification import CreateCustomerVerification
from app.services.create_partner import CreatePartner
from app.services.decide_case import DecideCase
from app.services.decide_proof_of_address import DecideProofOfAddress
from app.services.decide_review import DecideReview
from app.services.deliver_webhook import Attempt, DeliverWebhook
from app.services.destroy_evidence import DestroyEvidence
from app.services.duplicate_faces import DuplicateFaces
from app.services.endpoint_secrets import EndpointSecrets
from app.services.erase_applicant import EraseApplicant, EraseObject
from app.services.examine_proof_of_address import ExamineProofOfAddress
from app.services.examine_verification import ExamineVerification
from app.services.export_person import ExportPerson
from app.services.grant_access import (
    AuthenticateAccessToken,
    GrantAccess,
    RegisterClientKeys,
    RotateClientSecret,
)
from app.services.hand_over import HandOver
from app.services.hold_applicant import HoldApplicant, ReleaseApplicant
from app.services.invite_reviewer import DisableReviewer, InviteReviewer, ResetReviewer
from app.services.issue_client_token import IssueClientToken
from app.services.join_handoff import JoinHandoff
from app.services.judge_presence_again import JudgePresenceAgain
from app.services.launch_widget import LaunchWidget
from app.services.linked_applicants import LinkedApplicants
from app.services.make_backup import MakeBackup
from app.services.meet_user import MeetUser
from app.services.note_device import NoteDevice
from app.services.open_hosted_verification import OpenHostedVerification
from app.services.open_transaction_session import OpenTransactionSession
from app.services.open_verification import OpenVerification
from app.services.override_customer_verification import OverrideCustomerVerification
from app.services.policies import Policies
from app.services.presence_challenge import DealPresenceChallenge, ObservePresenceFrame
from app.services.progress import ReadProgress
from app.services.rate_limits import RateLimits
from app.services.read_client_session import ReadClientSession
from app.services.read_compliance_summary import ReadComplianceSummary
from app.services.read_customer_verification import (
    ListCustomerVerifications,
    ReadCustomerVerification,
)
from app.services.read_kyc_status import ReadKycStatus
from app.services.read_metrics import ReadMetrics
from app.services.read_page_partner import ReadPagePartner
from app.services.read_policy_documents import ReadPolicyDocuments
from app.services.read_proof_of_address import ReadProofOfAddress
from app.services.read_receipt import ReadReceipt
from app.services.read_webhooks import (
    ListWebhookDeliveries,
    ListWebhookEndpoints,
    ReadWebhookDelivery,
    ReadWebhookEndpoint,
)
from app.services.refresh_customer_verification import RefreshCustomerVerification
from app.services.register_user_keys import RegisterUserKeys
from app.services.register_webhook_endpoint import RegisterWebhookEndpoint
from app.services.replay_webhooks import ReplayDead, ReplayDelivery
from app.services.review_desk import ReviewDesk
from app.services.review_queue import ClaimCase, ReadReviewQueue, ReleaseCase
from app.services.reviewer_sessions import AuthenticateReviewer, SignOutReviewer
from app.services.rotate_api_key import RotateApiKey
from app.services.rotate_webhook_secret import RetireOldSecret, RotateWebhookSecret
from app.services.run_retention import RunRetention
from app.services.send_test_event import SendTestEvent
from app.services.set_partner_theme import SetPartnerTheme
from app.services.set_up_reviewer import SetUpReviewer
from app.services.sign_in_reviewer import (
    OpenReviewerSession,
    SignInByProvider,
    SignInReviewer,
)
from app.services.simulate_verification import (
    AdvanceTime,
    SimulateProofOfAddress,
    SimulateVerification,
)
from app.services.start_verification import StartVerification
from app.services.submit_files import SubmitFiles
from app.services.submit_verification import RetryVerification, SubmitVerification
from app.services.suspend_applicant import SuspendApplicant, UnsuspendApplicant
from app.services.sweep import GiveUpJob, Sweep
from app.services.verification_providers import OWN_PROVIDERS, VerificationProviders
from app.services.view_case import ReadCaseAudit, ViewCase, ViewPicture
from app.services.view_proof_of_address import ViewProofOfAddress
from app.settings import SettingsError
from app.storage.database import Database
from app.storage.job_queue import JobQueue
from app.storage.objects import FolderStore
from app.storage.schema import is_behind
from app.storage.unit_of_work import Storage
from app.vision.face_engine_choice import FaceEngineMissingError, choose_face_engine
from app.vision.model_folder import ModelFolder
from app.vision.passive_pad import installed_passive_pad
from app.vision.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from app.domain.chance import Clock
    from app.domain.event import Event
    from app.security import NewApiKey
    from app.services.deliver_webhook import SendEvent
    from app.settings import Settings
    from app.storage.jobs import ClaimedJob
    from app.vision.faces import FaceEngine

# The camera may take its time to start, and each of eleven prompts has a window of twelve seconds.
_CHALLENGE_LIFETIME_S = 180
# What every worker enqueues by the clock; of each slot one job is run.
PERIODIC = {
    jobs.SWEEP: timedelta(seconds=30),
    jobs.RETENTION: timedelta(hours=1),
    jobs.COLLECT_ORPHANS: timedelta(days=1),
}


@dataclass(frozen=True)
class Services:
    """Every use case, ready to call, for the web process, the worker and the command line."""

    settings: Settings
    policies: Policies
    chance: Chance
    keys: KeyRing
    storage: Storage
    queue: JobQueue
    sandbox: Sandbox
    cursors: Cursors
    answer_once: AnswerOnce
    rate_limits: RateLimits
    authenticate_partner: AuthenticatePartner
    authenticate_widget: AuthenticateWidget
    authenticate_access_token: AuthenticateAccessToken
    authenticate_user: AuthenticateUser
    is_client_token: Callable[[str], bool]
    grant_access: GrantAccess
    rotate_client_secret: RotateClientSecret
    register_client_keys: RegisterClientKeys
    register_user_keys: RegisterUserKeys
    activate_policy: ActivatePolicy
    allow_another_try: AllowAnotherTry
    create_partner: CreatePartner
    rotate_api_key: RotateApiKey
    set_partner_theme: SetPartnerTheme
    issue_client_token: IssueClientToken
    launch_widget: LaunchWidget
    hand_over: HandOver
    join_handoff: JoinHandoff
    read_client_session: ReadClientSession
    read_page_partner: ReadPagePartner
    read_kyc_status: ReadKycStatus
    open_transaction_session: OpenTransactionSession
    read_progress: ReadProgress
    give_consent: GiveConsent
    choose_document: ChooseDocument
    add_document_capture: AddDocumentCapture
    open_hosted_verification: OpenHostedVerification
    read_applicant: ReadApplicant
    create_applicant: CreateApplicant
    update_applicant: UpdateApplicant
    suspend_applicant: SuspendApplicant
    unsuspend_applicant: UnsuspendApplicant
    erase_applicant: EraseApplicant
    erase_object: EraseObject
    add_kyc_file: AddKycFile
    add_selfie_file: AddSelfieFile
    submit_files: SubmitFiles
    discard_capture: DiscardCapture
    deal_presence_challenge: DealPresenceChallenge
    observe_presence_frame: ObservePresenceFrame
    submit_verification: SubmitVerification
    retry_verification: RetryVerification
    abandon_verification: AbandonVerification
    examine_verification: ExamineVerification
    give_up_job: GiveUpJob
    decide_review: DecideReview
    review_desk: ReviewDesk
    add_proof_of_address: AddProofOfAddress
    examine_proof_of_address: ExamineProofOfAddress
    decide_proof_of_address: DecideProofOfAddress
    read_proof_of_address: ReadProofOfAddress
    view_proof_of_address: ViewProofOfAddress
    judge_presence_again: JudgePresenceAgain
    deliver_webhook: DeliverWebhook
    register_webhook_endpoint: RegisterWebhookEndpoint
    list_webhook_endpoints: ListWebhookEndpoints
    read_webhook_endpoint: ReadWebhookEndpoint
    change_webhook_endpoint: ChangeWebhookEndpoint
    delete_webhook_endpoint: DeleteWebhookEndpoint
    rotate_webhook_secret: RotateWebhookSecret
    retire_old_secret: RetireOldSecret
    send_test_event: SendTestEvent
    list_webhook_deliveries: ListWebhookDeliveries
    read_webhook_delivery: ReadWebhookDelivery
    replay_delivery: ReplayDelivery
    replay_dead: ReplayDead
    create_customer_verification: CreateCustomerVerification
    read_customer_verification: ReadCustomerVerification
    list_customer_verifications: ListCustomerVerifications
    override_customer_verification: OverrideCustomerVerification
    refresh_customer_verification: RefreshCustomerVerification
    simulate_verification: SimulateVerification
    simulate_proof_of_address: SimulateProofOfAddress
    advance_time: AdvanceTime
    meet_user: MeetUser
    start_verification: StartVerification
    read_compliance_summary: ReadComplianceSummary
    read_policy_documents: ReadPolicyDocuments
    accept_policy_document: AcceptPolicyDocument
    check_eligibility: CheckEligibility
    sweep: Sweep
    destroy_evidence: DestroyEvidence
    run_retention: RunRetention
    collect_orphans: CollectOrphans
    hold_applicant: HoldApplicant
    release_applicant: ReleaseApplicant
    change_key_ring: ChangeKeyRing
    check_seals: CheckSeals
    make_backup: MakeBackup
    export_person: ExportPerson
    read_receipt: ReadReceipt
    readiness: CheckReadiness
    read_metrics: ReadMetrics
    count_camera_fault: CountCameraFault

    def handlers(self) -> Mapping[str, Callable[[ClaimedJob], None]]:
        """What a worker runs, by kind of job."""
        return {
            jobs.EXAMINE: self.examine_verification,
            jobs.DELIVER_WEBHOOK: self.deliver_webhook,
            jobs.SWEEP: self.sweep,
            jobs.ERASE_OBJECT: self.erase_object,
            jobs.EXAMINE_PROOF_OF_ADDRESS: self.examine_proof_of_address,
            jobs.DESTROY_EVIDENCE: self.destroy_evidence,
            jobs.RETENTION: self.run_retention,
            jobs.COLLECT_ORPHANS: self.collect_orphans,
        }


def system_chance() -> Chance:
    """The machine's clock, unguessable ids and unguessable dice."""

    def clock() -> datetime:
        return datetime.now(UTC)

    return Chance(clock, TimeOrderedIds(clock), SystemRandom())


def open_key_ring(settings: Settings, chance: Chance) -> KeyRing:
    """The keys from environment or command, or the state folder's, made on first use."""
    if settings.keys is not None:
        return KeyRing.from_text(settings.keys)
    if settings.keys_command is not None:
        return KeyRing.from_source(KeyCommand(settings.keys_command), monotonic)
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
    endpoint_secrets = EndpointSecrets(chance, vault, _make_webhook_secret)
    sandbox = sandbox or Sandbox()
    intake, counted = Intake(sandbox), CountUploads(storage)
    guide = Guide()
    policies = Policies(read_policy)
    flow = (storage, chance, policies)
    opening = OpenVerification(chance, vault, policies)
    issue_client_token = IssueClientToken(
        storage,
        chance,
        tokens,
        launch_codes,
        vault,
        opening,
        settings.client_token_ttl_s,
        settings.client_session_ttl_s,
    )
    launch_widget = LaunchWidget(
        storage, chance, tokens, launch_codes, policies, settings.client_token_ttl_s
    )
    handoff_codes = HandoffCodes(keys, chance.now)
    rate_limits = RateLimits(storage, chance, settings.rate_limit_factor)
    profiles = Profiles(vault)
    access_tokens = AccessTokens(keys, settings.public_url, chance.now)
    authenticate_widget = AuthenticateWidget(storage, chance, tokens)
    digests = LookupDigests(keys)
    engine = _face_engine(settings)
    passive_pad = installed_passive_pad(ModelFolder(settings.models_dir))
    linked_applicants = LinkedApplicants(chance, digests)
    duplicate_faces = DuplicateFaces(storage, chance, vault, partial(FaceGallery, engine))
    inspect_document = counted.of_document(intake.inspect_document)
    observe_frame = counted.of("frame", intake.observe_frame)
    render_paper = counted.of("paper", intake.render_paper)
    add_document_capture = AddDocumentCapture(*flow, vault, objects, inspect_document, digests)
    add_kyc_file = AddKycFile(*flow, opening, add_document_capture)
    destroy_evidence = DestroyEvidence(*flow, vault, objects)
    # Another provider is one more entry here; see docs/verifications-face.md.
    providers = VerificationProviders(OWN_PROVIDERS)
    queue = JobQueue(storage.database)
    readiness = CheckReadiness(
        chance,
        queue,
        objects,
        lambda: not is_behind(storage.database),
        partial(_keys_work, keys, vault),
    )
    decide_review, decide_proof = DecideReview(*flow), DecideProofOfAddress(*flow)
    return Services(
        settings=settings,
        policies=policies,
        chance=chance,
        keys=keys,
        storage=storage,
        queue=queue,
        sandbox=sandbox,
        cursors=Cursors(keys, chance.now),
        answer_once=AnswerOnce(storage, chance, vault),
        rate_limits=rate_limits,
        authenticate_partner=AuthenticatePartner(storage, chance, hash_api_key),
        authenticate_widget=authenticate_widget,
        activate_policy=ActivatePolicy(storage, chance),
        allow_another_try=AllowAnotherTry(*flow),
        create_partner=CreatePartner(
            storage,
            chance,
            endpoint_secrets,
            _make_key,
            _make_publishable_key,
            make_client_secret,
            hash_api_key,
            _vetter(guard),
        ),
        rotate_client_secret=RotateClientSecret(storage, make_client_secret, hash_api_key),
        register_client_keys=RegisterClientKeys(storage, check_public_keys),
        register_user_keys=RegisterUserKeys(storage, check_public_keys),
        grant_access=GrantAccess(
            storage,
            chance,
            access_tokens,
            hash_api_key,
            verify_with,
            partial(peek, part=1, name="iss"),
            ACCESS_TOKEN_TTL_S,
        ),
        authenticate_access_token=AuthenticateAccessToken(storage, access_tokens),
        authenticate_user=AuthenticateUser(
            storage,
            authenticate_widget,
            partial(_read_user_token, clock=chance.now),
            is_client_token,
            partial(peek, part=1, name="iss"),
            settings.public_url,
        ),
        is_client_token=is_client_token,
        rotate_api_key=RotateApiKey(storage, chance, _make_key),
        set_partner_theme=SetPartnerTheme(storage, chance),
        issue_client_token=issue_client_token,
        launch_widget=launch_widget,
        hand_over=HandOver(*flow, handoff_codes),
        join_handoff=JoinHandoff(storage, chance, handoff_codes, launch_widget, rate_limits),
        read_page_partner=ReadPagePartner(storage),
        read_client_session=ReadClientSession(storage, chance, policies),
        read_kyc_status=ReadKycStatus(storage, opening),
        open_transaction_session=OpenTransactionSession(
            storage, chance, opening, settings.transaction_session_ttl_s
        ),
        read_progress=ReadProgress(storage, policies),
        give_consent=GiveConsent(*flow),
        choose_document=ChooseDocument(*flow),
        add_document_capture=add_document_capture,
        open_hosted_verification=OpenHostedVerification(storage, policies, issue_client_token),
        read_applicant=ReadApplicant(storage),
        create_applicant=CreateApplicant(storage, opening, profiles),
        update_applicant=UpdateApplicant(storage, profiles),
        suspend_applicant=SuspendApplicant(storage, chance),
        unsuspend_applicant=UnsuspendApplicant(storage, chance),
        erase_applicant=EraseApplicant(storage, chance),
        erase_object=EraseObject(storage, objects),
        add_kyc_file=add_kyc_file,
        add_selfie_file=AddSelfieFile(storage, chance, vault, objects, observe_frame, add_kyc_file),
        submit_files=SubmitFiles(*flow, vault, digests),
        discard_capture=DiscardCapture(*flow),
        deal_presence_challenge=DealPresenceChallenge(*flow, guide, _CHALLENGE_LIFETIME_S),
        observe_presence_frame=ObservePresenceFrame(
            *flow, vault, objects, guide, observe_frame, digests
        ),
        submit_verification=SubmitVerification(*flow),
        retry_verification=RetryVerification(*flow),
        abandon_verification=AbandonVerification(*flow),
        examine_verification=ExamineVerification(
            *flow,
            vault,
            objects,
            Examiner(sandbox, engine, passive_pad),
            profiles,
            digests,
            duplicate_faces,
            linked_applicants,
        ),
        give_up_job=GiveUpJob(*flow),
        add_proof_of_address=AddProofOfAddress(*flow, vault, objects, render_paper),
        examine_proof_of_address=ExamineProofOfAddress(
            *flow, vault, objects, PaperExaminer(sandbox), profiles
        ),
        decide_proof_of_address=decide_proof,
        read_proof_of_address=ReadProofOfAddress(storage),
        view_proof_of_address=ViewProofOfAddress(storage, vault, objects, profiles),
        judge_presence_again=JudgePresenceAgain(
            storage, policies, vault, objects, PresenceJudge(sandbox, engine, passive_pad)
        ),
        decide_review=decide_review,
        review_desk=_review_desk(
            settings,
            chance,
            keys,
            _Shelves(storage, vault, objects, profiles),
            rate_limits,
            DecideCase(storage, chance, vault, decide_review, decide_proof),
        ),
        deliver_webhook=DeliverWebhook(storage, chance, endpoint_secrets, _sender(guard)),
        register_webhook_endpoint=RegisterWebhookEndpoint(
            storage, endpoint_secrets, _vetter(guard)
        ),
        list_webhook_endpoints=ListWebhookEndpoints(storage),
        read_webhook_endpoint=ReadWebhookEndpoint(storage),
        change_webhook_endpoint=ChangeWebhookEndpoint(storage, chance, _vetter(guard)),
        delete_webhook_endpoint=DeleteWebhookEndpoint(storage, chance),
        rotate_webhook_secret=RotateWebhookSecret(storage, chance, endpoint_secrets),
        retire_old_secret=RetireOldSecret(storage),
        send_test_event=SendTestEvent(storage, chance),
        list_webhook_deliveries=ListWebhookDeliveries(storage),
        read_webhook_delivery=ReadWebhookDelivery(storage),
        replay_delivery=ReplayDelivery(storage, chance),
        replay_dead=ReplayDead(storage, chance),
        create_customer_verification=CreateCustomerVerification(
            storage, chance, opening, providers
        ),
        read_customer_verification=ReadCustomerVerification(storage, chance),
        list_customer_verifications=ListCustomerVerifications(storage, chance),
        override_customer_verification=OverrideCustomerVerification(storage, chance, policies),
        refresh_customer_verification=RefreshCustomerVerification(chance, providers),
        simulate_verification=SimulateVerification(storage, opening),
        simulate_proof_of_address=SimulateProofOfAddress(storage, opening),
        advance_time=AdvanceTime(storage, opening),
        meet_user=MeetUser(storage, opening),
        start_verification=StartVerification(*flow, issue_client_token),
        read_compliance_summary=ReadComplianceSummary(
            storage, chance, NoteDevice(*flow, digests, linked_applicants)
        ),
        read_policy_documents=ReadPolicyDocuments(storage, policies, profiles),
        accept_policy_document=AcceptPolicyDocument(*flow, profiles, opening),
        check_eligibility=CheckEligibility(*flow),
        sweep=Sweep(*flow),
        destroy_evidence=destroy_evidence,
        run_retention=RunRetention(*flow, destroy_evidence),
        collect_orphans=CollectOrphans(storage, chance, objects),
        hold_applicant=HoldApplicant(storage, chance),
        release_applicant=ReleaseApplicant(storage),
        change_key_ring=ChangeKeyRing(storage, keys, vault),
        check_seals=CheckSeals(storage, chance, vault, objects),
        make_backup=MakeBackup(storage, objects),
        export_person=ExportPerson(storage, vault, objects, profiles, duplicate_faces),
        read_receipt=ReadReceipt(storage),
        readiness=readiness,
        read_metrics=ReadMetrics(storage, chance, queue, readiness),
        count_camera_fault=CountCameraFault(storage),
    )


@dataclass(frozen=True)
class _Shelves:
    """Where a case lies, and what opens it."""

    storage: Storage
    vault: Vault
    objects: FolderStore
    profiles: Profiles


def _review_desk(
    settings: Settings,
    chance: Chance,
    keys: KeyRing,
    shelves: _Shelves,
    rate_limits: RateLimits,
    decide: DecideCase,
) -> ReviewDesk:
    storage, vault = shelves.storage, shelves.vault
    links = SignedLinks(keys, "reviewer_set_up", chance.now)
    # 256 random bits: as with API keys, a plain hash is enough.
    make_token = partial(token_urlsafe, 32)
    lasts = timedelta(seconds=settings.console_session_s)
    open_session = OpenReviewerSession(chance, make_token, hash_api_key, lasts)
    idle = timedelta(seconds=settings.console_idle_s)
    return ReviewDesk(
        invite=InviteReviewer(storage, chance, vault, links, make_token),
        reset=ResetReviewer(storage, chance, links, make_token),
        disable=DisableReviewer(storage, chance),
        set_up=SetUpReviewer(
            storage,
            chance,
            vault,
            links,
            new_totp_secret,
            provisioning_uri,
            totp_step,
            hash_password,
            new_recovery_codes,
            hash_recovery_code,
        ),
        sign_in=SignInReviewer(
            storage,
            chance,
            vault,
            rate_limits,
            open_session,
            is_password,
            totp_step,
            is_recovery_code,
            hash_recovery_code,
        ),
        sign_in_by_provider=SignInByProvider(storage, open_session),
        authenticate=AuthenticateReviewer(storage, chance, hash_api_key, idle),
        sign_out=SignOutReviewer(storage, chance),
        queue=ReadReviewQueue(storage, chance),
        claim=ClaimCase(storage, chance),
        release=ReleaseCase(storage, chance),
        decide=decide,
        view=ViewCase(storage, chance, vault, shelves.profiles),
        picture=ViewPicture(storage, vault, shelves.objects),
        audit=ReadCaseAudit(storage),
    )


def _keys_work(keys: KeyRing, vault: Vault) -> bool:
    """Whether every section has a live key, and a data key wrapped now opens again."""
    try:
        for section in SECTIONS:
            keys.newest(section)
        wrapped = vault.new_wrapped_key("readiness", "readiness")
        return vault.rewrapped("readiness", "readiness", wrapped) is not None
    except (KeyRingFault, OSError):
        return False


def _vetter(guard: EgressGuard) -> Callable[[str], None]:
    def vet(url: str) -> None:
        try:
            guard.vet(url)
        except EgressRefused as refusal:
            raise DomainError(
                ErrorCode.URL_NOT_ALLOWED,
                f"The webhook URL is refused. {refusal.advice}",
                refusal=refusal.code,
            ) from None
        except NameNotResolved:
            raise DomainError(
                ErrorCode.URL_NOT_ALLOWED,
                "The webhook URL's host name does not resolve at the moment.",
                refusal="name_not_resolved",
            ) from None

    return vet


def _make_publishable_key(mode: Mode) -> str:
    return make_publishable_key("live" if mode is Mode.LIVE else "test")


def _read_user_token(
    token: str, issuer: str, audience: str, jwks: Mapping[str, object], *, clock: Clock
) -> str:
    return read_user_token(token, Registration(issuer, audience, jwks), clock)


def is_client_token(token: str) -> bool:
    """Whether a token says that it is a widget's; whoever then reads it believes nothing."""
    return peek(token, 0, "typ") == CLIENT_TOKEN_TYPE


def _make_key(mode: Mode) -> NewApiKey:
    return make_api_key("live" if mode is Mode.LIVE else "test")


def _make_webhook_secret(scheme: SignatureScheme) -> tuple[str, str]:
    """What signs and what verifies."""
    if scheme is SignatureScheme.ED25519:
        private_key = new_webhook_private_key()
        return private_key, webhook_public_key(private_key)
    secret = new_webhook_secret()
    return secret, secret


def _face_engine(settings: Settings) -> FaceEngine:
    try:
        return choose_face_engine(settings.face_engine, ModelFolder(settings.models_dir))
    except FaceEngineMissingError as error:
        raise SettingsError([f"KYC_FACE_ENGINE: {error}"]) from error


def _sender(guard: EgressGuard) -> SendEvent:
    def send(event: Event, url: str, secrets: Sequence[str], attempted_at: datetime) -> Attempt:
        body = event_body(event.type.value, event.type.display_name, event.created_at, event.data)
        headers = signature_headers(event.id, attempted_at, body, secrets)
        result = deliver_once(url, body, headers, guard)
        return Attempt(
            result.outcome, result.status, result.error_code, result.retry_after_s, result.ms
        )

    return send
