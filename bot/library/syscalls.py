"""What the kernel refuses to a process that only reads, even if a document took it over (seccomp, Linux).

It can start nothing, reach no network, change no file and touch no other process: each such call fails as
forbidden. It can open files to read them, as its readers' modules are.
"""

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# linux/prctl.h, linux/seccomp.h, linux/bpf_common.h
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_ALLOW, _FORBID, _KILL = 0x7FFF0000, 0x00050001, 0x80000000
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # Where they stand in `struct seccomp_data`.
_X32 = 0x40000000
"""From here on are the numbers of x32, a second set of the same calls."""

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


@dataclass(frozen=True, slots=True)
class _Machine:
    """A kind of processor: its audit number (linux/audit.h), and its system calls by name."""

    audit: int
    forbidden: Mapping[str, int]
    opens: Mapping[int, int]
    own: tuple[int, ...]


# The tables of calls: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
# `opens` are calls that open a file, with which of their arguments says how; `own` those whose
# first argument says to which process it is done, which may be this one (0 is as well, or its group).
_BOTH = {
    "pidfd_send_signal": 424, "io_uring_setup": 425, "clone3": 435, "openat2": 437, "fchmodat2": 452,
}  # fmt: skip
_MACHINES = {
    "x86_64": _Machine(
        0xC000003E,
        _BOTH | {
            "socket": 41, "socketpair": 53, "clone": 56, "fork": 57, "vfork": 58, "execve": 59,
            "truncate": 76, "rename": 82, "mkdir": 83, "rmdir": 84, "creat": 85, "link": 86, "unlink": 87,
            "symlink": 88, "chmod": 90, "fchmod": 91, "chown": 92, "fchown": 93, "lchown": 94,
            "ptrace": 101, "rt_sigqueueinfo": 129, "utime": 132, "mknod": 133, "chroot": 161, "mount": 165,
            "umount2": 166, "tkill": 200, "utimes": 235, "mkdirat": 258, "mknodat": 259, "fchownat": 260,
            "futimesat": 261, "unlinkat": 263, "renameat": 264, "linkat": 265, "symlinkat": 266,
            "fchmodat": 268, "unshare": 272, "utimensat": 280, "setns": 308,
            "process_vm_readv": 310, "process_vm_writev": 311, "renameat2": 316, "bpf": 321,
            "execveat": 322,
        },
        {2: 1, 257: 2},  # open, openat
        (62, 234, 302),  # kill, tgkill, prlimit64
    ),
    "aarch64": _Machine(
        0xC00000B7,
        _BOTH | {
            "mknodat": 33, "mkdirat": 34, "unlinkat": 35, "symlinkat": 36, "linkat": 37, "renameat": 38,
            "umount2": 39, "mount": 40, "truncate": 45, "chroot": 51, "fchmod": 52, "fchmodat": 53,
            "fchownat": 54, "fchown": 55, "utimensat": 88, "unshare": 97, "ptrace": 117, "tkill": 130,
            "rt_sigqueueinfo": 138, "socket": 198, "socketpair": 199, "clone": 220, "execve": 221,
            "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271, "renameat2": 276, "bpf": 280,
            "execveat": 281,
        },
        {56: 2},  # openat
        (129, 131, 261),  # kill, tgkill, prlimit64
    ),
}  # fmt: skip


def forbid() -> bool:
    """Give up for good what no reader needs; tell whether the kernel holds us to it."""
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None or sys.maxsize < 2**32:
        return False
    code = b"".join(_program(machine, os.getpid()))
    buffer = ctypes.create_string_buffer(code, len(code))
    # struct sock_fprog: how many instructions, of eight bytes each, and where they are.
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer)))
    prctl = ctypes.CDLL(None).prctl
    prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
    if prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    return bool(prctl(_SET_SECCOMP, _FILTER, ctypes.addressof(program), 0, 0) == 0)


def _program(machine: _Machine, ourselves: int) -> Iterator[bytes]:
    """Yield what the kernel runs at each call, an instruction each."""
    yield _step(_LOAD, _ARCHITECTURE)
    yield _step(_IF_EQUAL, machine.audit, then=1)
    yield _step(_RETURN, _KILL)
    yield _step(_LOAD, _NUMBER)
    yield from _forbidden(_IF_AT_LEAST, _X32)
    for number in machine.forbidden.values():
        yield from _forbidden(_IF_EQUAL, number)
    for number, flags in machine.opens.items():
        yield _step(_IF_EQUAL, number, otherwise=4)
        yield _step(_LOAD, _ARGUMENTS + 8 * flags)
        yield from _forbidden(_IF_ANY_BIT, _WRITES)
        yield _step(_RETURN, _ALLOW)
    for number in machine.own:
        yield _step(_IF_EQUAL, number, otherwise=5)
        yield _step(_LOAD, _ARGUMENTS)
        yield _step(_IF_EQUAL, ourselves, then=2)
        yield _step(_IF_EQUAL, 0, then=1)
        yield _step(_RETURN, _FORBID)
        yield _step(_RETURN, _ALLOW)
    yield _step(_RETURN, _ALLOW)


def _forbidden(condition: int, value: int) -> Iterator[bytes]:
    yield _step(condition, value, otherwise=1)
    yield _step(_RETURN, _FORBID)


def _step(code: int, value: int, *, then: int = 0, otherwise: int = 0) -> bytes:
    """Return a `struct sock_filter`: how many steps to leave out in either case."""
    return struct.pack("HBBI", code, then, otherwise, value)
