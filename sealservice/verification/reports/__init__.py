"""Reports in the forms that people and programs ask for.

What needs nothing but the report is made by :func:`render`. The receipt needs fonts, and a signed
report needs a key: each is an object of its own, put together in ``bootstrap``.
"""

from sealservice.verification.reports.formats import Rendered, ReportFormat, render

__all__ = ["Rendered", "ReportFormat", "render"]
