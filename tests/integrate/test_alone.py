"""The stages one by one, and the proof of a single file."""

import io
from pathlib import Path

import pytest

from shopcam.card import load_card
from shopcam.console import Console
from shopcam.errors import GraphError, ParityError, UsageError
from shopcam.graphdef import read_graph, write_graph
from shopcam.graphdef.graph import set_constant
from shopcam.integrate import integrate
from shopcam.integrate.alone import prove_file, run_stage

pytestmark = pytest.mark.tf

ORDER = ["export", "freeze", "optimize", "legalize", "memory_map"]


def quiet() -> Console:
    return Console(stream=io.StringIO())


def run(card: Path, output: Path, names: list[str]) -> list[Path]:
    loaded = load_card(card)
    return [run_stage(loaded, output, name, console=quiet()) for name in names]


def test_the_stages_alone_leave_what_integrate_leaves(
    demo: Path, tmp_path: Path
) -> None:
    alone = run(demo, tmp_path / "alone", ORDER)
    integrate(load_card(demo), tmp_path / "all", console=quiet())
    for path in alone:
        whole = tmp_path / "all" / path.name
        assert path.read_bytes() == whole.read_bytes(), path.name


def test_freeze_without_the_note_of_an_export_asks_for_it(
    demo: Path, tmp_path: Path
) -> None:
    run(demo, tmp_path / "out", ["export"])
    (tmp_path / "out" / ".shopcam" / "manifest.json").write_text("{")
    with pytest.raises(UsageError, match=f"graph.export --model={demo} first"):
        run(demo, tmp_path / "out", ["freeze"])


def test_a_damaged_input_of_the_cards_own_name_is_noticed(
    demo: Path, tmp_path: Path
) -> None:
    """Both the card's folder and the build's hold a graph.pb."""
    run(demo, tmp_path / "out", ["export", "freeze"])
    (tmp_path / "out" / "graph.pb").write_bytes(b"")
    with pytest.raises(GraphError, match="empty"):
        run(demo, tmp_path / "out", ["freeze"])


@pytest.mark.parametrize("name", ORDER[2:])
def test_a_stage_before_its_turn_names_the_file_that_it_lacks(
    demo: Path, tmp_path: Path, name: str
) -> None:
    with pytest.raises(UsageError, match="which an earlier stage"):
        run(demo, tmp_path / "out", [name])


def test_quantize_wants_a_card_that_asks_for_it(
    demo: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=r"deploy\.quantize: none"):
        run(demo, tmp_path / "out", ["quantize"])


@pytest.mark.parametrize("name", ["frozen.pb", "memmapped.pb"])
def test_a_graph_and_a_package_are_held_against_the_source(
    demo: Path, tmp_path: Path, name: str
) -> None:
    run(demo, tmp_path / "out", ORDER)
    card, file = load_card(demo), tmp_path / "out" / name
    found = prove_file(card, tmp_path / "out", file, console=quiet())
    assert found.max_abs_diff < 1e-5
    assert found.images == 8


def test_a_file_with_other_weights_fails_the_proof(
    demo: Path, tmp_path: Path
) -> None:
    run(demo, tmp_path / "out", ["export", "freeze"])
    graph = read_graph(tmp_path / "out" / "frozen.pb")
    (node,) = (
        node
        for node in graph.proto.node
        if node.name
        == max(graph.weights, key=lambda n: graph.weights[n].nbytes)
    )
    set_constant(node, graph.constant(node) * 1.01, graph)
    write_graph(graph, tmp_path / "other.pb")
    with pytest.raises(ParityError, match=r"After other\.pb"):
        prove_file(
            load_card(demo),
            tmp_path / "out",
            tmp_path / "other.pb",
            console=quiet(),
        )


def test_what_is_no_model_is_refused(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "x.pb").write_bytes(b"nothing of the kind")
    with pytest.raises(GraphError, match="must be a binary GraphDef"):
        prove_file(
            load_card(demo),
            tmp_path / "out",
            tmp_path / "x.pb",
            console=quiet(),
        )
