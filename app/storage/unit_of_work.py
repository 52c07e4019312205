"""One transaction of a use case, and all repositories inside it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import SessionTransaction  # noqa: TC002 - beside its neighbours

from app.domain.chance import Clock
from app.domain.errors import DomainError, ErrorCode
from app.storage.applicant_links import ApplicantLinks, LinkTraits
from app.storage.applicants import Applicants, ClientSessions, TransactionSessions
from app.storage.audit import Audit
from app.storage.captures import Captures, Challenges
from app.storage.counters import Counters
from app.storage.customer_verifications import CustomerVerifications
from app.storage.database import Database
from app.storage.devices import DeviceSightings
from app.storage.document_digests import DocumentDigests
from app.storage.events import Events
from app.storage.examinations import Examinations
from app.storage.face_templates import FaceTemplates
from app.storage.gauges import Gauges
from app.storage.glances import Glances
from app.storage.handoffs import Handoffs
from app.storage.idempotency import IdempotencyRecords
from app.storage.jobs import Jobs
from app.storage.legal_holds import LegalHolds
from app.storage.oauth_clients import OAuthClients, SpentTokenIds
from app.storage.object_names import ObjectNames
from app.storage.partner_themes import PartnerThemes
from app.storage.partners import ApiKeys, Partners, PolicyRevisions, WebhookEndpoints
from app.storage.policy_acceptances import PolicyAcceptances
from app.storage.proofs_of_address import ProofsOfAddress
from app.storage.records_due import RecordsDue
from app.storage.repository import WatchfulSession
from app.storage.review_cases import ReviewClaims, ReviewNotes, ReviewQueue
from app.storage.reviewers import Reviewers, ReviewerSessions
from app.storage.tallies import Tallies
from app.storage.user_dates import UserDates
from app.storage.verifications import Verifications
from app.storage.webhook_deliveries import Deliveries, WebhookAttempts
from app.storage.wrapped_keys import WrappedKeys


class UnitOfWork:
    """Everything that one transaction may touch. Its objects stay readable after it ended.

    Lists and dicts of an object are stored when a new one is assigned; a change made inside of
    one is not seen.
    """

    def __init__(self, session: WatchfulSession, clock: Clock) -> None:
        self._session = session
        self._part: SessionTransaction | None = None
        self.partners = Partners(session)
        self.partner_themes = PartnerThemes(session)
        self.policy_revisions = PolicyRevisions(session)
        self.api_keys = ApiKeys(session)
        self.oauth_clients = OAuthClients(session)
        self.spent_token_ids = SpentTokenIds(session)
        self.webhook_endpoints = WebhookEndpoints(session)
        self.applicants = Applicants(session)
        self.client_sessions = ClientSessions(session)
        self.transaction_sessions = TransactionSessions(session)
        self.verifications = Verifications(session)
        self.captures = Captures(session)
        self.challenges = Challenges(session)
        self.examinations = Examinations(session)
        self.customer_verifications = CustomerVerifications(session)
        self.proofs_of_address = ProofsOfAddress(session)
        self.review_queue = ReviewQueue(session)
        self.review_claims = ReviewClaims(session)
        self.review_notes = ReviewNotes(session)
        self.reviewers = Reviewers(session)
        self.reviewer_sessions = ReviewerSessions(session)
        self.events = Events(session)
        self.deliveries = Deliveries(session)
        self.webhook_attempts = WebhookAttempts(session)
        self.jobs = Jobs(session, clock)
        self.audit = Audit(session, clock)
        self.counters = Counters(session)
        self.document_digests = DocumentDigests(session)
        self.face_templates = FaceTemplates(session)
        self.device_sightings = DeviceSightings(session)
        self.link_traits = LinkTraits(session)
        self.applicant_links = ApplicantLinks(session)
        self.handoffs = Handoffs(session, clock)
        self.policy_acceptances = PolicyAcceptances(session)
        self.user_dates = UserDates(session)
        self.idempotency_records = IdempotencyRecords(session)
        self.legal_holds = LegalHolds(session)
        self.records_due = RecordsDue(session)
        self.object_names = ObjectNames(session)
        self.wrapped_keys = WrappedKeys(session)
        self.tallies = Tallies(session)
        self.gauges = Gauges(session)

    def commit(self) -> None:
        """Keep everything. Raises DomainError `conflict` or `retry_later` and keeps nothing.

        Inside of `Storage.as_one` it is kept when the whole is.
        """
        self._session.flush()
        if self._part is not None:
            self._part.commit()
            return
        self.audit.write_pending()
        self.tallies.write_pending()
        self._session.commit()

    @contextmanager
    def part(self) -> Iterator[None]:
        """A savepoint that `commit()` keeps, and that leaving without it takes back."""
        noted, counted = self.audit.mark(), self.tallies.mark()
        self._part = self._session.begin_nested()
        try:
            yield
        finally:
            if self._part.is_active:
                self._part.rollback()
                self.audit.forget_since(noted)
                self.tallies.forget_since(counted)
            self._part = None


class Whole:
    """Several units of work that are kept together or not at all."""

    def __init__(
        self, open_one: Callable[[], UnitOfWork], begin: Callable[[UnitOfWork], None]
    ) -> None:
        self._open_one = open_one
        self._begin = begin
        self.unit_of_work: UnitOfWork | None = None

    def opened(self) -> UnitOfWork:
        """The one transaction, begun by whoever writes first."""
        if self.unit_of_work is None:
            self.unit_of_work = self._open_one()
            self._begin(self.unit_of_work)
        return self.unit_of_work


class Storage:
    """Opens units of work. Leaving one without `commit()` takes back all that it did."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.glances = Glances(database, self._joined)
        self._clock = clock
        self._of_thread = threading.local()

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        """A unit of work that may change rows; keep it short, others wait for it."""
        whole: Whole | None = getattr(self._of_thread, "whole", None)
        if whole is None:
            with self._open(self.database.writing) as unit_of_work:
                yield unit_of_work
            return
        unit_of_work = whole.opened()
        with unit_of_work.part():
            yield unit_of_work

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """A unit of work over one consistent view that the database will not let write."""
        whole: Whole | None = getattr(self._of_thread, "whole", None)
        if whole is not None and whole.unit_of_work is not None:
            # What the whole has written so far is seen by nobody else.
            yield whole.unit_of_work
            return
        with self._open(self.database.reading) as unit_of_work:
            yield unit_of_work

    @contextmanager
    def as_one(self, begin: Callable[[UnitOfWork], None]) -> Iterator[Whole]:
        """Join all writing of this thread into one transaction; `begin` runs when it opens.

        The transaction begins with the first writing, not here, so that slow work before it
        holds no lock. The caller commits `whole.unit_of_work` if there is one.
        """
        with ExitStack() as stack:
            whole = Whole(lambda: stack.enter_context(self._open(self.database.writing)), begin)
            self._of_thread.whole = whole
            try:
                yield whole
            finally:
                self._of_thread.whole = None

    def _joined(self) -> WatchfulSession | None:
        """The session of the whole that this thread has begun to write."""
        whole: Whole | None = getattr(self._of_thread, "whole", None)
        begun = None if whole is None else whole.unit_of_work
        return None if begun is None else begun._session  # noqa: SLF001 - this module's own

    @contextmanager
    def _open(self, engine: Engine) -> Iterator[UnitOfWork]:
        session = WatchfulSession(bind=engine, expire_on_commit=False)
        try:
            yield UnitOfWork(session, self._clock)
        except NoConnectionFree as error:
            raise DomainError(ErrorCode.RETRY_LATER) from error
        finally:
            # Closing rolls back what was not committed.
            session.close()
