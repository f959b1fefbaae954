"""The process behind SeparateWheel: the wheel's tools on a pipe.

    python -m shopcam.toolchain.serve_wheel

Requests (graph, inputs, outputs, transforms) come as pickles on standard
input; an answer, bytes or one of our errors, goes to standard output. It ends
with its input, and so with the process that started it.
"""

import os
import pickle
import sys

from shopcam import tensorflow_wheel
from shopcam.errors import ShopcamError
from shopcam.toolchain.separate import send
from shopcam.toolchain.wheel import MODULE, WheelToolchain


def serve() -> None:
    """Answers requests until the input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    # Whatever TensorFlow prints must not get between the answers.
    os.dup2(2, 1)
    tensorflow_wheel.extension(MODULE)
    tools = WheelToolchain()
    while True:
        try:
            request = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            answer: object = tools.transform(*request)
        except ShopcamError as error:
            answer = error
        send(answers, answer)


if __name__ == "__main__":
    try:
        serve()
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(130)
