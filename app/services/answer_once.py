"""Answer a request with an Idempotency-Key once: effect and answer are kept in one transaction."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.idempotency import IdempotencyRecord, StoredAnswer

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.chance import Chance
    from app.security.vault import Vault
    from app.storage.unit_of_work import Storage, UnitOfWork

_KIND = "idempotent_answer"


@dataclass(frozen=True)
class AnswerOnce:
    """Runs the act for a key that is new; repeats the first answer for one that is not.

    An act that fails is not remembered: its transaction was taken back, so it may be tried again.
    """

    storage: Storage
    chance: Chance
    vault: Vault

    def __call__(
        self,
        partner_id: str,
        owner: str,
        key: str,
        fingerprint: str,
        act: Callable[[], StoredAnswer],
    ) -> StoredAnswer:
        """The answer. Raises DomainError(idempotency_key_reused) for another body."""
        key_hash = hashlib.sha256(f"{partner_id}|{owner}|{key}".encode()).hexdigest()
        first = self._first(key_hash)
        if first is not None:
            return self._again(first, fingerprint)
        record_id = self.chance.new_id("idk")
        record = IdempotencyRecord(
            record_id,
            partner_id,
            key_hash,
            fingerprint,
            self.vault.new_wrapped_key(partner_id, record_id),
            self.chance.now(),
        )
        try:
            return self._act(record, act)
        except _AnotherWasFaster:
            first = self._first(key_hash)
            if first is None:
                raise DomainError(ErrorCode.RETRY_LATER) from None
            return self._again(first, fingerprint)

    def _act(self, record: IdempotencyRecord, act: Callable[[], StoredAnswer]) -> StoredAnswer:
        with self.storage.as_one(lambda uow: self._reserve(uow, record)) as whole:
            answer = act()
            if whole.unit_of_work is not None:
                content = {"status": answer.status, "body": answer.body, "headers": answer.headers}
                record.sealed_answer = self.vault.seal_json(record, _KIND, content)
                whole.unit_of_work.commit()
            return answer

    def _reserve(self, uow: UnitOfWork, record: IdempotencyRecord) -> None:
        uow.idempotency_records.forget(record.created_at, record.key_hash)
        try:
            # Where another transaction holds the same key, this waits for its end.
            uow.idempotency_records.add(record)
        except DomainError as error:
            if error.code is ErrorCode.CONFLICT:
                raise _AnotherWasFaster from error
            raise

    def _first(self, key_hash: str) -> IdempotencyRecord | None:
        with self.storage.reading() as uow:
            return uow.idempotency_records.live(key_hash, self.chance.now())

    def _again(self, record: IdempotencyRecord, fingerprint: str) -> StoredAnswer:
        if record.fingerprint != fingerprint:
            raise DomainError(ErrorCode.IDEMPOTENCY_KEY_REUSED)
        if record.sealed_answer is None:
            raise RuntimeError("a record was kept without its answer")
        content = self.vault.unseal_json(record, _KIND, record.sealed_answer)
        answer = StoredAnswer(**content)  # type: ignore[arg-type]
        return replace(answer, is_replay=True)


class _AnotherWasFaster(Exception):
    """The same key is being answered, or has just been, by another request."""


def fingerprint_of(*parts: object) -> str:
    """SHA-256 over what makes two requests the same."""
    text = json.dumps(parts, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
