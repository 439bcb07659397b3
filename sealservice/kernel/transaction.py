"""One unit of work: everything written inside is committed together, or not at all."""

from collections.abc import Callable
from contextlib import AbstractContextManager

Transaction = Callable[[], AbstractContextManager[None]]
"""``with transaction(): ...`` joins the calls of all stores inside; an exception undoes them."""
