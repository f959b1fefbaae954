"""A second Python process, in which TensorFlow does its work.

It loads TensorFlow, which takes half a second, while this process reads the
card and the checkpoint. Then it has two lanes: models answer in the one while
the graph tools serve the stages in the other. It may crash as TensorFlow does
on a failed check: here that is an error like any other.

concurrent.futures has such a process too, but starts it by importing the main
program again, which for `fab` takes 0.25 s of a core.
"""

import contextlib
import importlib
import itertools
import os
import pickle
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, Generic, Literal, TypeVar, get_args

from shopcam import tensorflow_wheel
from shopcam.errors import ShopcamError, ToolError
from shopcam.paths import ROOT

Result = TypeVar("Result")
Lane = Literal["models", "tools"]


class Reply(Generic[Result]):
    """What a call in the other process returns, once it has."""

    def __init__(
        self, process: "TensorFlowProcess", work: str, advice: str
    ) -> None:
        self.process = process
        self.work = work
        self.advice = advice
        self.value: Result | ShopcamError | None = None
        self.is_here = False

    def settle(self, value: Any) -> None:
        """Takes in what the function returned or raised."""
        self.value, self.is_here = value, True

    def done(self) -> bool:
        """Whether `result` answers at once."""
        self.process.receive(self, wait=False)
        return self.is_here

    def result(self) -> Result:
        """What the function returned.

        Raises:
            ShopcamError: what the function raised; ToolError where its
                process ended instead.
        """
        self.process.receive(self, wait=True)
        if isinstance(self.value, ShopcamError):
            raise self.value
        return self.value  # type: ignore[return-value]


@dataclass(frozen=True)
class Defect:
    """An exception that none of our functions raises on purpose."""

    trace: str


@dataclass(frozen=True)
class Running:
    """The other process and the way to it."""

    process: subprocess.Popen[bytes]
    connection: Connection


class TensorFlowProcess:
    """One process of ours that calls functions, each lane's in their order.

    It starts with `prepare` or the first call, and ends with this process at
    the latest.
    """

    def __init__(self) -> None:
        self.running: Running | None = None
        self.waiting: dict[int, Reply[Any]] = {}
        self.numbers = itertools.count()

    def prepare(self) -> None:
        """Lets the process start while the caller does something else."""
        self.running = self.running or start()

    def submit(
        self,
        function: Callable[..., Result],
        *arguments: Any,
        work: str,
        lane: Lane = "models",
        advice: str = "run fab graph.inspect on the graph that it was given",
    ) -> Reply[Result]:
        """A reply that comes later.

        Args:
            function: a function of one of our modules.
            arguments: what pickle can carry. A megabyte holds this process
                up until the other reads it: hand over files instead.
            work: what the call does, for a message: "answer for x.pb".
            lane: calls of one lane wait for each other.
            advice: what the user does when the process ends on the way.
        """
        running = self.running = self.running or start()
        number = next(self.numbers)
        reply: Reply[Result] = Reply(self, work, advice)
        self.waiting[number] = reply
        # Its lane unpickles the call: that may import TensorFlow.
        call = pickle.dumps((function, arguments))
        try:
            running.connection.send((number, lane, call))
        except OSError:
            self.fail_all(running)
        return reply

    def receive(self, reply: Reply[Any], wait: bool) -> None:
        """Takes replies in until `reply` is here, or none is there to take."""
        while not reply.is_here and self.running:
            if not wait and not self.running.connection.poll():
                return
            try:
                number, value = self.running.connection.recv()
            except (EOFError, OSError):
                self.fail_all(self.running)
                return
            arrived = self.waiting.pop(number)
            if isinstance(value, Defect):
                raise RuntimeError(f"{arrived.work} failed:\n{value.trace}")
            arrived.settle(value)

    def fail_all(self, ended: Running) -> None:
        """Gives every reply the error that the process has ended."""
        status = ended.process.wait()
        works = ", ".join(reply.work for reply in self.waiting.values())
        for reply in self.waiting.values():
            error = ToolError(
                f"TensorFlow must {reply.work}.",
                f"its process ended with status {status}, at work on: {works};"
                " what it said last stands above",
                reply.advice,
            )
            reply.settle(error)
        self.close()

    def close(self) -> None:
        """Ends the process, at once if a reply is still to come."""
        if self.running:
            # Killed first: hung up on, it would wake and go on for a while.
            if self.waiting:
                self.running.process.kill()
            self.running.connection.close()
            self.running.process.wait()
            self.running = None
        self.waiting.clear()


def start() -> Running:
    """A new process that loads TensorFlow, then serves calls."""
    ours, theirs = Pipe()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            # Whatever TensorFlow prints is no part of our output.
            stdout=2,
            cwd=ROOT,
            # Ctrl-C is for this process, which then ends that one.
            start_new_session=True,
        )
    return Running(process, ours)


def serve(connection: Connection) -> None:
    """Calls what the other end submits, until it hangs up."""
    sending = threading.Lock()

    def answer(number: int, call: bytes) -> None:
        value = outcome(call)
        with sending, contextlib.suppress(BrokenPipeError):
            connection.send((number, value))

    lanes = {lane: ThreadPoolExecutor(1) for lane in get_args(Lane)}
    # ECONNRESET where the other end leaves a reply unread.
    with contextlib.suppress(EOFError, ConnectionResetError):
        while True:
            number, lane, call = connection.recv()
            lanes[lane].submit(answer, number, call)
    sys.stdout.flush()
    # Not after a call that is still at work: nobody waits for it.
    os._exit(0)


def outcome(call: bytes) -> Any:
    """What a pickled call returns, or how it fails."""
    try:
        function, arguments = pickle.loads(call)
        return function(*arguments)
    except ShopcamError as error:
        return error
    except Exception:
        return Defect(traceback.format_exc())


def main(descriptor: int) -> None:
    """The other process.

    Where TensorFlow does not load, every call that needs it says why.
    """
    with contextlib.suppress(ToolError):
        tensorflow_wheel.library("libtensorflow_cc")
        tensorflow_wheel.extension(tensorflow_wheel.GRAPH_TOOLS)
    serve(Connection(descriptor))


if __name__ == "__main__":
    # Not this module's own `main`: pickle knows `Defect` by its module.
    importlib.import_module("shopcam.tensorflow_process").main(int(sys.argv[1]))
