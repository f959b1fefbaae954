"""The lines of pod and xcodebuild as steps: what is done, to what, how long.

xcodebuild names each task on a line of its own, which begins with the kind
(`CompileC`); what follows with an indent is how it was done. With
-showBuildTimingSummary it ends with the seconds that each kind took.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

# What a kind of task is called for a reader; others are not shown.
KINDS = {
    "CompileC": "compile",
    "CompileSwift": "compile",
    "SwiftCompile": "compile",
    "PrecompileModule": "compile",
    "ProcessPCH": "compile",
    "ProcessPCH++": "compile",
    "Ld": "link",
    "Libtool": "link",
    "CreateUniversalBinary": "link",
    "GenerateDSYMFile": "symbols",
    "Strip": "symbols",
    "CompileAssetCatalog": "resources",
    "CompileAssetCatalogVariant": "resources",
    "CopyPNGFile": "resources",
    "CopyPlistFile": "resources",
    "CopyStringsFile": "resources",
    "CpResource": "resources",
    "ProcessInfoPlistFile": "resources",
    "PBXCp": "resources",
    "PhaseScriptExecution": "script",
    "ProcessProductPackaging": "sign",
    "CodeSign": "sign",
    "Validate": "validate",
}
# How the summary of a step counts them.
DONE = {
    "compile": "compiled",
    "link": "linked",
    "script": "scripts",
    "sign": "signed",
    "validate": "validated",
}
# A line of these says by itself what is done, and there are few.
SPOKEN = ("pods", "export")
# Of these the second word is what is made; of the others what is made of.
SECOND_WORD = {"CompileC", "ProcessPCH", "ProcessPCH++", "CpResource", "PBXCp"}
WORDS = re.compile(r"(?:\\.|[^\\ ])+")
SUMMARY = re.compile(r"(\S+) \((\d+) tasks?\) \| ([\d.]+) seconds")
POD = re.compile(
    r"(Analyzing dependencies|Downloading dependencies|Generating Pods project"
    r"|Integrating client project|(?:Installing|Using) \S+ .*)"
)
TEST = re.compile(r"Test Case '(.+)' (started|passed|failed|skipped)\b.*")
EXPORT = re.compile(r"(Progress \d+%: .*|Upload succeeded.*|Uploaded .*)")
WARNING = re.compile(r"(?:\S[^:]*(?::\d+)*: )?warning: .+")


@dataclass(frozen=True)
class Task:
    """One thing that is done.

    Args:
        kind: `compile`, `link`, `sign`, `test`, ...
        subject: the file or name that it is done to.
    """

    kind: str
    subject: str

    @property
    def text(self) -> str:
        """`compile labels.cc`."""
        if self.kind in SPOKEN:
            return self.subject
        return f"{self.kind} {self.subject}"


def task(line: str) -> Task | None:
    """The task that a line of the log begins, if it begins one."""
    first = line.partition(" ")[0]
    if SUMMARY.fullmatch(line):
        return None
    if kind := KINDS.get(first):
        words = WORDS.findall(line.partition(" (in target ")[0])
        at = 2 if first in SECOND_WORD else 1
        named = words[at : at + 1] or words[-1:]
        return Task(kind, named[0].replace("\\", "").rpartition("/")[2])
    if match := POD.fullmatch(line):
        return Task("pods", match[1])
    if (match := TEST.fullmatch(line)) and match[2] == "started":
        return Task("test", match[1])
    if match := EXPORT.fullmatch(line):
        return Task("export", match[1])
    return None


@dataclass
class Tally:
    """What a step of a job has done so far.

    Args:
        tasks: how many of each kind.
        seconds: how long each kind took; xcodebuild's own figures once it
            has shown them, which count the work of all cores together.
        is_measured: whether they are those.
        tests: how many test cases ended `passed`, `failed` or `skipped`.
        warnings: the different warnings.
    """

    tasks: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    is_measured: bool = False
    tests: Counter[str] = field(default_factory=Counter)
    warnings: set[str] = field(default_factory=set)
    _kind: str = ""
    _since_s: float = 0.0

    def take(self, line: str, now_s: float) -> Task | None:
        """Counts a line that came now; the task that it begins, if any."""
        if match := SUMMARY.fullmatch(line):
            self._measured(match[1], float(match[3]))
        elif WARNING.fullmatch(line):
            self.warnings.add(line)
        elif match := TEST.fullmatch(line):
            self.tests[match[2]] += 1
        begun = task(line)
        if begun:
            self.tasks[begun.kind] += 1
            self._waited(now_s)
            self._kind = begun.kind
        return begun

    def end(self, now_s: float) -> None:
        """Counts what the last task took."""
        self._waited(now_s)
        self._kind = ""

    @property
    def summary(self) -> str:
        """`17 compiled, 1 linked, 2 warnings`, as far as there is any."""
        parts = [
            f"{count} {DONE.get(kind, kind)}"
            for kind, count in self.tasks.items()
            if kind not in (*SPOKEN, "test")
        ]
        parts += [
            f"{self.tests[state]} {state}"
            for state in ("passed", "failed", "skipped")
            if self.tests[state]
        ]
        if count := len(self.warnings):
            parts.append(f"{count} warning{'s' * (count > 1)}")
        return ", ".join(parts)

    def _measured(self, command: str, seconds: float) -> None:
        """Takes a figure of the timing summary."""
        if not self.is_measured:
            self.is_measured = True
            self.seconds = {}
        kind = KINDS.get(command, command)
        self.seconds[kind] = self.seconds.get(kind, 0.0) + seconds

    def _waited(self, now_s: float) -> None:
        """Adds the time since the last task began to its kind."""
        if self._kind and not self.is_measured:
            waited = now_s - self._since_s
            self.seconds[self._kind] = (
                self.seconds.get(self._kind, 0.0) + waited
            )
        self._since_s = now_s
