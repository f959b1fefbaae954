"""The hosts of fabric.yaml and of --hosts."""

import pytest

from shopcam.cluster.hosts import TrainingHost, training_hosts
from shopcam.errors import UsageError

SECTION = {
    "port": 2300,
    "ssh_config": "~/ssh",
    "hosts": {
        "gpu1": "anna@10.0.0.7",
        "gpu2": {"interface": "ib0", "port": 2301},
        "gpu3": None,
    },
}


def test_hosts_come_in_the_order_in_which_they_are_named() -> None:
    found = training_hosts(SECTION, ("gpu2", "gpu1", "gpu2"))
    assert [host.name for host in found] == ["gpu2", "gpu1"]


def test_what_stands_beside_the_hosts_holds_for_all_of_them() -> None:
    one, two = training_hosts(SECTION, ("gpu1", "gpu2"))
    assert (one.port, two.port) == (2300, 2301)
    assert one.ssh_config == two.ssh_config == "~/ssh"


def test_two_addresses_that_give_one_name_are_refused() -> None:
    with pytest.raises(UsageError) as caught:
        training_hosts({}, ("[fe80::1]:22", "[fe80:1::]:22"))
    assert caught.value.found == (
        "[fe80::1]:22 and [fe80:1::]:22 are both fe80-1-22"
    )


def test_a_host_may_be_an_address_or_nothing_but_its_name() -> None:
    one, three = training_hosts(SECTION, ("gpu1", "gpu3"))
    assert one.reached.destination.user == "anna"
    assert one.reached.destination.host == "10.0.0.7"
    assert three.reached.destination.host == "gpu3"


def test_an_address_needs_no_configuration() -> None:
    (host,) = training_hosts({}, ("anna@10.0.0.9:2200",))
    assert host.name == "anna-10.0.0.9-2200"
    assert host.reached.destination.port == "2200"
    assert host.port == 2222


def test_a_linux_without_the_macs_locale_is_not_asked_for_it() -> None:
    (host,) = training_hosts({"environment": {"LANG": "de_DE.UTF-8"}}, ("a@b",))
    assert host.reached.environment == {
        "LANG": "de_DE.UTF-8",
        "LC_ALL": "C.UTF-8",
    }


def test_the_python_is_that_of_the_setup_unless_one_is_named() -> None:
    host = TrainingHost(name="gpu1", folder="/data/shopcam")
    assert host.interpreter == "/data/shopcam/environment/.venv/bin/python"
    named = TrainingHost(name="gpu1", python="/opt/tf/bin/python")
    assert named.interpreter == "/opt/tf/bin/python"


def test_a_misspelt_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        training_hosts(SECTION, ("gpu4",))
    assert "'gpu4'; did you mean gpu" in caught.value.found


def test_no_name_at_all_shows_which_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        training_hosts(SECTION, ())
    assert caught.value.found == "hosts of fabric.yaml: gpu1, gpu2, gpu3"


@pytest.mark.parametrize(
    ("hosts", "said"),
    [
        ({"gpu1": {"adress": "x"}}, "address"),
        ({"gpu1": {"port": 99999}}, "port"),
        ({"gpu1": {"address": "-oProxy=x"}}, "an address is user@host:port"),
        ({"gpu1": {"interface": "eth0/24"}}, "ip link"),
        ({"gpu1": {"folder": "shopcam"}}, "begins with ~/ or /"),
        ({"gpu1": [1]}, "is an address, or a mapping of keys"),
        (["gpu1"], "training.hosts maps names to hosts"),
    ],
)
def test_a_wrong_key_is_named(hosts: object, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        training_hosts({"hosts": hosts}, ("gpu1",))
    assert said in str(caught.value)
