"""``python -m sealservice.cli``, for processes that start each other."""

from sealservice.cli.main import main

main()
