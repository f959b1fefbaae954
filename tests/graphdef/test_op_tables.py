"""The op tables: what is known of each generation from elsewhere."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from shopcam.errors import GraphError
from shopcam.graphdef import protos
from shopcam.graphdef.op_table import (
    FOLDER,
    NEWEST,
    TARGETS,
    VERSIONS,
    default_value,
    first_version_that_knows,
    first_version_that_runs,
    op_table,
    provenance,
    target_table,
)
from shopcam.paths import ROOT
from shopcam.verify.fetch import USUAL, find_runtime
from shopcam.verify.phone_runtime import registered_ops

# Whether the iOS build of 1.1, 1.8, 1.13 and 1.15 has a kernel: read in the
# sources of the tags, apart from the lists that the tables are made of.
IN_THE_IOS_BUILD = {
    "Abs": "nyyy",
    "AddV2": "nyyy",
    "BatchMatMul": "nyyy",
    "BatchMatMulV2": "nnny",
    "BiasAdd": "yyyy",
    "BroadcastTo": "nnnn",
    "Conv2D": "yyyy",
    "DecodeJpeg": "nnnn",
    "Dequantize": "yyyy",
    "Einsum": "nnny",
    "Erf": "nnny",
    "Floor": "nyyy",
    "FusedBatchNorm": "yyyy",
    "FusedBatchNormV2": "nyyy",
    "FusedBatchNormV3": "nnny",
    "FusedPadConv2D": "yynn",
    "GatherV2": "nyyy",
    "IdentityN": "nyyy",
    "ImmutableConst": "yyyy",
    "LeakyRelu": "nnyy",
    "LessEqual": "nyyy",
    "LogicalOr": "nyyy",
    "MaxPool": "yyyy",
    "MaxPoolV2": "nyyy",
    "Mean": "yyyy",
    "NotEqual": "nyyy",
    "PadV2": "nyyy",
    "PartitionedCall": "nnnn",
    "QuantizedAdd": "nyyy",
    "QuantizedConv2D": "yyyy",
    "RandomUniform": "nyyy",
    "ReadVariableOp": "nnnn",
    "SelectV2": "nnny",
    "Softmax": "yyyy",
    "SpaceToDepth": "yyyy",
}
LARGEST_TABLE_BYTES = 64 * 1024


@pytest.mark.parametrize("op", IN_THE_IOS_BUILD)
def test_the_ios_build_has_the_kernels_that_its_sources_have(op: str) -> None:
    found = "".join(
        "y" if op_table(version).runs(op) else "n" for version in TARGETS
    )
    assert found == IN_THE_IOS_BUILD[op]


def test_a_generation_knows_the_graphdef_version_that_it_writes() -> None:
    producers = {version: op_table(version).producer for version in TARGETS}
    assert producers == {"1.1": 21, "1.8": 26, "1.13": 27, "1.15": 134}


@pytest.mark.parametrize("version", TARGETS)
def test_every_kernel_belongs_to_a_known_op(version: str) -> None:
    table = op_table(version)
    for op, types in table.kernels.items():
        assert table.knows(op)
        for attribute, kinds in types.items():
            assert table.attribute(op, attribute) is not None
            assert kinds
            assert all(protos.data_type(kind) for kind in kinds)


def test_the_tables_are_small() -> None:
    sizes = {file.name: file.stat().st_size for file in FOLDER.iterdir()}
    assert max(sizes.values()) < LARGEST_TABLE_BYTES, sizes


def test_the_tables_say_what_they_are_made_of() -> None:
    origins = provenance()
    assert set(origins) == set(VERSIONS)
    for version in TARGETS:
        assert version in origins[version]["wheel"]
        assert len(origins[version]["sha256"]) == 64


def test_the_first_version_with_an_op_or_attribute_is_known() -> None:
    assert first_version_that_knows("AddV2") == "1.8"
    assert first_version_that_knows("Conv2D", "dilations") == "1.8"
    assert first_version_that_knows("Conv2D", "explicit_paddings") == "1.15"
    assert first_version_that_knows("MatMul", "grad_a") == NEWEST
    assert first_version_that_knows("NoSuchOp") is None
    assert first_version_that_runs("Erf") == "1.15"
    assert first_version_that_runs("PartitionedCall") is None


def test_a_default_is_the_newest_ones() -> None:
    value = default_value("Conv2D", "dilations")
    assert value is not None
    assert list(value.list.i) == [1, 1, 1, 1]
    assert default_value("Conv2D", "strides") is None
    assert default_value("Conv2D", "nothing") is None


@pytest.mark.parametrize("version", ["1.2", NEWEST, ""])
def test_a_version_that_no_phone_runs_is_refused(version: str) -> None:
    with pytest.raises(GraphError, match=r"choose one of 1\.1, 1\.8"):
        target_table(version)


@pytest.mark.native
@pytest.mark.parametrize("version", USUAL)
def test_the_table_holds_what_the_runtime_registers(version: str) -> None:
    runtime = find_runtime(version)
    if runtime is None:
        pytest.skip(f"needs `fab runtime.fetch --version={version}`")
    ops = protos.OpList.FromString(registered_ops(runtime)).op
    assert {op.name for op in ops} == set(op_table(version).ops)


@pytest.fixture(name="script")
def load_script() -> ModuleType:
    """scripts/make_op_tables.py as a module."""
    path = ROOT / "scripts/make_op_tables.py"
    spec = importlib.util.spec_from_file_location("make_op_tables", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_script_reads_kernels_out_of_a_source_tree(
    script: ModuleType, tmp_path: Path
) -> None:
    kernels = "tensorflow/core/kernels"
    files = {
        "tensorflow/contrib/makefile/tf_op_files.txt": (
            f"{kernels}/gone.cc\n{kernels}/one.cc\n{kernels}/cwise_op_two.cc\n"
        ),
        f"{kernels}/one.cc": (
            'REGISTER_KERNEL_BUILDER(Name("Alpha").Device(DEVICE_CPU), A);\n'
            'REGISTER_KERNEL_BUILDER(\n    Name( "Beta" ).Device(x), B);\n'
        ),
        f"{kernels}/cwise_op_two.cc": (
            'REGISTER5(BinaryOp, CPU, "Gamma", functor::g, float, int32);\n'
        ),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert script.read_tree(tmp_path) == {
        "one": ["Alpha", "Beta"],
        "cwise_op_two": ["Gamma"],
    }


def test_the_script_thins_types_out_as_the_ios_build_does(
    script: ModuleType,
) -> None:
    wide = [
        {"T": [kind], "Tidx": [index]}
        for kind in ("DT_FLOAT", "DT_DOUBLE", "DT_INT32", "DT_BOOL")
        for index in ("DT_INT32", "DT_INT64")
    ]
    both = ["DT_INT32", "DT_INT64"]
    assert script.slim_types("1.1", "pad_op", "Some", wide) == {
        "T": ["DT_FLOAT", "DT_INT32"],
        "Tidx": both,
    }
    assert script.slim_types("1.8", "pad_op", "Some", wide) == {
        "T": ["DT_BOOL", "DT_FLOAT", "DT_INT32"],
        "Tidx": both,
    }
    assert script.slim_types("1.8", "cwise_op_mul_1", "Mul", wide) == {
        "T": ["DT_FLOAT"],
        "Tidx": both,
    }
    assert script.slim_types("1.1", "pad_op", "Some", [*wide, {}]) == {}


def test_every_listed_source_file_has_ops_in_its_generations(
    script: ModuleType,
) -> None:
    path = ROOT / "scripts/mobile_sources.json"
    for name, entry in json.loads(path.read_text())["files"].items():
        last = entry.get("until", TARGETS[-1])
        registered = {op: [{}] for op in op_table(last).kernels}
        if not entry["ops"][0].startswith("_"):
            assert script.named(registered, entry["ops"]), name
