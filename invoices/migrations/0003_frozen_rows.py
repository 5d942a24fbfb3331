"""On PostgreSQL the database itself refuses to change what is frozen: issued invoices, their lines, and events."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION invoices_refuse_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'frozen row: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER invoice_frozen_columns BEFORE UPDATE ON invoices_invoice FOR EACH ROW
WHEN (OLD.number IS NOT NULL AND (
    OLD.supplier_id, OLD.municipality_id, OLD.series_id, OLD.sequence, OLD.number, OLD.issued_at, OLD.snapshot,
    OLD.snapshot_schema, OLD.check_code, OLD.issuer_name, OLD.recipient_name, OLD.department_name, OLD.title,
    OLD.issue_date, OLD.transaction_date, OLD.period_from, OLD.period_to, OLD.net, OLD.tax, OLD.total, OLD.replaces_id
) IS DISTINCT FROM (
    NEW.supplier_id, NEW.municipality_id, NEW.series_id, NEW.sequence, NEW.number, NEW.issued_at, NEW.snapshot,
    NEW.snapshot_schema, NEW.check_code, NEW.issuer_name, NEW.recipient_name, NEW.department_name, NEW.title,
    NEW.issue_date, NEW.transaction_date, NEW.period_from, NEW.period_to, NEW.net, NEW.tax, NEW.total, NEW.replaces_id
)) EXECUTE FUNCTION invoices_refuse_frozen();

CREATE TRIGGER invoice_never_deleted BEFORE DELETE ON invoices_invoice FOR EACH ROW
WHEN (OLD.number IS NOT NULL) EXECUTE FUNCTION invoices_refuse_frozen();

CREATE FUNCTION invoices_refuse_frozen_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM invoices_invoice
        WHERE number IS NOT NULL AND id IN (
            CASE WHEN TG_OP <> 'INSERT' THEN OLD.invoice_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.invoice_id END
        )
    ) THEN
        RAISE EXCEPTION 'frozen row: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER line_frozen BEFORE INSERT OR UPDATE OR DELETE ON invoices_invoiceline
FOR EACH ROW EXECUTE FUNCTION invoices_refuse_frozen_line();

CREATE TRIGGER event_frozen BEFORE UPDATE OR DELETE ON invoices_invoiceevent
FOR EACH ROW EXECUTE FUNCTION invoices_refuse_frozen();
"""

BACKWARD = """
DROP TRIGGER event_frozen ON invoices_invoiceevent;
DROP TRIGGER line_frozen ON invoices_invoiceline;
DROP TRIGGER invoice_never_deleted ON invoices_invoice;
DROP TRIGGER invoice_frozen_columns ON invoices_invoice;
DROP FUNCTION invoices_refuse_frozen_line();
DROP FUNCTION invoices_refuse_frozen();
"""


def forward(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FORWARD, params=None)


def backward(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACKWARD, params=None)


class Migration(migrations.Migration):
    dependencies = [("invoices", "0002_rates")]
    operations = [migrations.RunPython(forward, backward)]
