"""``sealservice``: run one command and end with the right exit code.

Every ending is foreseen: a result, a refusal (two lines or a JSON object), Ctrl-C, a reader who
went away, a signal to stop (engines that were started are stopped), and whatever nobody foresaw.
"""

import logging
import os
import resource
import signal
import sys
import warnings
from collections.abc import Sequence
from importlib.metadata import version as installed_version
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from typer.exceptions import TyperException

from sealservice.cli.call import Call
from sealservice.cli.commands import Commands
from sealservice.cli.crashes import logged
from sealservice.cli.exits import Status, status_of
from sealservice.cli.output import Output, ReaderGoneError, print_error, speak_utf8
from sealservice.cli.usage import hoisted, language_of, misuse
from sealservice.config import read_settings
from sealservice.kernel.errors import SealserviceError
from sealservice.kernel.text import Language

app = typer.Typer(
    cls=Commands,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="以电子营业执照为根的电子印章与签名服务 / e-seals and signatures keyed to the e-license",
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        typer.echo(installed_version("sealservice"))
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="数据文件夹，默认 $SEALSERVICE_HOME 或 ~/.sealservice / data folder",
        ),
    ] = None,
    lang: Annotated[
        Language | None,
        typer.Option(help="语言，默认随 $LANG / language, following $LANG by default"),
    ] = None,
    json: Annotated[  # noqa: FBT002 - an option without a value
        bool, typer.Option("--json", help="结果和错误用 JSON / results and errors as JSON")
    ] = False,
    _version: Annotated[  # noqa: FBT002 - likewise
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="版本 / version"),
    ] = False,
) -> None:
    """Keep the options of every command where the command finds them."""
    context.obj = Call(home, Output(lang or language_of(os.environ), json))


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return the exit code; errors are told on standard error."""
    given = hoisted(arguments) or ["--help"]
    as_json = "--json" in given
    try:
        ended = app(given, prog_name="sealservice", standalone_mode=False)
        sys.stdout.flush()
    except TyperException as error:
        return _told(misuse(error), as_json=as_json)
    except SealserviceError as error:
        return _told(error, as_json=as_json)
    except KeyboardInterrupt:
        return Status.INTERRUPTED
    except (ReaderGoneError, BrokenPipeError):
        return _abandoned()
    except Exception as crash:  # noqa: BLE001 - the last one to catch it; it is logged
        return _told(logged(crash, _home(given)), as_json=as_json)
    return ended if isinstance(ended, int) else 0


def _told(error: SealserviceError, *, as_json: bool) -> int:
    status = status_of(type(error))
    print_error(error, status, as_json=as_json)
    return status


def _abandoned() -> int:
    """Let nothing more be written to a closed pipe, not even by Python's own last flush."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Status.PIPE_CLOSED


def _home(given: Sequence[str]) -> Path:
    """Return the home of a call that crashed, as well as it can be told."""
    named = next((Path(v) for o, v in pairwise(given) if o == "--home"), None)
    return read_settings({"SEALSERVICE_HOME": os.environ.get("SEALSERVICE_HOME", "")}, named).home


def _stop(number: int, _frame: FrameType | None) -> None:
    """End by exception, so that engines which this command started are stopped."""
    sys.exit(128 + number)


def main() -> None:
    """Run ``sealservice`` as a program."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold keys and documents
    speak_utf8()
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _stop)
    logging.lastResort = logging.NullHandler()
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    sys.exit(run(sys.argv[1:]))
