"""The pictures of seals that a document shows, by the names under which it refers to them."""

from invoices.documents.snapshot import Snapshot
from suppliers.models import Seal


def images(snapshot: Snapshot) -> dict[str, bytes]:
    """The pictures of one snapshot: JPEG by name. A seal's picture never changes, and its hash names it."""
    seal = snapshot["issuer"]["seal"]
    if seal is None:
        return {}
    row = Seal.objects.filter(supplier_id=snapshot["issuer"]["id"], sha256=seal["sha256"]).first()
    return {f"seal:{seal['sha256']}": bytes(row.image)} if row else {}
