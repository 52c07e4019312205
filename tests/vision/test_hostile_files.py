"""Hundreds of files that no honest camera sends: none is believed, or costs more than a child."""

import io
import time
from collections.abc import Iterator
from pathlib import Path

import PIL.Image
import pytest

from app.vision.decoding import UndecodableImage
from app.vision.sandbox import Sandbox
from tests.builders.hostile_files import MARK, Fate, HostileFile, hostile_files, saved
from tests.builders.measured_nursery import ChildFigures, figures, measure_children

CORPUS = hostile_files()
_WEB_GROWTH_MIB = 64
_CHILD_MIB = 900
_CHILD_PROCESSOR_S = 15
# A busy machine must not make a lawful file look like a slow one; processor time is what counts.
_PATIENCE_S = 170
_SIGKILL, _SIGXCPU = 9, 24


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("nursery") / "children.txt"
    path.touch()
    return path


@pytest.fixture(scope="module")
def measured(report: Path) -> Iterator[Sandbox]:
    with Sandbox(wall_limit_s=_PATIENCE_S) as sandbox:
        with pytest.MonkeyPatch.context() as patch:
            measure_children(patch, report)
            sandbox.start()
        yield sandbox


def _pages(sandbox: Sandbox, payload: bytes) -> tuple[str, tuple[bytes, ...]]:
    """The code of a refusal, or `accepted` and the pictures that came out.

    As a proof of address, which is the one upload that may also be a PDF.
    """
    try:
        return "accepted", sandbox.run("paper_pages", payload).jpegs
    except UndecodableImage as refusal:
        return refusal.code, ()


def _fault(file: HostileFile, outcome: str, jpegs: tuple[bytes, ...]) -> str | None:
    """What is wrong with what became of a file, or None."""
    if outcome == "accepted" and file.fate is Fate.REFUSED:
        return "accepted"
    if outcome != "accepted" and file.fate is Fate.CLEANED:
        return outcome
    if file.fate is Fate.REFUSED and file.codes and outcome not in file.codes:
        return outcome
    if any(MARK in jpeg or _has_metadata(jpeg) for jpeg in jpegs):
        return "a passenger came through"
    return None


def _has_metadata(jpeg: bytes) -> bool:
    with PIL.Image.open(io.BytesIO(jpeg)) as picture:
        return bool(set(picture.info) & {"exif", "icc_profile", "comment", "xmp", "photoshop"})


def _resident_mib(what: str) -> float:
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith(what):
            return int(line.split()[1]) / 1024
    raise AssertionError(what)


def _ended_children(report: Path, count: int) -> list[ChildFigures]:
    deadline = time.monotonic() + 30
    while len(ended := figures(report)) < count and time.monotonic() < deadline:
        time.sleep(0.02)
    return ended


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(CORPUS) >= 200
    assert len({file.name for file in CORPUS}) == len(CORPUS)
    # What may end either way proves the least, so it must not be most of it.
    undecided = [file for file in CORPUS if file.fate is Fate.REFUSED_OR_CLEANED]
    assert len(undecided) < len(CORPUS) / 3


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_no_hostile_file_is_believed_or_costs_more_than_its_child(
    measured: Sandbox, report: Path, part: int
) -> None:
    faults, growth_mib, ended = {}, 0.0, len(figures(report))
    for file in CORPUS[part::4]:
        payload = file.make()
        before_mib = _resident_mib("VmRSS")
        Path("/proc/self/clear_refs").write_text("5", "ascii")  # begin a new peak
        outcome, jpegs = _pages(measured, payload)
        growth_mib = max(growth_mib, _resident_mib("VmHWM") - before_mib)
        fault = _fault(file, outcome, jpegs)
        if fault is not None:
            faults[file.name] = fault
    assert faults == {}
    assert growth_mib < _WEB_GROWTH_MIB
    children = _ended_children(report, ended + 50)[ended:]
    assert len(children) >= 50
    # Two signals are the limits' own; any other is a crash of the decoder.
    assert {child.signal for child in children} <= {0, _SIGKILL, _SIGXCPU}
    assert max(child.peak_mib for child in children) < _CHILD_MIB
    assert max(child.processor_s for child in children) < _CHILD_PROCESSOR_S


@pytest.mark.parametrize("task", ["decode", "inspect_document", "observe_face"])
def test_no_pdf_is_a_picture(measured: Sandbox, task: str) -> None:
    papers = [file for file in CORPUS if file.name.startswith("a pdf")]
    assert len(papers) > 10
    for file in papers:
        with pytest.raises(UndecodableImage) as refusal:
            measured.run(task, file.make())  # type: ignore[call-overload]
        assert refusal.value.code == "unsupported_media_type"


@pytest.mark.parametrize("task", ["inspect_document", "observe_face", "paper_pages"])
@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (2, 2), (17, 39), (3001, 1)])
def test_the_smallest_pictures_are_looked_at_to_the_end(
    measured: Sandbox, task: str, size: tuple[int, int]
) -> None:
    speck = saved(PIL.Image.effect_noise(size, 90).convert("RGB"), "PNG")

    measured.run(task, speck)  # type: ignore[call-overload]
