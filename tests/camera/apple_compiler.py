"""Clang as it compiles for an iPhone, with declarations of Apple's API."""

import re
import subprocess
from functools import cache
from pathlib import Path

STUBS = Path(__file__).parent / "apple_stubs"
# What the stubs and C++ declare, read once by the checks that ask for other
# things than whether a file includes what it uses.
PRECOMPILED = "".join(
    f"#import <{name}>\n"
    for name in (
        *(
            f"{folder.name}/{folder.name}.h"
            for folder in sorted(STUBS.iterdir())
            if (folder / f"{folder.name}.h").is_file()
        ),
        *("algorithm", "array", "deque", "memory", "string", "vector"),
    )
)


@cache
def system_headers() -> tuple[str, ...]:
    """The folders where clang finds this machine's C++ library."""
    asked = subprocess.run(
        ["clang++", "-E", "-x", "c++", "-v", "/dev/null"],
        capture_output=True,
        text=True,
        check=True,
    )
    listed = re.search(
        r"<\.\.\.> search starts here:\n(.*?)End", asked.stderr, re.S
    )
    assert listed is not None
    return tuple(listed[1].split())


def compiler(ios: str) -> tuple[str, ...]:
    """Clang for an app that runs from this iOS on, in the simulator.

    The processor is the one whose C++ headers this machine has.
    """
    return (
        "clang",
        f"--target=x86_64-apple-ios{ios}-simulator",
        "-std=gnu++14",
        "-fobjc-arc",
        "-fblocks",
        f"-isystem{STUBS}",
        "-nostdinc++",
        *(f"-isystem{folder}" for folder in system_headers()),
        # Names that mean one thing on a Mac and another to Linux's headers.
        "-D_GNU_SOURCE",
        "-U__nonnull",
        "-U__nullable",
    )


def precompiled(ios: str, folder: Path) -> tuple[str, ...]:
    """The same compiler, which has read the stubs once, into `folder`."""
    header, made = folder / f"{ios}.h", folder / f"{ios}.pch"
    header.write_text(PRECOMPILED)
    asked = ("-x", "objective-c++-header", header, "-o", made)
    subprocess.run([*compiler(ios), *asked], check=True)
    return (*compiler(ios), "-include-pch", str(made))
