"""Workers that call each other, as processes on this machine."""

import json
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from shopcam.cluster import meeting
from shopcam.cluster.hosts import TrainingHost
from shopcam.cluster.meet import Met, refusals
from tests.ports import free_port
from tests.until import PATIENCE_S


def met(addresses: list[str], *present: int, seconds: float) -> list[Met]:
    """What the workers that are present come to."""
    running = [
        subprocess.Popen(
            [
                sys.executable,
                meeting.__file__,
                json.dumps(
                    {
                        "word": "w0rd",
                        "own": own,
                        "addresses": addresses,
                        "seconds": seconds,
                    }
                ),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        for own in present
    ]
    said = [each.communicate()[0] for each in running]
    return [Met(**json.loads(each.partition(meeting.MARK)[2])) for each in said]


def places(count: int) -> list[str]:
    return [f"127.0.0.1:{free_port()}" for _ in range(count)]


def test_three_workers_reach_each_other() -> None:
    assert met(places(3), 0, 1, 2, seconds=20) == 3 * [Met("", {})]


def test_one_that_is_hidden_is_missed_by_its_address() -> None:
    addresses = places(2)
    (side,) = met(addresses, 0, seconds=0.5)
    assert side == Met("", {addresses[1]: "Connection refused"})


def test_a_name_that_nobody_knows_is_said_to_be_one() -> None:
    own, _ = places(2)
    (side,) = met([own, "gpu2.invalid:2222"], 0, seconds=0.5)
    why = side.missed["gpu2.invalid:2222"]
    assert why.startswith("no address is known by that name (")


def test_a_port_that_is_taken_is_said_at_once() -> None:
    addresses = places(2)
    port = int(addresses[0].partition(":")[2])
    with socket.create_server(("", port)):
        (side,) = met(addresses, 0, seconds=20)
    assert side == Met("Address already in use", {})


def test_whatever_else_answers_there_is_no_worker() -> None:
    addresses = places(2)
    port = int(addresses[1].partition(":")[2])
    with socket.create_server(("", port)) as other:

        def answer() -> None:
            while True:
                try:
                    line, _ = other.accept()
                except OSError:
                    return
                with line:
                    line.sendall(b"SSH-2.0-OpenSSH\n")

        threading.Thread(target=answer, daemon=True).start()
        (side,) = met(addresses, 0, seconds=0.5)
        other.shutdown(socket.SHUT_RDWR)
    assert side.missed == {addresses[1]: "something else answers there"}


def test_a_caller_that_hung_up_unanswered_is_waited_for() -> None:
    """It will call again, and must not find the door closed."""
    addresses = places(2)
    name = f"w0rd {addresses[1]}\n".encode()
    port, other = (int(each.partition(":")[2]) for each in addresses)
    ends = time.monotonic() + PATIENCE_S
    side = meeting.Meeting("w0rd", 0, addresses, ends)
    with socket.create_server(("", other)) as there, ThreadPoolExecutor() as at:
        going = at.submit(side.run)
        line, _ = there.accept()
        with line:
            line.sendall(name)
            assert meeting.heard(line) == f"w0rd {addresses[0]}"
            assert meeting.heard(line) == meeting.MET
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(name)
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(name)
            assert meeting.heard(line) == f"w0rd {addresses[0]}"
            assert wait([going], 0.3).not_done
            line.sendall(f"{meeting.MET}\n".encode())
        assert going.result(PATIENCE_S) == {"deaf": "", "missed": {}}


@pytest.fixture
def hosts() -> list[TrainingHost]:
    return [TrainingHost(name=f"gpu{n}", port=2222) for n in (1, 2, 3)]


def test_who_missed_a_deaf_worker_is_not_to_blame(
    hosts: list[TrainingHost],
) -> None:
    addresses = ["a:2222", "b:2222", "c:2222"]
    sides = {
        "gpu1": Met("", {"b:2222": "Connection refused"}),
        "gpu2": Met("Address already in use", {}),
        "gpu3": Met("", {"b:2222": "Connection refused"}),
    }
    found = refusals(hosts, addresses, sides)
    assert list(found) == ["gpu2"]
    assert found["gpu2"].found == "port 2222: address already in use"


def test_a_firewall_is_named_by_both_ends(hosts: list[TrainingHost]) -> None:
    addresses = ["a:2222", "b:2222", "c:2222"]
    sides = {
        "gpu1": Met("", {}),
        "gpu2": Met("", {"c:2222": "timed out"}),
        "gpu3": Met("", {}),
    }
    found = refusals(hosts, addresses, sides)
    assert str(found["gpu2"]) == (
        "gpu2 must reach the other workers.\n"
        "  found: c:2222: timed out\n"
        "  next:  open that port in the firewall between them; or name the "
        "`interface` of the network that they share in fabric.yaml"
    )
