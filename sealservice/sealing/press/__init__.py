"""The fast press: seals ordinary documents by appending bytes, without a PDF library.

``syntax`` and ``reader`` read what little has to be known, strictly; ``sections`` finds objects;
``pages``, ``forms`` and ``colours`` know the page tree, the form and what red means; ``die`` is the
constant part of a seal; ``revision`` writes; ``preparation`` is the port. Whatever is not fully
understood is declined with a reason (``declined``) and left to the pyHanko press. Why it may run
where hostile bytes are otherwise not parsed: docs/adr/0009-fast-press.md.
"""
