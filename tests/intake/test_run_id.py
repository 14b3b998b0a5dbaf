import pytest

from rrn.intake.run_id import run_id
from rrn.spec import Refused


def test_an_id_goes_through():
    assert run_id("0123456789abcdef" * 2) == "0123456789abcdef" * 2


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "a" * 31,
        "a" * 33,
        "A" * 32,
        "g" * 32,
        "a" * 32 + "\n",
        " " + "a" * 31,
        "../" * 10 + "ab",
        "٣" * 32,
        None,
        7,
        b"a" * 32,
    ],
)
def test_anything_else_is_an_unknown_run(raw):
    with pytest.raises(Refused) as caught:
        run_id(raw)
    assert (caught.value.code, caught.value.values) == ("unknown_run", {})
