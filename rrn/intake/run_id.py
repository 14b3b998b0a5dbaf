"""The gate for run ids. A malformed id and one that nobody has get the same answer."""

import re

from rrn.spec import Refused


def run_id(raw: str) -> str:
    """The id itself, 32 hexadecimal digits in lower case; Refused("unknown_run") for anything else."""
    if not isinstance(raw, str) or not re.fullmatch("[0-9a-f]{32}", raw):
        raise Refused("unknown_run")
    return raw
