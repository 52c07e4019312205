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
# ptrace process_vm_readv process_vm_writev kill tkill tgkill fork vfork mount unshare; then clone.
_SYSCALLS: dict[str, tuple[int, tuple[int, ...], int]] = {
    "x86_64": (
        0xC000003E,
        (41, 42, 49, 50, 43, 288, 59, 322, 101, 310, 311, 62, 200, 234, 57, 58, 165, 272),
        56,
    ),
    "aarch64": (
        0xC00000B7,
        (198, 203, 200, 201, 202, 242, 221, 281, 117, 270, 271, 129, 130, 131, 40, 97),
        220,
    ),
}
_CLONE3 = 435  # on both; its flags are behind a pointer, where no filter can read them
_THREAD_FLAG = 0x00010000  # CLONE_THREAD
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _JUMP_IF_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NO_NUMBER = 0x3FFFFFFF
_X32_NUMBERS = 0x40000000  # a second set of numbers for the same calls on x86_64
_ALLOW, _REFUSE_WITH_EPERM, _REFUSE_WITH_ENOSYS = 0x7FFF0000, 0x00050001, 0x00050026


class _FilterProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def confine(*, may_start_threads: bool = False) -> None:
    """Give up files, processes, sockets, privileges and all but a fixed share of memory and time.

    Threads of its own are no new process; with `may_start_threads` they stay allowed until
    `forbid_threads`. Every step that this kernel does not offer is skipped: the limits and the
    parent's wall clock hold without it.
    """
    mapped_bytes = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    mapped_bytes *= os.sysconf("SC_PAGE_SIZE")
    _limit(resource.RLIMIT_AS, mapped_bytes + _EXTRA_ADDRESS_SPACE_BYTES)
    _limit(resource.RLIMIT_CPU, _CPU_S)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    known = _SYSCALLS.get(platform.machine())
    if known is not None:
        _install(libc, _filter_code(*known))
    if not may_start_threads:
        forbid_threads()


def forbid_threads() -> None:
    """Give up threads, too."""
    _limit(resource.RLIMIT_NPROC, 0)  # holds for everyone but root, whom seccomp stops
    known = _SYSCALLS.get(platform.machine())
    if known is None:
        return
    architecture, _, clone = known
    _install(ctypes.CDLL(None, use_errno=True), _filter_code(architecture, (clone,), None))


def _limit(what: int, amount: int) -> None:
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        amount = min(amount, hard)
    resource.setrlimit(what, (amount, amount))


def _install(libc: ctypes.CDLL, code: bytes) -> None:
    program = _FilterProgram(len(code) // 8, code)
    libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)


def _filter_code(architecture: int, refused: tuple[int, ...], clone: int | None) -> bytes:
    # Classic BPF over struct seccomp_data {int nr; u32 arch; u64 ip; u64 args[6];}, little-endian:
    # refuse a foreign architecture (its numbers mean other calls) and each listed number; let
    # `clone` make threads and nothing else, clone3 not exist, for the C library to take clone then.
    count = len(refused)
    lines = [
        (_LOAD, 0, 0, 4),
        (_JUMP_IF_EQUAL, 0, count + 7, architecture),
        (_LOAD, 0, 0, 0),
        (_JUMP_IF_AT_LEAST, count + 5, 0, _X32_NUMBERS),
        (_JUMP_IF_EQUAL, count + 5, 0, _CLONE3),
        (_JUMP_IF_EQUAL, count + 1, 0, _NO_NUMBER if clone is None else clone),
    ]
    lines += [
        (_JUMP_IF_EQUAL, count - place + 2, 0, number) for place, number in enumerate(refused)
    ]
    lines += [
        (_RETURN, 0, 0, _ALLOW),
        (_LOAD, 0, 0, 16),
        (_JUMP_IF_SET, 2, 0, _THREAD_FLAG),
        (_RETURN, 0, 0, _REFUSE_WITH_EPERM),
        (_RETURN, 0, 0, _REFUSE_WITH_ENOSYS),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("HBBI", *line) for line in lines)
