"""Sound files with a few things wrong in them: what a fuzzer shows to a decoder."""

import random
import struct
import zlib
from functools import cache

from app.specimens.letter import Letter, Print, letter_pdf
from tests.builders.hostile_files import Fate, encodings, hostile_files

# Where sizes, counts and offsets change their meaning.
_EDGES = (0, 1, 2, 3, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_MAX_SEED_BYTES = 200_000
_PNG_LEAD = 8


@cache
def seeds() -> tuple[bytes, ...]:
    """The files that mutations begin with: lawful ones, and those of the corpus that are small."""
    letter = letter_pdf([Letter((Print(20, 30, "Amaurot Energy", 12),))] * 2)
    odd = (
        file.make()
        for file in hostile_files()
        if file.fate is not Fate.REFUSED and not file.name.startswith(("40 Mpx", "a row too many"))
    )
    return (*encodings().values(), letter, *(each for each in odd if len(each) < _MAX_SEED_BYTES))


def mutated(dice: random.Random) -> bytes:
    """One file, wrong in one to six places. The first bytes mostly stay, or nobody would look."""
    content = bytearray(dice.choice(seeds()))
    for _ in range(dice.randint(1, 6)):
        dice.choice(_WAYS)(content, dice)
    if content.startswith(b"\x89PNG") and dice.random() < 0.7:
        return _with_right_checksums(bytes(content))
    return bytes(content)


def _place(content: bytearray, dice: random.Random) -> int:
    # Half of the time among the headers, where lengths and counts stand.
    end = len(content) if dice.random() < 0.5 else min(len(content), 700)
    return dice.randrange(min(12, max(0, end - 1)), max(end, 1) + 1)


def _flip(content: bytearray, dice: random.Random) -> None:
    for _ in range(dice.randint(1, 20)):
        place = _place(content, dice)
        if place < len(content):
            content[place] ^= 1 << dice.randrange(8)


def _set_number(content: bytearray, dice: random.Random) -> None:
    value, place = dice.choice(_EDGES), _place(content, dice)
    size, order = dice.choice((1, 2, 4)), dice.choice("<>")
    number = struct.pack(f"{order}I", value)
    content[place : place + size] = number[-size:] if order == ">" else number[:size]


def _cut_out(content: bytearray, dice: random.Random) -> None:
    place = _place(content, dice)
    del content[place : place + dice.randint(1, 64)]


def _repeat(content: bytearray, dice: random.Random) -> None:
    place, size = _place(content, dice), dice.randint(1, 400)
    content[place:place] = content[place : place + size] * dice.randint(1, 50)


def _splice(content: bytearray, dice: random.Random) -> None:
    other = dice.choice(seeds())
    place, start = _place(content, dice), dice.randrange(len(other))
    content[place : place + dice.randint(0, 300)] = other[start : start + dice.randint(1, 3000)]


def _end_early(content: bytearray, dice: random.Random) -> None:
    del content[max(12, dice.randrange(len(content) + 1)) :]


def _sand(content: bytearray, dice: random.Random) -> None:
    place = _place(content, dice)
    content[place : place + 40] = dice.randbytes(dice.randint(1, 40))


_WAYS = (_flip, _flip, _set_number, _set_number, _cut_out, _repeat, _splice, _end_early, _sand)


def _with_right_checksums(content: bytes) -> bytes:
    """The PNG with every chunk's checksum made good: a wrong one would be all that is noticed."""
    fixed, place = bytearray(content[:_PNG_LEAD]), _PNG_LEAD
    while place + 12 <= len(content):
        (length,) = struct.unpack_from("!I", content, place)
        body = content[place + 4 : place + 8 + length]
        if len(body) < 4 + length:
            break
        fixed += struct.pack("!I", length) + body + struct.pack("!I", zlib.crc32(body))
        place += 12 + length
    return bytes(fixed + content[place:])
