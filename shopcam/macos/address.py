"""Where a Mac is: `user@host:port`, as ssh and people write it."""

import re
from dataclasses import dataclass

# [user@]host[:port]; an IPv6 address in brackets where a port follows.
ADDRESS = re.compile(
    r"""
    (?: (?P<user>[^\s@/-][^\s/]*) @ )?
    (?: \[ (?P<bracketed>[0-9A-Fa-f:.]+) \]
      | (?P<bare>[^\s@:/\[\]-][^\s@:/\[\]]*)
      | (?P<six>[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f.]*)
    )
    (?: (?<![:]) : (?P<port>[0-9]{1,5}) )?
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Address:
    """`user@host:port` in its parts; what was not said is empty."""

    user: str
    host: str
    port: str


def parsed_address(text: str) -> Address:
    """The parts of an address.

    Raises:
        ValueError: it is none. One that begins with a dash would be an
            option of ssh.
    """
    match = ADDRESS.fullmatch(text)
    if match is None:
        raise ValueError("an address is user@host:port, or an alias of ssh's")
    host = match["bracketed"] or match["bare"] or match["six"]
    if match["port"] and not 0 < int(match["port"]) < 65536:
        raise ValueError("a port lies between 1 and 65535")
    return Address(match["user"] or "", host, match["port"] or "")
