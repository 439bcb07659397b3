"""Attacks on the document security store."""

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter as Writer

from tests.verification.attacks.contract import dictionary
from tests.verification.attacks.hands import FORGED, Attack

# The document security store


def delete_store(writer: Writer) -> None:
    """Delete the DSS."""
    del writer.root["/DSS"]
    writer.update_root()


def empty_store(writer: Writer) -> None:
    """Put an empty DSS in its place."""
    writer.root["/DSS"] = writer.add_object(dictionary(Type="DSS"))
    writer.update_root()


def retype_store(writer: Writer) -> None:
    """Make something else of the DSS."""
    writer.root["/DSS"] = generic.ArrayObject()
    writer.update_root()


def clobber_entry(writer: Writer) -> None:
    """Put something into the VRI that is no entry."""
    store = writer.root["/DSS"]
    store["/VRI"] = generic.DictionaryObject({pdf_name("/" + "A" * 40): pdf_name("/Clobbered")})
    writer.update_container(store)


def smuggle_into_store(writer: Writer) -> None:
    """Keep something in the DSS that does not belong there."""
    store = writer.root["/DSS"]
    store["/Payload"] = writer.add_object(generic.StreamObject(stream_data=FORGED))
    writer.update_container(store)


STORE_ATTACKS: tuple[Attack, ...] = (
    delete_store,
    empty_store,
    retype_store,
    clobber_entry,
    smuggle_into_store,
)
