"""Every operation of /openapi.json under made-up requests: no 5xx, and nothing undocumented.

Schemathesis tries the examples, then each boundary of each parameter, then EXAMPLES requests at
random, well-formed and malformed ones. Chance is the same in every run; EXAMPLES=1000 looks longer.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.hypothesis.builder import (
    HypothesisTestConfig,
    HypothesisTestMode,
    create_test,
)
from schemathesis.specs.openapi.checks import positive_data_acceptance
from schemathesis.transport.serialization import Binary

from app.vision.sandbox import Sandbox
from app.web.api.field_texts import TEXTS
from tests.builders.installation import an_installation
from tests.builders.moments import StillClock
from tests.contracts.checks import errors_are_documented, well_formed_is_not_called_invalid
from tests.contracts.files import FILES
from tests.contracts.routes import operations, the_document
from tests.contracts.world import World, a_world

USUAL_KEY = TEXTS["idempotency_key"][1]
SETTINGS = settings(
    max_examples=int(os.environ.get("EXAMPLES", "25")),
    deadline=None,
    derandomize=True,
    database=None,
    # An operation under test is slow beside what Hypothesis is made for, and draws large bodies.
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def world(tmp_path: Path, sqlite_url: str, clock: StillClock, sandbox: Sandbox) -> Iterator[World]:
    state = tmp_path / "state"
    # No more than the usual number of requests a minute would end most runs at 429.
    more = {"KYC_RATE_LIMIT_FACTOR": "1000"}
    with an_installation(state, sqlite_url, clock, sandbox, **more) as kyc:
        yield a_world(kyc)


@pytest.mark.parametrize("label", operations())
def test_made_up_requests(label: str, world: World, record_property: Any) -> None:
    method, path = label.split(" ")
    schema = schemathesis.openapi.from_dict(the_document(), config=SchemathesisConfig())
    schema.app = world.kyc.client.application
    operation = schema[path][method]
    headers = world.headers(operation.definition.raw)
    answered: list[int] = []

    def send(case: Any) -> None:
        _aim(case, world)
        response = case.call_and_validate(
            headers=headers,
            additional_checks=[errors_are_documented, well_formed_is_not_called_invalid],
            # Knows statuses only; the second of ours looks closer.
            excluded_checks=[positive_data_acceptance],
        )
        answered.append(response.status_code)

    config = HypothesisTestConfig(schema.config, list(HypothesisTestMode), SETTINGS)
    create_test(operation=operation, test_func=send, config=config)()
    record_property("cases", len(answered))
    assert len(answered) > 1
    assert max(answered) < 500


def _aim(case: Any, world: World) -> None:
    """Send every other well-formed request to something that is there, with a file that is one."""
    text = repr((case.path_parameters, case.query, case.body, case.headers)).encode()
    if crc32(text) % 2 and not case.meta.is_negative_at(ParameterLocation.PATH):
        for name in case.path_parameters.keys() & world.known.keys():
            case.path_parameters[name] = world.known[name]
    if crc32(text) % 3 and not case.meta.is_negative_at(ParameterLocation.BODY):
        file = FILES[crc32(text) % len(FILES)]
        if isinstance(case.body, dict) and "file" in case.body:
            case.body["file"] = file
        elif isinstance(case.body, bytes | Binary):
            case.body = file
    if case.headers and case.headers.get("Idempotency-Key") == USUAL_KEY:
        # The document's example would make every request after the first a repetition.
        case.headers["Idempotency-Key"] = f"{USUAL_KEY}-{crc32(text)}"
