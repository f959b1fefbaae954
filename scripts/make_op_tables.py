"""Writes shopcam/graphdef/op_tables/ from TensorFlow itself.

    python scripts/make_op_tables.py [--wheels FOLDER] [--sources FOLDER]

Asks the runtimes of TensorFlow 1.1, 1.8, 1.13 and 1.15 (fetched by pip into
the cache, or out of FOLDER) and the installed TensorFlow 2. Needs Linux on
x86-64 and a C++ compiler; takes 5 s once the runner is compiled. Three kinds
of file come out:

- tf<version>.ops.gz: every op with its inputs, outputs and attributes, a
  serialized OpList without its prose; 2.21 knows the newest defaults.
- tf<version>.kernels.json: the ops that the iOS build has a kernel for, and
  the types that each one takes.
- provenance.json: which wheels and which lists of sources they are made from.

Which ops the iOS build has comes from scripts/mobile_sources.json, or with
`--sources` from FOLDER/<version>, TensorFlow's own source tree.
"""

import argparse
import ctypes
import fnmatch
import gzip
import json
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from shopcam import tensorflow_wheel  # noqa: E402
from shopcam.graphdef import protos  # noqa: E402
from shopcam.graphdef.op_table import FOLDER, NEWEST, TARGETS  # noqa: E402
from shopcam.verify.c_api import Buffer  # noqa: E402
from shopcam.verify.fetch import fetch_runtime  # noqa: E402
from shopcam.verify.phone_runtime import (  # noqa: E402
    registered_kernels,
    registered_ops,
)
from shopcam.verify.wheels import WHEELS  # noqa: E402

PRODUCER = re.compile(r"#define TF_GRAPH_DEF_VERSION (\d+)")
CPU = re.compile(r"device='(CPU|DEFAULT)'")
CONSTRAINT = re.compile(r"(\w+) in \[([^\]]*)\]")

# What the iOS build registers of the types that a kernel is written for.
# Its compiler flags ask for the slim set (core/framework/register_types.h):
# the TF_CALL_* macros expand to these types, and the macros of the
# coefficient-wise ops to the first of their types, nearly always float.
SLIM = {"1.1": ["DT_FLOAT", "DT_INT32"]}
SLIM_LATER = ["DT_FLOAT", "DT_INT32", "DT_BOOL"]
FIRST_TYPES = {
    "FloorDiv": ["DT_FLOAT", "DT_UINT8"],
    "FloorMod": ["DT_FLOAT", "DT_INT32"],
}
# Kernels that name their types one by one, so no macro reduces them.
EXPLICIT = ("Quantize*", "Dequantize", "Requanti*", "Range", "LinSpace")
NOT_BY_FIRST_TYPE = ("cwise_op_select",)
INDEX_TYPES = {"DT_INT32", "DT_INT64", "DT_UINT8"}
# Kernels that take any type by their registration and then read 32 bits:
# TF 1.1 aborts the process (tensor.cc: Check failed: dtype() ==
# expected_dtype).
READS_32 = {
    "1.1": {"ArgMax": "Tidx", "ArgMin": "Tidx", "Pad": "Tpaddings"},
}
KERNEL_NAMES = re.compile(
    r'Name\(\s*"(\w+)"\s*\)|REGISTER\w*\(\s*\w+,\s*CPU,\s*"(\w+)"'
)

Types = dict[str, list[str]]
Kernels = dict[str, list[Types]]


def main() -> None:
    """Writes all tables."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--wheels", type=Path)
    arguments.add_argument("--sources", type=Path)
    options = arguments.parse_args()
    if options.wheels:
        os.environ["SHOPCAM_RUNTIME_WHEELS"] = str(options.wheels)
    FOLDER.mkdir(exist_ok=True)
    provenance = {
        version: write_generation(version, options.sources)
        for version in TARGETS
    }
    write_ops(NEWEST, newest_ops())
    provenance[NEWEST] = {
        "installed": f"tensorflow {tensorflow_wheel.version()}",
        "producer": producer(tensorflow_wheel.folder()),
    }
    text = json.dumps(provenance, indent=1, sort_keys=True) + "\n"
    (FOLDER / "provenance.json").write_text(text)
    for file in sorted(FOLDER.iterdir()):
        print(f"{file.relative_to(ROOT)}: {file.stat().st_size} bytes")


def write_generation(version: str, sources: Path | None) -> dict[str, Any]:
    """Writes the tables of a TensorFlow 1; what they were made of."""
    runtime = fetch_runtime(version)
    ops = registered_ops(runtime)
    # TileGrad's kernels name an attribute that its op does not have.
    attributes = {
        op.name: {each.name for each in op.attr}
        for op in protos.OpList.FromString(ops).op
    }
    kernels: Kernels = {}
    for op, constraint in registered_kernels(runtime):
        if CPU.match(constraint):
            types = {
                name: listed.split(", ")
                for name, listed in CONSTRAINT.findall(constraint)
                if name in attributes[op]
            }
            kernels.setdefault(op, []).append(types)
    write_ops(version, ops)
    return {
        "wheel": WHEELS[version].file,
        "sha256": WHEELS[version].sha256,
        "producer": producer(runtime.folder),
        "mobile": write_kernels(version, kernels, sources),
    }


def producer(package: Path) -> int:
    """The GraphDef version in a package's headers."""
    header = package / "include/tensorflow/core/public/version.h"
    found = PRODUCER.search(header.read_text())
    if not found:
        raise SystemExit(f"{header} names no TF_GRAPH_DEF_VERSION")
    return int(found[1])


def newest_ops() -> bytes:
    """The installed TensorFlow 2's serialized OpList."""
    library = tensorflow_wheel.library("libtensorflow_cc")
    library.TF_GetAllOpList.restype = ctypes.POINTER(Buffer)
    held = library.TF_GetAllOpList().contents
    return ctypes.string_at(held.data, held.length)


def write_ops(version: str, data: bytes) -> None:
    """Writes an OpList, sorted, without descriptions, compressed."""
    ops = protos.OpList.FromString(data)
    plain = protos.OpList(op=sorted(ops.op, key=lambda op: op.name))
    for op in plain.op:
        op.ClearField("summary")
        op.ClearField("description")
        for part in [*op.input_arg, *op.output_arg, *op.attr]:
            part.ClearField("description")
    content = plain.SerializeToString(deterministic=True)
    path = FOLDER / f"tf{version}.ops.gz"
    path.write_bytes(gzip.compress(content, 9, mtime=0))


def write_kernels(version: str, kernels: Kernels, sources: Path | None) -> str:
    """Writes the iOS build's kernels; says where its list comes from."""
    tree = sources / version if sources else None
    if tree and tree.is_dir():
        files, origin = read_tree(tree), "tf_op_files.txt and its sources"
    else:
        files, origin = read_list(version), "scripts/mobile_sources.json"
    table = {}
    for file, patterns in files.items():
        for name in named(kernels, patterns):
            table[name] = slim_types(version, file, name, kernels[name])
    lines = [
        f"{json.dumps(name)}: {json.dumps(table[name], sort_keys=True)}"
        for name in sorted(table)
    ]
    path = FOLDER / f"tf{version}.kernels.json"
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    return origin


def named(kernels: Kernels, patterns: Iterable[str]) -> list[str]:
    """The ops with a kernel that the patterns name."""
    return [
        name
        for pattern in patterns
        for name in fnmatch.filter(kernels, pattern)
    ]


def read_list(version: str) -> dict[str, list[str]]:
    """Patterns of ops by source file, as mobile_sources.json has them."""
    path = Path(__file__).with_name("mobile_sources.json")
    at = TARGETS.index(version)
    return {
        name: entry["ops"]
        for name, entry in json.loads(path.read_text())["files"].items()
        if TARGETS.index(entry["since"]) <= at
        and at <= TARGETS.index(entry.get("until", TARGETS[-1]))
    }


def read_tree(tree: Path) -> dict[str, list[str]]:
    """Ops by source file, as TensorFlow's own sources register them."""
    listing = tree / "tensorflow/contrib/makefile/tf_op_files.txt"
    found = {}
    for line in listing.read_text().split():
        if (tree / line).is_file():
            text = (tree / line).read_text(errors="replace")
            found[Path(line).stem] = [
                one or other for one, other in KERNEL_NAMES.findall(text)
            ]
    return found


def slim_types(version: str, file: str, op: str, kernels: list[Types]) -> Types:
    """The types that the iOS build's kernels take, by attribute.

    An attribute that some kernel leaves open may have any type.
    """
    constrained = [
        name for name in kernels[0] if all(name in kernel for kernel in kernels)
    ]
    every = {
        name: {kind for kernel in kernels for kind in kernel[name]}
        for name in constrained
    }
    if any(fnmatch.fnmatch(op, pattern) for pattern in EXPLICIT):
        slim = {kind for kinds in every.values() for kind in kinds}
    elif file.startswith("cwise_op_") and file not in NOT_BY_FIRST_TYPE:
        slim = set(FIRST_TYPES.get(op, ["DT_FLOAT"]))
    else:
        slim = set(SLIM.get(version, SLIM_LATER))
    table = {
        name: sorted(kinds if kinds <= INDEX_TYPES else kinds & slim or kinds)
        for name, kinds in every.items()
    }
    if attribute := READS_32.get(version, {}).get(op):
        table[attribute] = ["DT_INT32"]
    return table


if __name__ == "__main__":
    main()
