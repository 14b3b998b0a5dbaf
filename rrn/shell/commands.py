"""The group of all commands, and how a command line ends."""

import errno
import sys
from contextlib import suppress

import click

from rrn.shell.answers import BITS, GENERATE
from rrn.shell.doctor import DOCTOR
from rrn.shell.listing import MODELS, RUNS
from rrn.shell.sentiment import SENTIMENT
from rrn.shell.speaking import Commands, complaint
from rrn.shell.teach import TEACH
from rrn.shell.train import TRAIN
from rrn.shell.transcribe import TRANSCRIBE
from rrn.shell.translate import TRANSLATE
from rrn.shell.voices import VOICES
from rrn.shell.words import sentence, t
from rrn.spec import Refused

# Nothing is wrong with the line that was typed: the machine did not do its part.
OURS = ("no_worker", "no_answer", "answer_lost", "store_away", "store_newer", "disk_full", "bug")
SHELL = Commands("rrn", help="cli_shell")
for command in (GENERATE, BITS, TRANSLATE, SENTIMENT, TRANSCRIBE, TRAIN, TEACH, VOICES, RUNS, MODELS, DOCTOR):
    SHELL.add_command(command)


def run(line: list[str]) -> int:
    """Carry out a command line and give its exit code; what cannot be done is said in one sentence on stderr."""
    try:
        return SHELL.main(line or ["--help"], prog_name="python -m rrn", standalone_mode=False) or 0
    except click.ClickException as error:
        return _say(complaint(error), 2)
    except Refused as refused:
        return _say(sentence(refused), 1 if refused.code in OURS else 2)
    except (KeyboardInterrupt, click.Abort):
        return _say(t("cli_interrupted"), 130)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sys.stdout = None  # what is still in it cannot be written: at its end Python would try again, and complain
        return _say(t("cli_full"), 1)


def _say(words: str, code: int) -> int:
    with suppress(OSError):  # nobody hears it where that place is full too
        click.echo(words, err=True)
    return code
