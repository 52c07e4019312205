"""Web and worker processes that are killed at random moments and started again."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from typing import Self


class Crew:
    """Two web processes and two workers; whoever is killed is replaced at once."""

    def __init__(self, environment: Mapping[str, str], ports: tuple[int, int], seed: int) -> None:
        self._environment = dict(os.environ) | dict(environment)
        self._roles = [("web", str(ports[0])), ("web", str(ports[1])), ("worker",), ("worker",)]
        self._dice = random.Random(seed)
        self._lock = threading.Lock()
        self._processes = [self._start(role) for role in self._roles]
        self._ready: set[subprocess.Popen[bytes]] = set()
        self.kills = {"web": 0, "worker": 0}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()

    def kill_one(self) -> None:
        """SIGKILL to one of them, in the middle of whatever it does."""
        place = self._dice.randrange(len(self._roles))
        time.sleep(self._dice.uniform(0, 0.2))
        with self._lock:
            self._processes[place].send_signal(signal.SIGKILL)
            self._processes[place].communicate()
            self._processes[place] = self._start(self._roles[place])
        self.kills[self._roles[place][0]] += 1

    def wait_until_ready(self) -> None:
        """Return when every process has said that it begins its work."""
        for process in self._processes:
            if process not in self._ready and process.stdout is not None:
                process.stdout.readline()
                self._ready.add(process)

    def drain(self) -> list[int]:
        """SIGTERM to the workers; their exit codes."""
        workers = self._processes[2:]
        for process in workers:
            process.terminate()
        for process in workers:
            process.communicate(timeout=30)
        return [process.returncode for process in workers]

    def _start(self, role: tuple[str, ...]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.process", *role],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
