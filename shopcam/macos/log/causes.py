"""The cause of a failed build, found in its log.

A log has thousands of lines, in which `error:` also stands in warnings, in
quoted source and in the names of variables. What counts is a line that a
tool wrote to say that it failed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shopcam.macos.log.known_causes import KNOWN
from shopcam.macos.machine import ESCAPE

PROGRAMS = (
    r"xcodebuild|xcrun|xcode-select|clang(?:\+\+)?|ld|libtool|lipo|actool"
    r"|ibtool|codesign|dsymutil|swiftc?|swift-frontend|ditto"
)
# How tools say that they failed, and where the text of it stands.
STATEMENTS = tuple(
    re.compile(pattern)
    for pattern in (
        # a compiler, a test: file:line[:column]: error: text
        r"(?P<file>[^\s:][^:]*):(?P<number>\d+)(?::\d+)?: "
        r"(?:fatal )?error: (?P<text>.*)",
        # Xcode about a file: /.../ShopCam.xcodeproj: error: text
        r"(?P<file>/[^:]+): (?:fatal )?error: (?P<text>.*)",
        rf"(?:(?:{PROGRAMS}): )?(?:fatal )?error: "
        r"(?:exportArchive:? )?(?P<text>.*)",
        # codesign, which calls nothing an error
        r"(?P<file>/.+): (?P<text>errSec\w+|no identity found"
        r"|ambiguous \(matches.*|User interaction is not allowed.*"
        r"|resource fork, Finder information.*)",
        r"security: (?P<text>.*)",
        r"ld: (?!warning: )(?P<text>.*)",
        r"(?P<text>Undefined symbols for architecture \w+.*)",
        r"\[!\] (?P<text>.*)",  # CocoaPods
        r".+:\d+:in .*': (?P<text>.* \(\w+(?:::\w+)*\))",  # Ruby
        r"(?P<text>(?:/bin/)?\w*sh: .*(?:not found|No such file).*)",
        r"(?P<text>zsh:\d+: command not found: .*)",
        r"env: (?P<text>.*No such file or directory)",
        r"ERROR: (?P<text>.*)",  # devicectl
        r"\s+NSLocalizedFailureReason = (?P<text>.*)",
        r"(?P<text>You have not agreed to the Xcode license.*)",
        r"\t\t\{ platform:.*, error:(?P<text>.*?) ?\}",
    )
)
OPENS = re.compile(r"(?:Undefined symbols for|xcodebuild: error: ).*:")
SAYS_LESS = re.compile(r"warning: |note: |remark: ")
DIAGNOSTIC = re.compile(r"\S[^:]*:\d+:\d+: (?:fatal )?(?:error|warning|note): ")
CARET = re.compile(r"\s*(?:\d* \|)?[\s~]*\^[\s~^]*")
# Source lines that a compiler quotes below a diagnostic, at most.
QUOTED_LINES = 8
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
# xcodebuild echoes the commands that it runs with this indent.
ECHO = re.compile(r" {4}(?!\s*NSLocalized)")
RELEASE = re.compile(r"/[^'\"]*?/releases/[^/\s]+/(?:camera/)?")
TARGET = re.compile(r" \(in target '([^']+)' from project '[^']+'\)$")


@dataclass(frozen=True)
class Problem:
    """A line in which a tool says that it failed.

    Args:
        text: what it says.
        file: the file that it says it about; empty for none.
        number: the line in that file; 0 for none.
    """

    text: str
    file: str = ""
    number: int = 0

    @property
    def found(self) -> str:
        """`shell/CameraViewController.mm:42: no member named ...`."""
        text = TARGET.sub(r" (target \1)", RELEASE.sub("", self.text))
        if not self.file:
            return text
        line = f":{self.number}" if self.number else ""
        return f"{self.place}{line}: {text}"

    @property
    def place(self) -> str:
        """The file, from the bundle's folder on, or its name alone."""
        inside = RELEASE.sub("", self.file)
        return inside if inside != self.file else inside.rpartition("/")[2]


@dataclass(frozen=True)
class Cause:
    """Why a build failed.

    Args:
        name: the known cause, e.g. `locked-keychain`; empty for another.
        problem: the line that says so.
        why: what that means; empty where the line says it itself.
        next_step: what to do.
    """

    name: str
    problem: Problem
    why: str
    next_step: str

    @property
    def found(self) -> str:
        """The line, and what it means, for a message."""
        return f"{self.problem.found}\n         {self.why}".rstrip()


def cause(lines: Iterable[str]) -> Cause | None:
    """The cause that a log tells of, or none.

    A known cause is taken wherever it stands, since it often comes after
    what it broke; otherwise it is the first real error.

    Args:
        lines: the log, raw, from its beginning.
    """
    all_of_them = list(problems(lines))
    # A compiler's error quotes the source, which may say anything.
    general = [each for each in all_of_them if not each.number]
    for known in KNOWN:
        for problem in general:
            if match := known.pattern.search(problem.text):
                groups = (match[0], *(group or "" for group in match.groups()))
                return Cause(
                    known.name,
                    problem,
                    known.why.format(*groups),
                    known.next_step.format(*groups),
                )
    for problem in all_of_them:
        return Cause("", problem, "", advice(problem))
    return None


def advice(problem: Problem) -> str:
    """What to do about an error that is not known."""
    if problem.text.startswith("-["):
        return "the result bundle shows the test; Xcode opens it"
    if problem.place.startswith("Pods/"):
        return "it is a pod's own file: run fab ios.pods again"
    if problem.number:
        return "correct it in camera/ or templates/, and build again"
    return "the lines around it in the log, which is kept whole, tell more"


def problems(lines: Iterable[str]) -> Iterator[Problem]:
    """Every line of a log in which a tool says that it failed."""
    for line in joined(telling(lines)):
        for statement in STATEMENTS:
            if match := statement.fullmatch(line):
                groups = match.groupdict()
                yield Problem(
                    groups["text"].strip(),
                    groups.get("file") or "",
                    int(groups.get("number") or 0),
                )
                break


def joined(lines: Iterable[str]) -> Iterator[str]:
    """The lines, where one whose object stands in the next has it with it."""
    opened = ""
    for line in lines:
        if opened:
            yield f"{opened} {line.strip()}"
            opened = ""
        elif OPENS.fullmatch(line):
            opened = line
        else:
            yield line
    if opened:
        yield opened


def telling(lines: Iterable[str]) -> Iterator[str]:
    """The lines that may say why: no warning, quoted source or echo."""
    quoted = 0
    for raw in lines:
        line = ESCAPE.sub("", raw).rstrip()
        if DIAGNOSTIC.match(line):
            quoted = QUOTED_LINES
        elif quoted and line[:1].isspace():
            quoted = 0 if CARET.fullmatch(line) else quoted - 1
            continue
        else:
            quoted = 0
        if ECHO.match(line) or TIMESTAMP.match(line):
            continue
        if line and not SAYS_LESS.search(line.partition("error: ")[0]):
            yield line
