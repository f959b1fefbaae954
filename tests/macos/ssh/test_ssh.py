"""Commands over SSH, on a real OpenSSH server with zsh as the login shell."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shopcam.errors import MacError
from shopcam.macos.command import Command, script
from shopcam.macos.machine import LostError
from shopcam.macos.ssh import connect, ssh_machine
from shopcam.macos.ssh.connect import Opened
from shopcam.macos.ssh.ssh_machine import SshMachine
from tests.macos.sshd import Client, Mac
from tests.until import becomes, until

pytestmark = [pytest.mark.ssh, pytest.mark.needs("sshd", "ssh", "zsh")]
# Says when it runs, and does so for a long time.
WORK = script("echo runs; sleep 60")


def test_status_output_and_errors_come_back_apart(machine: SshMachine) -> None:
    ran = machine.run(script("echo out; echo err >&2; exit 3"))
    assert (ran.status, ran.output, ran.errors) == (3, "out\n", "err\n")


def test_a_part_arrives_as_it_is_through_two_shells(
    machine: SshMachine,
) -> None:
    odd = "a b\n'c' \"d\" \\e $HOME `id` é 🎈 ! *"
    assert machine.run(Command(("printf", "%s", odd))).output == odd


def test_a_command_starts_in_the_home_of_the_mac(
    machine: SshMachine, mac: Mac
) -> None:
    assert machine.run(Command(("pwd",))).output == f"{mac.home}\n"
    (mac.home / "a b").mkdir()
    there = machine.run(Command(("pwd",), folder="~/a b"))
    assert there.output == f"{mac.home}/a b\n"


def test_path_and_locale_are_those_that_a_build_needs(
    machine: SshMachine, mac: Mac
) -> None:
    said = machine.run(script('echo "$PATH"; echo "$LANG $LC_ALL"')).output
    assert said == (
        f"{mac.home}/.rbenv/shims:/opt/homebrew/bin:/usr/local/bin:"
        "/usr/bin:/bin:/usr/sbin:/sbin\n"
        "en_US.UTF-8 en_US.UTF-8\n"
    )


def test_stdin_reaches_the_command_and_ends(machine: SshMachine) -> None:
    text = "secret é\n" * 100_000
    assert machine.run(Command(("cat",)), stdin=text).output == text
    assert machine.run(Command(("cat",))).output == ""


def test_a_command_that_reads_no_stdin_is_no_failure(
    machine: SshMachine,
) -> None:
    assert machine.run(Command(("true",)), stdin="x" * 5_000_000).status == 0


def test_lines_are_seen_while_the_command_runs(
    machine: SshMachine, mac: Mac
) -> None:
    seen: list[str] = []

    def see(line: str) -> None:
        seen.append(line)
        if line == "two":
            (mac.home / "seen").touch()

    go_on = until("[ -e ~/seen ]")
    ran = machine.follow(
        script(f"echo one; echo two >&2; {go_on}; printf 'three'; exit 4"), see
    )
    assert seen == ["one", "two", "three"]
    assert (ran.status, ran.output) == (4, "one\ntwo\nthree\n")


def test_commands_run_side_by_side_on_one_connection(
    machine: SshMachine,
) -> None:
    machine.run(Command(("true",)))
    # Each ends when all five are there.
    meets = ': >"here$1"; ' + until("set -- here?; [ $# -eq 5 ]")
    with ThreadPoolExecutor(5) as pool:
        commands = [script(meets, str(number)) for number in range(5)]
        ran = list(pool.map(machine.run, commands))
    assert [each.status for each in ran] == [0] * 5


def test_a_command_that_a_signal_ends_has_a_status(
    machine: SshMachine,
) -> None:
    assert machine.run(script("kill -9 $$")).status == 137


def test_a_command_that_takes_too_long_is_given_up(
    machine: SshMachine,
) -> None:
    with pytest.raises(MacError) as caught:
        machine.run(Command(("sleep", "30")), timeout_s=0.3)
    assert caught.value.rule == "mac1 must answer in 0.3 s."


def test_a_long_silence_is_no_loss(machine: SshMachine) -> None:
    # The client's configuration asks after one second of silence.
    assert machine.run(Command(("sleep", "1.5"))).status == 0


def test_a_killed_server_is_a_lost_connection(
    machine: SshMachine, mac: Mac
) -> None:
    with pytest.raises(LostError) as caught:
        machine.follow(WORK, lambda line: mac.kill())
    assert "the connection was lost while /bin/sh ran" in str(caught.value)


def test_a_server_that_falls_silent_is_noticed(
    machine: SshMachine, client: Client, mac: Mac
) -> None:
    client.configure("ServerAliveCountMax 1\n")
    started = time.monotonic()
    with pytest.raises(LostError):
        machine.follow(WORK, lambda line: mac.freeze())
    assert time.monotonic() - started < 30


def test_the_next_command_connects_again(machine: SshMachine, mac: Mac) -> None:
    machine.run(Command(("true",)))
    transport = machine._connection().transport
    mac.kill()
    # A connection whose end has not arrived yet would be taken for open.
    assert becomes(lambda: not transport.is_active())
    mac.start()
    assert machine.run(Command(("true",))).status == 0


def test_closing_waits_for_no_connection_that_is_being_opened(
    client: Client, mac: Mac
) -> None:
    machine = SshMachine(client.host(mac))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client.configure(f"Port {silent.getsockname()[1]}\n")
        with ThreadPoolExecutor() as pool:
            opening = pool.submit(machine.run, WORK)
            there, _ = silent.accept()
            machine.close()
            assert not opening.done()
            there.close()
        assert isinstance(opening.exception(), MacError)


def test_a_connection_that_was_closed_before_it_was_open_is_given_up(
    machine: SshMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []

    def connected(*arguments: Any) -> Opened:
        opened.append(connect.connected(*arguments))
        machine.close()
        return opened[0]

    monkeypatch.setattr(ssh_machine, "connected", connected)
    with pytest.raises(LostError, match="it was given up"):
        machine.run(WORK)
    assert not opened[0].transport.is_active()


def test_a_closed_machine_connects_again(machine: SshMachine) -> None:
    machine.run(Command(("true",)))
    machine.close()
    assert machine.run(Command(("true",))).status == 0
