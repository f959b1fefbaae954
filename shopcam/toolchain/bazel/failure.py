"""What made a build of Bazel's fail, found in its log."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

# The compiler's own line says more than Bazel's, which names the rule.
COMPILER = re.compile(
    r"^(?!(?:ERROR|WARNING|INFO))\S+?:(?:\d+:(?:\d+:)?|function .*?:)"
    r" (?:fatal )?error: .*|^.*undefined reference to .*"
)
BAZEL = re.compile(r"^(?:ERROR|FATAL): (.*)|^\[bazel (?:FATAL|ERROR).*?\] (.*)")
# The command line of a failed action, which is in the log.
COMMAND = re.compile(r": error executing command .*", re.DOTALL)
JOBS = "set bazel.jobs or bazel.memory_mb in fabric.yaml to less"
CAUSES = (
    # tensorflow issues 33758 and 41020; nothing before 2.1 has the later gRPC.
    (
        re.compile(r"ambiguating new declaration of .*gettid"),
        "the gRPC of TensorFlow 1.x does not compile with glibc 2.30 or later:"
        " build it in a container; see docs/tensorflow-1.15.md",
    ),
    (
        re.compile(r"Killed signal terminated program|signal 9|\(Killed\)"),
        "the system killed a compiler for want of memory: " + JOBS,
    ),
    (
        re.compile(r"Server terminated abruptly|OutOfMemoryError"),
        "Bazel's own process died, most often for want of memory: " + JOBS,
    ),
    (
        re.compile(r"No space left on device"),
        "make room, or give Bazel another disk: "
        "bazel.startup_options: [--output_user_root=/large/disk]",
    ),
    (
        re.compile(
            r"Error downloading|Unknown host|Connection refused|"
            r"Network is unreachable|UnrecoverableHttpException"
        ),
        "Bazel fetches TensorFlow's libraries: let it reach them (HTTPS_PROXY),"
        " or have them in a folder: bazel.options: [--distdir=/folder]",
    ),
    (
        re.compile(r"Unrecognized option|Unknown startup option"),
        "correct bazel.options or bazel.startup_options in fabric.yaml",
    ),
)
USUAL = "correct what it names"


@dataclass(frozen=True)
class Failure:
    """Why a build failed.

    Attributes:
        error: its first error, with file and line where there is one.
        advice: what the user does about it.
    """

    error: str
    advice: str


def first_failure(lines: Iterable[str]) -> Failure:
    """The first error in a build's output, and what helps against it.

    Later ones follow from it, or are those of rules that were built beside
    it.
    """
    bazel = compiler = ""
    text = []
    for line in lines:
        text.append(line)
        if not bazel and (match := BAZEL.match(line)):
            bazel = COMMAND.sub("", match[1] or match[2])
        elif not compiler and COMPILER.match(line):
            compiler = line.strip()
    found = "; ".join(part for part in (compiler, bazel) if part)
    whole = "\n".join(text)
    advice = next(
        (help for cause, help in CAUSES if cause.search(whole)), USUAL
    )
    last = text[-1].strip() if text else "it said nothing"
    return Failure(found or last, advice)
