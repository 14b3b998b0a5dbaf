"""The adding problem in Keras: remember, then answer."""

from rrn.nn.sequences import recipe
from rrn.tasks import adding

build, run = recipe(adding)
