"""What a decoding child gives up before it reads the first byte of a stranger's file."""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
from pathlib import Path

_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2

_EXTRA_ADDRESS_SPACE_BYTES = 1536 * 1024 * 1024
_OPEN_FILES = 16
_CPU_S = 12

# Audit architecture and the numbers of: socket connect bind listen accept accept4 execve execveat
# ptrace process_vm_readv process_vm_writev kill tkill tgkill clone clone3 fork vfork mount unshare.
_SYSCALLS: dict[str, tuple[int, tuple[int, ...]]] = {
    "x86_64": (
        0xC000003E,
        (41, 42, 49, 50, 43, 288, 59, 322, 101, 310, 311, 62, 200, 234, 56, 435, 57, 58, 165, 272),
    ),
    "aarch64": (
        0xC00000B7,
        (198, 203, 200, 201, 202, 242, 221, 281, 117, 270, 271, 129, 130, 131, 220, 435, 40, 97),
    ),
}
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_X32_NUMBERS = 0x40000000  # a second set of numbers for the same calls on x86_64
_ALLOW, _REFUSE_WITH_EPERM = 0x7FFF0000, 0x00050001


class _FilterProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def confine() -> None:
    """Give up files, processes, sockets, privileges and all but a fixed share of memory and time.

    Every step that this kernel does not offer is skipped: the limits and the parent's wall clock
    hold without it.
    """
    mapped_bytes = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    mapped_bytes *= os.sysconf("SC_PAGE_SIZE")
    _limit(resource.RLIMIT_AS, mapped_bytes + _EXTRA_ADDRESS_SPACE_BYTES)
    _limit(resource.RLIMIT_CPU, _CPU_S)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _limit(resource.RLIMIT_NPROC, 0)  # holds for everyone but root, whom seccomp stops
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _forbid_system_calls(libc)


def _limit(what: int, amount: int) -> None:
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        amount = min(amount, hard)
    resource.setrlimit(what, (amount, amount))


def _forbid_system_calls(libc: ctypes.CDLL) -> None:
    known = _SYSCALLS.get(platform.machine())
    if known is None:
        return
    code = _filter_code(*known)
    program = _FilterProgram(len(code) // 8, code)
    libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)


def _filter_code(architecture: int, refused: tuple[int, ...]) -> bytes:
    # Classic BPF over struct seccomp_data {int nr; u32 arch; ...}: refuse a foreign architecture
    # (its numbers mean other calls) and each listed number, allow the rest.
    count = len(refused)
    lines = [
        (_LOAD, 0, 0, 4),
        (_JUMP_IF_EQUAL, 0, count + 3, architecture),
        (_LOAD, 0, 0, 0),
        (_JUMP_IF_AT_LEAST, count + 1, 0, _X32_NUMBERS),
    ]
    lines += [(_JUMP_IF_EQUAL, count - place, 0, number) for place, number in enumerate(refused)]
    lines += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE_WITH_EPERM)]
    return b"".join(struct.pack("HBBI", *line) for line in lines)
