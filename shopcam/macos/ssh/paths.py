"""What ssh writes into the paths and commands of its configuration."""

import os
import platform
import pwd
import re
from collections.abc import Callable, Mapping


def split_paths(line: str) -> list[str]:
    """The paths in a line of `ssh -G`, which does not quote their spaces."""
    paths: list[str] = []
    for word in line.split(" "):
        if paths and not word.startswith(("/", "~", "$", "%")):
            paths[-1] += f" {word}"
        else:
            paths.append(word)
    return [path for path in paths if path]


def agent_socket(
    said: str, path: Callable[[str], str], environment: Mapping[str, str]
) -> str:
    """The socket of the agent that `IdentityAgent` names.

    Args:
        said: its value; empty when the configuration is silent.
        path: writes out what a path holds.
    """
    if said == "none":
        return ""
    if said in ("", "SSH_AUTH_SOCK"):
        return environment.get("SSH_AUTH_SOCK", "")
    if said.startswith("$") and not said.startswith("${"):
        return environment.get(said[1:], "")
    return path(said)


def expanded(
    path: str, tokens: Mapping[str, str], environment: Mapping[str, str]
) -> str:
    """A path with `~`, `%` tokens and `${NAME}` written out.

    The home is the one of the user database, as for ssh, which does not
    look at HOME.
    """
    home = pwd.getpwuid(os.getuid()).pw_dir
    if path == "~" or path.startswith("~/"):
        path = home + path[1:]
    path = with_tokens(path, {**tokens, "d": home})
    return re.sub(
        r"\$\{(\w+)\}", lambda name: environment.get(name[1], ""), path
    )


def with_tokens(text: str, tokens: Mapping[str, str]) -> str:
    """`text` with ssh's `%h` and the like written out."""
    known = {
        "%": "%",
        "i": str(os.getuid()),
        "l": platform.node(),
        "L": platform.node().partition(".")[0],
        "u": pwd.getpwuid(os.getuid()).pw_name,
        **tokens,
    }
    return re.sub("%(.)", lambda token: known.get(token[1], token[0]), text)
