"""What tells runs apart is said so that it stands alone."""

import pytest

from rrn import i18n
from rrn.experiments import line_ups
from rrn.figures import variants
from rrn.tasks.translation import Translation


@pytest.mark.parametrize(
    "language, names", [("es", ["atención general", "sin atención"]), ("en", ["general attention", "no attention"])]
)
def test_networks_with_attention_and_without_are_called_so(language, names):
    specs = line_ups.attentions(Translation())
    assert [variants.name(spec, specs, i18n.words(language)) for spec in specs] == names
