"""The program that runs a model in a phone's runtime, compiled once."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from shopcam.errors import ToolError
from shopcam.paths import cache_folder
from shopcam.verify.fetch import Runtime, refuse_other_machines

NATIVE = Path(__file__).parent / "native"
SOURCES = ("runner.cc", "python_stub.cc")

FLAGS = (
    *("-std=c++11", "-O1", "-w"),
    # The wheels were built before GCC 5 changed std::string.
    "-D_GLIBCXX_USE_CXX11_ABI=0",
)

# By name, because an undefined symbol says nothing about what it is.
PYTHON_OBJECT = re.compile(
    r"PyExc_\w+|\w+_Type|\w+Struct|_Py_CheckRecursionLimit"
)


def build_runner(runtime: Runtime) -> Path:
    """The runner for `runtime`; compiling it takes 5 s, finding it nothing.

    Raises:
        ToolError: no x86-64 Linux, no g++, or it refuses the sources.
    """
    refuse_other_machines()
    compiler = tool("g++")
    target = cache_folder() / "runners" / recipe(runtime, compiler) / "runner"
    if target.is_file():
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            built = compile_runner(runtime, compiler, Path(folder))
            os.replace(built, target)
    except OSError as error:
        raise ToolError(
            "The runner must be compiled into the cache.",
            f"{target.parent}: {error.strerror or error}",
            "make room there, or name another folder in SHOPCAM_CACHE",
        ) from error
    return target


def compile_runner(runtime: Runtime, compiler: str, folder: Path) -> Path:
    """Compiles the runner into `folder`."""
    symbols = python_symbols(runtime.libraries[0])
    (folder / "python_symbols.inc").write_text("\n".join(symbols) + "\n")
    include = runtime.folder / "include"
    output = folder / "runner"
    run(
        compiler,
        *FLAGS,
        *("-I", str(folder), "-isystem", str(include)),
        *("-isystem", str(include / "external" / "nsync" / "public")),
        *(str(NATIVE / source) for source in SOURCES),
        *("-o", str(output), "-pthread", "-Wl,--no-as-needed"),
        *(str(library) for library in runtime.libraries),
        *(f"-Wl,-rpath,{library.parent}" for library in runtime.libraries),
    )
    return output


def python_symbols(library: Path) -> list[str]:
    """A macro call for each symbol of Python that `library` lacks."""
    # nm, and no ELF reader of our own: g++ cannot link without binutils.
    listed = run(tool("nm"), "-D", "--undefined-only", str(library)).split()
    names = [name for name in listed if re.match("_?Py", name)]
    return [
        f"OBJECT({name})"
        if PYTHON_OBJECT.fullmatch(name)
        else f"FUNCTION({name})"
        for name in names
    ]


def recipe(runtime: Runtime, compiler: str) -> str:
    """A name that changes with whatever the runner is made from."""
    hashed = hashlib.blake2b(digest_size=8)
    for source in SOURCES:
        hashed.update((NATIVE / source).read_bytes())
    made_from = (run(compiler, "--version"), FLAGS, runtime.libraries)
    hashed.update(repr(made_from).encode())
    return f"{runtime.release}-{hashed.hexdigest()}"


def tool(name: str) -> str:
    """The path of a program of the compiler.

    Raises:
        ToolError: it is not installed.
    """
    found = shutil.which(name)
    if not found:
        raise ToolError(
            "The check in the phone's runtime needs a C++ compiler.",
            f"no {name} on the PATH",
            "install it: sudo apt-get install g++",
        )
    return found


def run(*command: str) -> str:
    """What a command printed.

    Raises:
        ToolError: it failed; with its last lines.
    """
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise ToolError(
            "The runner must compile.",
            "\n".join([Path(command[0]).name, *said[-5:]]),
            "report this, with the output of: g++ --version",
        )
    return done.stdout
