"""On PostgreSQL: the moment of receipt and stored documents are frozen as well."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER invoice_received_once BEFORE UPDATE ON invoices_invoice FOR EACH ROW
WHEN (OLD.delivered_at IS NOT NULL AND NEW.delivered_at IS DISTINCT FROM OLD.delivered_at)
EXECUTE FUNCTION invoices_refuse_frozen();

CREATE TRIGGER document_frozen BEFORE UPDATE ON invoices_document FOR EACH ROW
WHEN (OLD.stored_at IS NOT NULL AND (
    OLD.invoice_id, OLD.kind, OLD.key, OLD.sha256, OLD.size, OLD.content_type, OLD.stored_at
) IS DISTINCT FROM (
    NEW.invoice_id, NEW.kind, NEW.key, NEW.sha256, NEW.size, NEW.content_type, NEW.stored_at
)) EXECUTE FUNCTION invoices_refuse_frozen();

CREATE TRIGGER document_never_deleted BEFORE DELETE ON invoices_document FOR EACH ROW
WHEN (OLD.stored_at IS NOT NULL) EXECUTE FUNCTION invoices_refuse_frozen();
"""

BACKWARD = """
DROP TRIGGER document_never_deleted ON invoices_document;
DROP TRIGGER document_frozen ON invoices_document;
DROP TRIGGER invoice_received_once ON invoices_invoice;
"""


def forward(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FORWARD)


def backward(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACKWARD)


class Migration(migrations.Migration):
    dependencies = [("invoices", "0004_rest_of_the_workflow")]
    operations = [migrations.RunPython(forward, backward)]
