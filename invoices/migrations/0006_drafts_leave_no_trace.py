"""On PostgreSQL: the events of a draft (a reservation made and withdrawn) may go with it; all others stay for ever."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION invoices_refuse_frozen_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT 1 FROM invoices_invoice
        WHERE id = OLD.invoice_id AND status = 'draft' AND origin = 'portal' AND number IS NULL
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'frozen row: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

DROP TRIGGER event_frozen ON invoices_invoiceevent;

CREATE TRIGGER event_frozen BEFORE UPDATE OR DELETE ON invoices_invoiceevent
FOR EACH ROW EXECUTE FUNCTION invoices_refuse_frozen_event();
"""

BACKWARD = """
DROP TRIGGER event_frozen ON invoices_invoiceevent;

CREATE TRIGGER event_frozen BEFORE UPDATE OR DELETE ON invoices_invoiceevent
FOR EACH ROW EXECUTE FUNCTION invoices_refuse_frozen();

DROP FUNCTION invoices_refuse_frozen_event();
"""


def forward(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FORWARD, params=None)


def backward(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACKWARD, params=None)


class Migration(migrations.Migration):
    dependencies = [("invoices", "0005_frozen_documents")]
    operations = [migrations.RunPython(forward, backward)]
