"""Training the recogniser of MRZ lines: `python -m app.training.mrz_lines`.

Everything that it learns from is drawn here: no picture of a real paper, no corpus. The same seed,
fonts and versions draw the same lines. One core draws and one learns.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from collections import deque
from hashlib import sha256
from pathlib import Path
from random import Random
from time import perf_counter
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import torch
from torch.nn.functional import ctc_loss, nll_loss

from app.training.mrz_line_wear import UNLABELLED, training_line
from app.training.mrz_network import CLASSES, MrzLineNetwork, export_onnx
from app.vision.mrz_emission import MRZ_ALPHABET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.pool import AsyncResult

    from numpy.typing import NDArray

    Batch = tuple[NDArray[np.float32], NDArray[np.int64], list[str]]

SEED = 9303
BATCH = 32
PEAK_RATE = 4e-3
STEPS_BEFORE_SPELLING = 300
SPELLING_WEIGHT = 0.3
MAX_WAITING = 16  # batches drawn ahead
HELD_OUT_LINES = 1024
HELD_OUT_SEED = 303  # lines of another stream than those learnt from


def main(arguments: list[str] | None = None) -> int:
    """Train, write the ONNX file, and report what the network reads of held-out drawn lines."""
    parser = argparse.ArgumentParser(prog="python -m app.training.mrz_lines", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    parser.add_argument("--lines", type=int, default=80_000, help="how many lines to learn from")
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    torch.manual_seed(chosen.seed)
    started = perf_counter()
    network = _trained(chosen.lines // BATCH, chosen.seed, chosen.out)
    report = {
        "seed": chosen.seed,
        "lines": chosen.lines,
        "minutes": round((perf_counter() - started) / 60, 1),
        "held_out": _held_out_figures(network),
        "sha256": sha256(chosen.out.read_bytes()).hexdigest(),
        "bytes": chosen.out.stat().st_size,
    }
    sys.stdout.write(json.dumps(report, indent=2) + "\n")
    return 0


def _trained(steps: int, seed: int, out: Path) -> MrzLineNetwork:
    network = MrzLineNetwork()
    network.to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=PEAK_RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, PEAK_RATE, total_steps=steps, pct_start=0.1, final_div_factor=300
    )
    running = 0.0
    for step, (pixels, labels, texts) in enumerate(_batches(steps, seed), start=1):
        log_p = network(torch.from_numpy(pixels).contiguous(memory_format=torch.channels_last))
        loss = _step_loss(log_p, labels)
        if step > STEPS_BEFORE_SPELLING:
            loss = loss + SPELLING_WEIGHT * _spelling_loss(log_p, texts)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        schedule.step()
        running = 0.98 * running + 0.02 * loss.item() if step > 1 else loss.item()
        if step % 100 == 0 or step == steps:
            sys.stderr.write(f"step {step} of {steps}: loss {running:.4f}\n")
        if step % 500 == 0 or step == steps:
            export_onnx(network, out)
            network.train()
    network.eval()
    return network


def _step_loss(log_p: torch.Tensor, labels: NDArray[np.int64]) -> torch.Tensor:
    """Each step against what is drawn there: learns the shapes fast."""
    return nll_loss(
        log_p.reshape(-1, CLASSES),
        torch.from_numpy(labels).reshape(-1),
        ignore_index=UNLABELLED,
    )


def _spelling_loss(log_p: torch.Tensor, texts: list[str]) -> torch.Tensor:
    """CTC over the whole line: teaches it not to say two things between two characters."""
    spelt = [1 + MRZ_ALPHABET.index(character) for text in texts for character in text]
    lengths = torch.tensor([len(text) for text in texts])
    steps = torch.full((len(texts),), log_p.shape[1])
    return ctc_loss(log_p.transpose(0, 1), torch.tensor(spelt), steps, lengths, zero_infinity=True)


def _batches(steps: int, seed: int) -> Iterator[Batch]:
    with multiprocessing.get_context("spawn").Pool(1, initializer=_one_thread) as pool:
        waiting: deque[AsyncResult[Batch]] = deque()
        for step in range(steps):
            waiting.append(pool.apply_async(_batch, (seed * 1_000_003 + step,)))
            if len(waiting) > MAX_WAITING:
                yield waiting.popleft().get()
        for batch in waiting:
            yield batch.get()


def _one_thread() -> None:
    cv2.setNumThreads(1)


def _batch(seed: int) -> Batch:
    chance = Random(seed)  # noqa: S311 - the same lines each time
    lines = [training_line(chance) for _ in range(BATCH)]
    pixels = np.stack([line.pixels for line in lines])[:, None]
    return pixels, np.stack([line.steps for line in lines]), [line.text for line in lines]


def _held_out_figures(network: MrzLineNetwork) -> dict[str, Any]:
    wrong_characters = characters = whole = 0
    for pixels, _, texts in _batches(HELD_OUT_LINES // BATCH, HELD_OUT_SEED):
        with torch.no_grad():
            best = network(torch.from_numpy(pixels)).argmax(dim=2).numpy()
        for row, text in zip(best, texts, strict=True):
            errors = _edits(_merged(row), text)
            wrong_characters += errors
            characters += len(text)
            whole += errors == 0
    return {
        "lines": HELD_OUT_LINES,
        "character_error_rate": round(wrong_characters / characters, 5),
        "lines_without_error": round(whole / HELD_OUT_LINES, 4),
    }


def _merged(row: NDArray[np.int64]) -> str:
    kept = row[(row != 0) & (row != np.concatenate([[0], row[:-1]]))]
    return "".join(MRZ_ALPHABET[index - 1] for index in kept)


def _edits(one: str, other: str) -> int:
    """The Levenshtein distance."""
    previous = list(range(len(other) + 1))
    for row, character in enumerate(one, start=1):
        current = [row]
        for column, against in enumerate(other, start=1):
            current.append(
                min(
                    previous[column] + 1,
                    current[-1] + 1,
                    previous[column - 1] + (character != against),
                )
            )
        previous = current
    return previous[-1]


if __name__ == "__main__":
    sys.exit(main())
