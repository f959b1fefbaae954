"""The exceptions of shopcam: one root, one class per failing party.

Every message holds three things: the rule, what was found instead, and what
to do next. A task prints it as it stands, without a traceback, and exits
with status 1.
"""


class ShopcamError(Exception):
    """Root of everything that shopcam raises on purpose.

    Args:
        rule: what has to hold, as one sentence.
        found: what was found instead; the value itself, not its kind.
        next_step: what the user does now, a command where one helps.
    """

    def __init__(self, rule: str, found: str = "", next_step: str = "") -> None:
        self.rule = rule
        self.found = found
        self.next_step = next_step
        super().__init__(rule, found, next_step)

    def __str__(self) -> str:
        lines = [self.rule]
        if self.found:
            lines.append(f"  found: {self.found}")
        if self.next_step:
            lines.append(f"  next:  {self.next_step}")
        return "\n".join(lines)


class UsageError(ShopcamError, ValueError):
    """A command line that cannot be carried out as it was typed."""


class CardError(ShopcamError, ValueError):
    """A model card that breaks a rule; names the card and the key."""


class SourceError(ShopcamError, ValueError):
    """What the user brought (checkpoint, graph, Keras file) is unusable."""


class GraphError(ShopcamError, ValueError):
    """A graph that a stage refuses; names the stage and the node."""


class PackageError(ShopcamError, ValueError):
    """A memory-mapped package that breaks the format."""


class CatalogueError(ShopcamError, ValueError):
    """A BSON catalogue or category table that breaks its format."""


class ToolError(ShopcamError, RuntimeError):
    """A program that shopcam runs (compiler, git, a runtime) failed."""


class HostError(ShopcamError, RuntimeError):
    """A host that cannot be reached, or a program on it that failed."""


class MacError(HostError):
    """The same, where the host is a Mac; SSH says it of any host."""


class ParityError(ShopcamError):
    """A stage whose answers differ from the source model's.

    `parity` is what was measured, where it could be.
    """

    parity: object | None = None


class BusyError(ShopcamError, TimeoutError):
    """Another run holds the lock on the same output folder."""
