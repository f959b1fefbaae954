"""Fabric's task decorator, with exit statuses that scripts can rely on.

status 0    done
status 1    refused or failed, with a message: the rule, what was found, what
            to do next
status 70   a defect of shopcam; the traceback is in the file that is named
status 130  interrupted
status 143  ended by SIGTERM, as schedulers and service managers do it
"""

import contextlib
import errno
import functools
import os
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from fabric import task as fabric_task
from fabric.tasks import Task as FabricTask
from invoke import Exit
from invoke.exceptions import Failure

from shopcam import __version__
from shopcam.errors import ShopcamError

REFUSED, DEFECT, INTERRUPTED, PIPE_CLOSED = 1, 70, 130, 141
TERMINATED = 143
# Errors of the machine or of the chosen path, not of shopcam.
OUTSIDE = {
    errno.EACCES,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EIO,
    errno.EISDIR,
    errno.ELOOP,
    errno.EMFILE,
    errno.ENAMETOOLONG,
    errno.ENOSPC,
    errno.ENOTDIR,
    errno.EPERM,
    errno.EROFS,
}


class Terminated(KeyboardInterrupt):
    """SIGTERM, after which everything is left as after Ctrl-C."""


class Task(FabricTask):
    """A task whose help can be asked for twice.

    invoke empties `help` while it lists the arguments, and tasks/colon.py
    lists them before Fabric does.
    """

    help: dict[str, str]

    def arg_opts(self, *args: Any, **kwargs: Any) -> Any:
        """One argument's options; `-h` is help and never short for host."""
        options = super().arg_opts(*args, **kwargs)
        options["names"] = [name for name in options["names"] if name != "h"]
        return options

    def get_arguments(self, *args: Any, **kwargs: Any) -> Any:
        """The task's arguments; see invoke's own."""
        kept = dict(self.help)
        try:
            return super().get_arguments(*args, **kwargs)
        finally:
            self.help = kept


def task(body: Callable[..., None]) -> Any:
    """`body` as a Fabric task that ends in a message and a status.

    The first line of its docstring stands in `fab --list`, the `Args:` part
    in `fab --help`. invoke lets a positional argument swallow the flag that
    comes after the task, `--help` even, so there are none: tasks/colon.py
    writes `integrate demo` as `integrate --model=demo`, and refuses a task
    without an argument that has no default.
    """
    return fabric_task(
        guarded(body), klass=Task, positional=(), help=argument_help(body)
    )


def guarded(body: Callable[..., None]) -> Callable[..., None]:
    """`body`, every exception of which becomes an `Exit`."""

    @functools.wraps(body)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            with terminable():
                body(*args, **kwargs)
            sys.stdout.flush()
        except (Exit, Failure):
            raise
        except ShopcamError as error:
            raise Exit(str(error), code=REFUSED) from None
        except Terminated:
            message = "\nEnded by SIGTERM; what was finished before stays."
            raise Exit(message, code=TERMINATED) from None
        except KeyboardInterrupt:
            message = "\nInterrupted; what was finished before stays."
            raise Exit(message, code=INTERRUPTED) from None
        except BrokenPipeError:
            raise closed_pipe() from None
        except Exception as error:
            raise outside(error) or defect(error) from None

    run.__doc__ = (body.__doc__ or "").partition("Args:\n")[0].rstrip()
    return run


@contextlib.contextmanager
def terminable() -> Iterator[None]:
    """Lets SIGTERM end the block as Ctrl-C does.

    By itself it ends a process at once, with its temporary files left behind.
    """

    def end(number: int, frame: object) -> None:
        raise Terminated

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def closed_pipe() -> Exit:
    """The silent exit of `fab graph.inspect ... | head`."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit(code=PIPE_CLOSED)


def outside(error: Exception) -> Exit | None:
    """The exit where memory, disk space or a permission is missing."""
    if isinstance(error, MemoryError):
        return Exit(
            "The work needs more memory than this machine gives.\n"
            "  next:  close other programs, or take a smaller model",
            code=REFUSED,
        )
    if isinstance(error, OSError) and error.errno in OUTSIDE:
        return Exit(
            "The system refused to open or write a file.\n"
            f"  found: {error.filename or 'a file'}: {error.strerror}\n"
            "  next:  correct the path, make room or fix the permissions, "
            "then run this again",
            code=REFUSED,
        )
    return None


def defect(error: Exception) -> Exit:
    """The exit for an unexpected exception; its traceback goes to a file."""
    with tempfile.NamedTemporaryFile(
        "w",
        prefix="shopcam-",
        suffix=".txt",
        delete=False,
        encoding="utf-8",
        errors="backslashreplace",
    ) as report:
        report.write(f"shopcam {__version__}, Python {sys.version}\n")
        report.write(f"{sys.platform}: {' '.join(sys.argv)}\n\n")
        traceback.print_exception(error, file=report)
    return Exit(
        "This is a defect in shopcam.\n"
        f"  found: {type(error).__name__}: {str(error)[:500]}\n"
        f"  next:  report it with {report.name}",
        code=DEFECT,
    )


def argument_help(body: Callable[..., None]) -> dict[str, str]:
    """The `Args:` part of a Google docstring as argument -> text."""
    _, _, section = (body.__doc__ or "").partition("Args:\n")
    found: dict[str, str] = {}
    name = ""
    for line in section.splitlines():
        text = line.strip()
        if not text:
            break
        head, colon, rest = text.partition(": ")
        if colon and head.isidentifier():
            name, text = head, rest
        found[name] = f"{found.get(name, '')} {text}".strip()
    return found
