"""The pictures of seals that a document shows, by the names under which it refers to them."""

from invoices.documents.schema_parts import Issuer
from suppliers.models import Seal


def images(who: Issuer) -> dict[str, bytes]:
    """The pictures of one document: JPEG by name. A seal's picture never changes, and its hash names it."""
    if who.seal is None:
        return {}
    row = Seal.objects.filter(supplier_id=who.id, sha256=who.seal.sha256).first()
    return {f"seal:{who.seal.sha256}": bytes(row.image)} if row else {}
