"""One transaction of a use case, and all repositories inside it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from app.domain.chance import Clock
from app.domain.errors import DomainError, ErrorCode
from app.storage.applicants import Applicants, ClientSessions, TransactionSessions
from app.storage.audit import Audit
from app.storage.captures import Captures, Challenges
from app.storage.counters import Counters
from app.storage.database import Database
from app.storage.events import Deliveries, Events
from app.storage.examinations import Examinations
from app.storage.jobs import Jobs
from app.storage.partners import ApiKeys, Partners, WebhookEndpoints
from app.storage.repository import WatchfulSession
from app.storage.verifications import Verifications


class UnitOfWork:
    """Everything that one transaction may touch. Its objects stay readable after it ended.

    Lists and dicts of an object are stored when a new one is assigned; a change made inside of
    one is not seen.
    """

    def __init__(self, session: WatchfulSession, clock: Clock) -> None:
        self._session = session
        self.partners = Partners(session)
        self.api_keys = ApiKeys(session)
        self.webhook_endpoints = WebhookEndpoints(session)
        self.applicants = Applicants(session)
        self.client_sessions = ClientSessions(session)
        self.transaction_sessions = TransactionSessions(session)
        self.verifications = Verifications(session)
        self.captures = Captures(session)
        self.challenges = Challenges(session)
        self.examinations = Examinations(session)
        self.events = Events(session)
        self.deliveries = Deliveries(session)
        self.jobs = Jobs(session, clock)
        self.audit = Audit(session, clock)
        self.counters = Counters(session)

    def commit(self) -> None:
        """Keep everything. Raises DomainError `conflict` or `retry_later` and keeps nothing."""
        self._session.flush()
        self.audit.write_pending()
        self._session.commit()


class Storage:
    """Opens units of work. Leaving one without `commit()` takes back all that it did."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self._clock = clock

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        """A unit of work that may change rows; keep it short, others wait for it."""
        with self._open(self.database.writing) as unit_of_work:
            yield unit_of_work

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """A unit of work over one consistent view that the database will not let write."""
        with self._open(self.database.reading) as unit_of_work:
            yield unit_of_work

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
