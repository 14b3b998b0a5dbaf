"""The embedded Reber grammar in Keras: remember, then answer."""

from rrn.nn.sequences import recipe
from rrn.tasks import reber

build, run = recipe(reber)
