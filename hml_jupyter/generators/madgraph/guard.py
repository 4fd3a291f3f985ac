"""Run as a program of its own, in a session of its own: starts a command and ends it with everything it started.

Its group ends when the command does, when the kernel closes our standard input, and so also when the kernel is killed.
MadGraph alone would leave its compilers and Fortran jobs behind: it only stops its own children, one level deep.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

#: Signals to the whole group, and the seconds until the next one.
STEPS = ((signal.SIGINT, 3.0), (signal.SIGTERM, 2.0))


def main(command: list[str]) -> None:
    """Run `command` until it ends or standard input does; then end the group, this process included."""
    for number, _ in STEPS:
        # a handler, where SIG_IGN would be inherited by the command
        signal.signal(number, lambda *_: None)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    threading.Thread(target=_end_with_input, args=(child,), daemon=True).start()
    child.wait()
    os.killpg(0, signal.SIGKILL)


def _end_with_input(child: subprocess.Popen[bytes]) -> None:
    sys.stdin.buffer.read()
    for number, seconds in STEPS:
        os.killpg(0, number)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
        break
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])
