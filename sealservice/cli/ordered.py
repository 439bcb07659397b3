"""Options whose order counts: ``--seal A --at … --seal B --at …``.

Typer gives a repeated option as one list, and so forgets which of two came first. The command
class here keeps the names of all options as they came; ``in_order`` puts name and values together.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import typer
from typer.core import TyperCommand

_KEY: Final = "sealservice.cli.ordered"


class OrderedCommand(TyperCommand):
    """A command that remembers the order of its options."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer's own
        """Parse, and keep the name of each option in the order of the command line."""
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        ctx.meta[_KEY] = tuple(parameter.name for parameter in order)
        rest: list[str] = super().parse_args(ctx, args)
        return rest


def in_order(
    context: typer.Context, given: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str]]:
    """Yield parameter name and value of repeated options, in the order of the command line."""
    values = {name: iter(each) for name, each in given.items()}
    for name in context.meta[_KEY]:
        if name in values:
            yield name, next(values[name])
