"""Counting in Keras: remember, then answer."""

from rrn.nn.sequences import recipe
from rrn.tasks import counting

build, run = recipe(counting)
