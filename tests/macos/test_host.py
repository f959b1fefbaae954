"""The section `mac` of fabric.yaml, and what --host makes of it."""

from typing import Any

import pytest

from shopcam.errors import MacError, UsageError
from shopcam.macos.address import Address, parsed_address
from shopcam.macos.host import Host, hosts

TWO = {
    "keep": 3,
    "hosts": {
        "mac1": {"address": "builder@10.0.0.5:2222", "roles": ["build"]},
        "studio": {"roles": ["device"], "keep": 9},
    },
}


def names(found: tuple[Host, ...]) -> list[str]:
    return [host.name for host in found]


def test_every_host_of_the_role_is_taken_when_none_is_named() -> None:
    assert names(hosts(TWO)) == ["mac1"]
    assert names(hosts(TWO, role="device")) == ["studio"]


def test_a_host_serves_every_role_unless_it_says_less() -> None:
    section = {"hosts": {"one": {}, "two": None}}
    assert names(hosts(section, role="build")) == ["one", "two"]
    assert names(hosts(section, role="device")) == ["one", "two"]


def test_named_hosts_come_once_in_the_order_given_whatever_their_role() -> None:
    given = ["studio", "mac1", "studio"]
    assert names(hosts(TWO, given)) == ["studio", "mac1"]


def test_what_holds_for_all_hosts_gives_way_to_a_hosts_own() -> None:
    mac1, studio = hosts(TWO, ["mac1", "studio"])
    assert (mac1.keep, studio.keep) == (3, 9)


def test_a_host_without_address_is_an_alias_of_ssh() -> None:
    (studio,) = hosts(TWO, ["studio"])
    assert studio.destination == Address("", "studio", "")


def test_a_host_can_be_its_address_alone() -> None:
    (mac1,) = hosts({"hosts": {"mac1": "builder@10.0.0.5"}})
    assert mac1.destination == Address("builder", "10.0.0.5", "")


def test_an_address_of_no_configuration_is_a_host_too() -> None:
    (host,) = hosts(TWO, ["builder@10.0.0.9:22"])
    assert host.name == "builder-10.0.0.9-22"
    assert host.destination == Address("builder", "10.0.0.9", "22")
    assert host.keep == 3


def test_the_old_form_is_one_host_called_mac() -> None:
    section = {"host": "mac.example.com", "user": "b", "folder": "~/cam"}
    (mac,) = hosts(section)
    assert (mac.name, mac.address, mac.folder) == (
        "mac",
        "b@mac.example.com",
        "~/cam",
    )


def test_lists_from_an_environment_variable_are_texts() -> None:
    section = {"hosts": {"a": {"roles": "build, device", "path": "/x"}}}
    (host,) = hosts(section)
    assert (host.roles, host.path) == (("build", "device"), ("/x",))


def test_fabrics_own_configuration_is_read() -> None:
    from fabric import Config

    config = Config(overrides={"mac": {"hosts": {"mac1": {"folder": "~/x"}}}})
    assert names(hosts(config["mac"])) == ["mac1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("studio", Address("", "studio", "")),
        ("me@studio", Address("me", "studio", "")),
        ("me@corp@studio", Address("me@corp", "studio", "")),
        ("studio:2222", Address("", "studio", "2222")),
        ("[::1]:22", Address("", "::1", "22")),
        ("me@fe80::1", Address("me", "fe80::1", "")),
    ],
)
def test_an_address_has_user_host_and_port(
    text: str, expected: Address
) -> None:
    assert parsed_address(text) == expected


@pytest.mark.parametrize(
    "text", ["", "-oProxyCommand=x", "me@-x", "a b", "a:70000", "a/b", "@a"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"address|port"):
        parsed_address(text)


def test_no_host_at_all_says_how_to_add_one() -> None:
    with pytest.raises(UsageError) as caught:
        hosts({})
    assert str(caught.value) == (
        "A Mac host with the role build is needed.\n"
        "  found: hosts of fabric.yaml: none\n"
        "  next:  add one under mac.hosts, or name one: --host=user@address"
    )


def test_a_misspelt_name_is_not_taken_for_an_address() -> None:
    with pytest.raises(UsageError, match="did you mean mac1"):
        hosts(TWO, ["mac2"])


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "unknown key": ({"rols": []}, "rols: no such key, did you mean roles?"),
    "relative folder": ({"folder": "x"}, "begins with ~/ or /"),
    "keep nothing": ({"keep": 0}, "keep: "),
    "two ways": ({"local": True, "address": "a"}, "not both"),
    "an option": ({"address": "-oProxyCommand=x"}, "an address is user@host"),
    "no variable": ({"environment": {"A B": "x"}}, "no name of a variable"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_key_is_named(case: str) -> None:
    keys, said = WRONG[case]
    with pytest.raises(MacError) as caught:
        hosts({"hosts": {"mac1": keys}})
    assert said in str(caught.value)
    assert caught.value.rule.startswith("The Mac host mac1 ")


@pytest.mark.parametrize("many", [["mac1"], {"mac1": 5}])
def test_a_section_of_another_shape_is_refused(many: object) -> None:
    with pytest.raises(MacError, match=r"mac\.hosts"):
        hosts({"hosts": many})


def test_a_message_names_a_host_as_the_user_would() -> None:
    section = {"hosts": {"mac1": "builder@10.0.0.5:2222", "studio": {}}}
    found = hosts(section, ["mac1", "studio", "anna@10.0.0.6"])
    assert [each.argument for each in found] == [
        "mac1",
        "studio",
        "anna@10.0.0.6",
    ]
