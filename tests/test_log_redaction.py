from __future__ import annotations

import errno
import io
import json
import logging
import os
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import structlog

from app.log_redaction import ALLOWED_KEYS, AllowList, configure_logging, is_loggable
from tests.builders.restored_logging import restored_logging

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKED = {
    "name": "MARKED ERIKSSON",
    "document_number": "L898902C3",
    "api_key": "sk_test_" + "ab" * 32,
    "webhook_secret": "whsec_MARKEDwhsecMARKED",
    "token": "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJNQVJLRUQifQ.c2ln",
    "mail": "marked@example.test",
    "query": "/widget/users?name=marked",
    "bytes": b"MARKED\x00\xff",
    "array": [[1, 2], [3, 4]],
    "mapping": {"family_name": "MARKED"},
}
# These name places in code; what a caller passes under them is thrown away.
SET_BY_US = {"logger", "where", "trace", "exception", "caused_by"}


class Lines:
    """The JSON lines written so far."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.allow_list = configure_logging(self.stream, "DEBUG")

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def last(self) -> dict[str, Any]:
        line: dict[str, Any] = json.loads(self.text.splitlines()[-1])
        return line


@pytest.fixture
def lines() -> Iterator[Lines]:
    with restored_logging():
        yield Lines()


def test_an_event_with_allowed_keys_is_one_json_line(lines: Lines) -> None:
    structlog.get_logger("app.services").info(
        "capture_accepted", verification_id="ver_01J9", ms=12.5, reasons=["glare", "too_dark"]
    )
    line = lines.last()
    assert line["event"] == "capture_accepted"
    assert (line["verification_id"], line["ms"]) == ("ver_01J9", 12.5)
    assert line["reasons"] == ["glare", "too_dark"]
    assert line["level"] == "info"
    assert line["timestamp"].endswith("Z")
    assert "dropped_values" not in line


@pytest.mark.parametrize("name", sorted(MARKED))
def test_unknown_keys_are_dropped_and_counted(lines: Lines, name: str) -> None:
    structlog.get_logger("app.test").warning("capture_refused", **{name: MARKED[name]})
    assert set(lines.last()) == {"event", "level", "timestamp", "dropped_values"}
    assert lines.last()["dropped_values"] == 1
    assert lines.allow_list.dropped == {name: 1}


@pytest.mark.parametrize("key", sorted(ALLOWED_KEYS - SET_BY_US))
@pytest.mark.parametrize("name", sorted(MARKED))
def test_no_allowed_key_carries_a_marked_value(key: str, name: str) -> None:
    value = MARKED[name]
    assert not is_loggable(key, value)
    assert not is_loggable(key, [value])
    kept = AllowList()(None, "info", {"event": "some_event", key: value})
    assert kept.get(key) != value


@pytest.mark.parametrize(
    "event", ["Applicant MARKED refused", "marked", "MARKED_NAME", "", "a b_c"]
)
def test_an_event_that_is_no_constant_is_replaced(lines: Lines, event: str) -> None:
    structlog.get_logger("app.test").info(event)
    assert lines.last()["event"] == "event_without_a_name"
    assert lines.last()["dropped_values"] == 1
    assert not event or f'"{event}"' not in lines.text


@pytest.mark.parametrize("key", sorted(SET_BY_US))
def test_a_caller_cannot_fill_the_keys_that_name_places(lines: Lines, key: str) -> None:
    structlog.get_logger("app.test").info("capture_refused", **{key: "MARKED"})
    logging.getLogger("app.test").info("capture_refused", extra={key: "MARKED"})
    assert len(lines.text.splitlines()) == 2
    assert "MARKED" not in lines.text


def test_context_variables_pass_the_same_list(lines: Lines) -> None:
    structlog.contextvars.bind_contextvars(request_id="0af7651916cd43dd", family_name="MARKED")
    structlog.get_logger("app.test").info("request_done", http_status=200)
    assert lines.last()["request_id"] == "0af7651916cd43dd"
    assert "MARKED" not in lines.text


def test_an_exception_keeps_type_and_place_but_not_its_words(lines: Lines) -> None:
    def read(document_number: str) -> None:
        raise ValueError(document_number)

    try:
        try:
            read("MARKED-NUMBER")
        except ValueError as error:
            msg = "MARKED statement with parameters"
            raise RuntimeError(msg) from error
    except RuntimeError:
        structlog.get_logger("app.worker").exception("job_failed", job_id="job_1")
        logging.getLogger("app.worker").exception("job_failed")
    for text in lines.text.splitlines():
        line = json.loads(text)
        assert (line["event"], line["exception"]) == ("job_failed", "RuntimeError")
        assert line["caused_by"] == "ValueError"
        assert line["trace"][0].startswith("test_log_redaction:")
    assert "MARKED" not in lines.text
    assert len(lines.text.splitlines()) == 2


def test_a_librarys_message_is_replaced_by_its_place(lines: Lines) -> None:
    logging.getLogger("waitress").warning("serving %s", "MARKED-URL")
    logging.getLogger("some.library").error("GET /widget/users/MARKED")
    logging.getLogger("some.library").error("job_failed %s", "MARKED", stack_info=True)
    for text in lines.text.splitlines():
        line = json.loads(text)
        assert line["event"] == "library_message"
        assert line["where"].startswith("test_log_redaction:")
    assert lines.last()["logger"] == "some.library"
    assert "MARKED" not in lines.text


def test_a_constant_event_through_stdlib_keeps_its_extra(lines: Lines) -> None:
    logging.getLogger("app.storage").info(
        "object_stored", extra={"object_id": "obj_1", "family_name": "MARKED"}
    )
    assert lines.last()["event"] == "object_stored"
    assert lines.last()["object_id"] == "obj_1"
    assert "MARKED" not in lines.text


def test_warnings_go_through_the_same_list(lines: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("MARKED", stacklevel=1)
    assert lines.last()["event"] == "library_message"
    assert "MARKED" not in lines.text


@pytest.mark.parametrize("name", ["sqlalchemy.engine.Engine", "authlib.oauth2", "urllib3.pool"])
def test_talkative_libraries_stay_quiet_even_at_debug(lines: Lines, name: str) -> None:
    logging.getLogger(name).info("INSERT INTO applicant VALUES ('MARKED')")
    assert lines.text == ""


def test_a_broken_message_does_not_reach_stderr(
    lines: Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("some.library").error("%d", "MARKED")
    assert "MARKED" not in capsys.readouterr().err
    assert "MARKED" not in lines.text


def test_the_level_is_a_floor() -> None:
    stream = io.StringIO()
    with restored_logging():
        configure_logging(stream, "warning")
        structlog.get_logger("app.test").info("request_done")
    assert stream.getvalue() == ""


class FullDisk(io.StringIO):
    """Takes nothing while it is full."""

    is_full = True

    def write(self, text: str) -> int:
        if self.is_full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(text)


def test_a_line_that_cannot_be_written_is_counted_and_harms_nobody() -> None:
    disk = FullDisk()
    with restored_logging():
        configure_logging(disk)
        structlog.get_logger("app.test").info("request_done", http_status=200)
        logging.getLogger("app.test").info("request_done")
        disk.is_full = False
        structlog.get_logger("app.test").info("request_done", http_status=201)
    notice, line = (json.loads(text) for text in disk.getvalue().split("\n") if text)
    assert notice == {"event": "log.lines_lost", "level": "error", "count": 2}
    assert line["http_status"] == 201


def test_a_closed_stream_and_a_reader_that_left_harm_nobody() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    closed = io.StringIO()
    closed.close()
    with restored_logging(), os.fdopen(writer, "w", buffering=1) as pipe:
        for stream in (closed, pipe):
            configure_logging(stream)
            structlog.get_logger("app.test").info("request_done")
        # What the pipe did not take is still in its buffer, and closing it would try again.
        with Path(os.devnull).open("w") as sink:
            os.dup2(sink.fileno(), pipe.fileno())


def test_an_unknown_level_is_a_fault() -> None:
    with pytest.raises(ValueError, match="LOUD"):
        configure_logging(io.StringIO(), "loud")


def test_numbers_must_be_finite_numbers() -> None:
    assert is_loggable("score", 0.25)
    assert not is_loggable("score", float("nan"))
    assert not is_loggable("score", "0.25")
    assert is_loggable("score", None)


@pytest.mark.parametrize(
    "route",
    ["/", "/widget/users/<partner_user_id>/kyc-status", "/profiles/api/v1/compliance/summary/",
     "/static/<path:filename>", "/v1/customer-verifications/<uuid:id>", ""],
)  # fmt: skip
def test_the_rule_of_a_route_is_loggable(route: str) -> None:
    assert is_loggable("route", route)


def test_a_long_wrong_route_is_refused_at_once() -> None:
    started_s = time.perf_counter()
    assert not is_loggable("route", "/" + "a" * 5000 + "!")
    assert not is_loggable("route", "/a" * 2500 + "!")
    assert time.perf_counter() - started_s < 1
