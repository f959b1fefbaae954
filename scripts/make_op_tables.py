"""Writes shopcam/graph/op_tables/ out of TensorFlow's own wheels.

    pip download --no-deps --only-binary=:all: --dest WHEELS \\
        --python-version 3.6 --implementation cp --abi cp36m \\
        --platform manylinux1_x86_64 tensorflow==1.1.0   # 1.8.0, 1.13.1
    pip download --no-deps --only-binary=:all: --dest WHEELS \\
        --python-version 3.7 --implementation cp --abi cp37m \\
        --platform manylinux2010_x86_64 tensorflow==1.15.5
    python scripts/make_op_tables.py --wheels WHEELS

Needs Linux on x86-64, a C compiler and the installed TensorFlow 2; takes
half a minute. Three kinds of file come out:

- tf<version>.ops.gz: every op with its inputs, outputs and attributes, a
  serialized OpList without its prose; 2.21 knows the newest defaults.
- tf<version>.kernels.json: the ops that the iOS build has a kernel for, and
  the types that each one takes.
- provenance.json: which wheels and which lists of sources they are made of.

The ops of the iOS build come from scripts/mobile_sources.json, or with
`--sources FOLDER` from FOLDER/<version>, TensorFlow's own source tree.
"""

import argparse
import fnmatch
import gzip
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from shopcam.graphdef import protos  # noqa: E402

TARGET = ROOT / "shopcam/graph/op_tables"
RELEASES = {"1.1": "1.1.0", "1.8": "1.8.0", "1.13": "1.13.1", "1.15": "1.15.5"}
VERSIONS = list(RELEASES)
NEWEST = "2.21"
# What the removed symbol is: loading fails without it, nothing calls it.
SHIM = "int _Py_CheckRecursionLimit;\n"
PRODUCER = re.compile(r"#define TF_GRAPH_DEF_VERSION (\d+)")

# What the iOS build registers of the types that a kernel is written for.
# Its compiler flags ask for the slim set (core/framework/register_types.h):
# the TF_CALL_* macros expand to these types, and the macros of the
# coefficient-wise ops to the first of their types, nearly always float.
SLIM = {"1.1": ["DT_FLOAT", "DT_INT32"]}
SLIM_LATER = ["DT_FLOAT", "DT_INT32", "DT_BOOL"]
FIRST_TYPES = {"FloorDiv": ["DT_FLOAT", "DT_UINT8"]}
FIRST_TYPES["FloorMod"] = ["DT_FLOAT", "DT_INT32"]
# Kernels that name their types one by one, so that no macro thins them out.
EXPLICIT = ("Quantize*", "Dequantize", "Requanti*", "Range", "LinSpace")
ALL_OF_THEM = ("cwise_op_select",)
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

Kernels = dict[str, list[dict[str, list[str]]]]


def main() -> None:
    """Writes all tables."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--wheels", type=Path, required=True)
    arguments.add_argument("--sources", type=Path)
    options = arguments.parse_args()
    TARGET.mkdir(exist_ok=True)
    provenance = {}
    for version, release in RELEASES.items():
        wheel = next(options.wheels.glob(f"tensorflow-{release}-*.whl"))
        ops, kernels, producer = read_wheel(wheel)
        origin = write_kernels(version, ops, kernels, options.sources)
        write_ops(version, ops)
        provenance[version] = {
            "wheel": wheel.name,
            "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
            "producer": producer,
            "mobile": origin,
        }
    ops, producer, release = read_installed()
    write_ops(NEWEST, ops)
    provenance[NEWEST] = {
        "installed": f"tensorflow {release}",
        "producer": producer,
    }
    write_json(TARGET / "provenance.json", provenance)
    for file in sorted(TARGET.iterdir()):
        print(f"{file.relative_to(ROOT)}: {file.stat().st_size} bytes")


def write_json(path: Path, value: object) -> None:
    """Writes `value` readably, the same bytes for the same value."""
    path.write_text(json.dumps(value, indent=1, sort_keys=True) + "\n")


def read_wheel(wheel: Path) -> tuple[bytes, Kernels, int]:
    """A TensorFlow 1 wheel's OpList, CPU kernels and GraphDef version."""
    with tempfile.TemporaryDirectory() as folder:
        libraries = extract(wheel, Path(folder))
        shim = Path(folder, "shim.so")
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-xc", "-", "-o", str(shim)],
            input=SHIM.encode(),
            check=True,
        )
        ops, kernels = dump(libraries, Path(folder), preload=shim)
    with zipfile.ZipFile(wheel) as archive:
        header = next(
            name
            for name in archive.namelist()
            if name.endswith("/tensorflow/core/public/version.h")
        )
        found = PRODUCER.search(archive.read(header).decode())
    assert found, header  # noqa: S101
    return ops, kernels, int(found.group(1))


def extract(wheel: Path, folder: Path) -> list[Path]:
    """The wheel's libraries in `folder`, in the order to load them in."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if re.search(
                r"/libtensorflow_framework\.so(\.\d)?$"
                r"|/_pywrap_tensorflow_internal\.so$",
                name,
            ):
                path = folder / Path(name).name
                path.write_bytes(archive.read(name))
    framework = sorted(folder.glob("libtensorflow_framework*"))
    return [*framework, folder / "_pywrap_tensorflow_internal.so"]


def read_installed() -> tuple[bytes, int, str]:
    """The installed TensorFlow 2's OpList, GraphDef version and release."""
    spec = importlib.util.find_spec("tensorflow")
    assert spec and spec.submodule_search_locations, "no TF"  # noqa: S101
    package = Path(spec.submodule_search_locations[0])
    libraries = [
        package / "libtensorflow_framework.so.2",
        package / "libtensorflow_cc.so.2",
    ]
    with tempfile.TemporaryDirectory() as folder:
        ops, _ = dump(libraries, Path(folder))
    header = package / "include/tensorflow/core/public/version.h"
    found = PRODUCER.search(header.read_text())
    assert found, header  # noqa: S101
    release = importlib.metadata.version("tensorflow")
    return ops, int(found.group(1)), release


def dump(
    libraries: list[Path], folder: Path, preload: Path | None = None
) -> tuple[bytes, Kernels]:
    """What the libraries have registered, asked in a process of its own."""
    ops, kernels = folder / "ops", folder / "kernels"
    environment = dict(os.environ)
    if preload:
        environment["LD_PRELOAD"] = str(preload)
    script = Path(__file__).with_name("dump_registry.py")
    subprocess.run(
        [sys.executable, script, ops, kernels, *libraries],
        env=environment,
        check=True,
    )
    return ops.read_bytes(), json.loads(kernels.read_text())


def write_ops(version: str, data: bytes) -> None:
    """Writes the OpList, sorted, without descriptions, compressed."""
    ops = protos.OpList.FromString(data)
    plain = protos.OpList(op=sorted(ops.op, key=lambda op: op.name))
    for op in plain.op:
        op.ClearField("summary")
        op.ClearField("description")
        for part in [*op.input_arg, *op.output_arg, *op.attr]:
            part.ClearField("description")
    content = plain.SerializeToString(deterministic=True)
    path = TARGET / f"tf{version}.ops.gz"
    path.write_bytes(gzip.compress(content, 9, mtime=0))


def write_kernels(
    version: str, ops: bytes, kernels: Kernels, sources: Path | None
) -> str:
    """Writes the iOS build's kernels; says where its list comes from."""
    tree = sources / version if sources else None
    if tree and tree.is_dir():
        files, origin = read_tree(tree), f"tf_op_files.txt in {tree.name}"
    else:
        files = read_list(version)
        origin = "scripts/mobile_sources.json"
    definitions = {op.name: op for op in protos.OpList.FromString(ops).op}
    table = {}
    for file, patterns in files.items():
        for name in named(kernels, patterns):
            table[name] = slim_types(
                version, file, kernels[name], definitions[name]
            )
            if attribute := READS_32.get(version, {}).get(name):
                table[name][attribute] = ["DT_INT32"]
    lines = [
        f"{json.dumps(name)}: {json.dumps(table[name], sort_keys=True)}"
        for name in sorted(table)
    ]
    path = TARGET / f"tf{version}.kernels.json"
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
    at = VERSIONS.index(version)
    return {
        name: entry["ops"]
        for name, entry in json.loads(path.read_text())["files"].items()
        if VERSIONS.index(entry["since"]) <= at
        and at <= VERSIONS.index(entry.get("until", VERSIONS[-1]))
    }


def read_tree(tree: Path) -> dict[str, list[str]]:
    """Ops by source file, as TensorFlow's own sources register them."""
    listing = tree / "tensorflow/contrib/makefile/tf_op_files.txt"
    found = {}
    for line in listing.read_text().split():
        if (tree / line).is_file():
            text = (tree / line).read_text(errors="replace")
            found[Path(line).stem] = [
                a or b for a, b in KERNEL_NAMES.findall(text)
            ]
    return found


def slim_types(
    version: str, file: str, kernels: list[dict[str, list[str]]], op: object
) -> dict[str, list[str]]:
    """The types that the iOS build's kernels take, by attribute."""
    every: dict[str, set[str]] = {}
    for kernel in kernels:
        for attribute, types in kernel.items():
            every.setdefault(attribute, set()).update(types)
    free = [name for name in every if any(name not in k for k in kernels)]
    for name in free:
        del every[name]
    if any(fnmatch.fnmatch(op.name, pattern) for pattern in EXPLICIT):
        return {name: sorted(types) for name, types in every.items()}
    slim = set(SLIM.get(version, SLIM_LATER))
    if file.startswith("cwise_op_") and file not in ALL_OF_THEM:
        slim = set(FIRST_TYPES.get(op.name, ["DT_FLOAT"]))
    return {
        name: sorted(
            types if types <= INDEX_TYPES or not types & slim else types & slim
        )
        for name, types in every.items()
    }


if __name__ == "__main__":
    main()
