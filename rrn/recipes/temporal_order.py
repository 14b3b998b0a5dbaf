"""Temporal order in Keras: remember, then answer."""

from rrn.nn.sequences import recipe
from rrn.tasks import temporal_order

build, run = recipe(temporal_order)
