"""xcbeautify: a raw log of xcodebuild in words."""

import re
import sys

from tests.macos.stand_ins.refusal import options, refuse
from tests.macos.stand_ins.settings import load

FLAGS = (
    "--quiet",
    "--quieter",
    "--preserve-unbeautified",
    "--is-ci",
    "--disable-colored-output",
    "--disable-logging",
)
VALUED = ("--renderer", "--report", "--report-path", "--junit-report-filename")
DONE = {"CompileC": "Compiling", "Ld": "Linking", "CodeSign": "Signing"}
TASK = re.compile(r"(CompileC \S+|Ld|CodeSign) (\S+) .*\(in target '(\S+)' .*")


def main(arguments: list[str]) -> int:
    """Prints a line for each task that it knows, at the end of its input."""
    _, words = options(arguments, FLAGS, VALUED, joined=True)
    refuse(words, f"unexpected argument '{' '.join(words)}'")
    for number, line in enumerate(sys.stdin):
        if number == load().beautified_lines:
            return 1
        if match := TASK.match(line):
            done = DONE[match[1].partition(" ")[0]]
            print(f"[{match[3]}] {done} {match[2].rpartition('/')[2]}")
    return 0
