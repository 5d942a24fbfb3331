"""On PostgreSQL: reductions and attachments of issued invoices, and what stands on paper invoices, are frozen too."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER deduction_frozen BEFORE INSERT OR UPDATE OR DELETE ON invoices_invoicededuction
FOR EACH ROW EXECUTE FUNCTION invoices_refuse_frozen_line();

CREATE TRIGGER attachment_frozen BEFORE INSERT OR UPDATE OR DELETE ON invoices_attachment
FOR EACH ROW EXECUTE FUNCTION invoices_refuse_frozen_line();

CREATE TRIGGER invoice_frozen_rules BEFORE UPDATE ON invoices_invoice FOR EACH ROW
WHEN (OLD.number IS NOT NULL AND (
    OLD.kind, OLD.original_id, OLD.original_number, OLD.tax_unit, OLD.carry_over_billed, OLD.carry_over_received,
    OLD.withholding_base, OLD.creditor_number, OLD.billing_source_id, OLD.seal_id
) IS DISTINCT FROM (
    NEW.kind, NEW.original_id, NEW.original_number, NEW.tax_unit, NEW.carry_over_billed, NEW.carry_over_received,
    NEW.withholding_base, NEW.creditor_number, NEW.billing_source_id, NEW.seal_id
)) EXECUTE FUNCTION invoices_refuse_frozen();

CREATE TRIGGER paper_frozen_columns BEFORE UPDATE ON invoices_invoice FOR EACH ROW
WHEN (OLD.origin = 'paper' AND (
    OLD.origin, OLD.municipality_id, OLD.issuer_name, OLD.recipient_name, OLD.title, OLD.issue_date, OLD.total
) IS DISTINCT FROM (
    NEW.origin, NEW.municipality_id, NEW.issuer_name, NEW.recipient_name, NEW.title, NEW.issue_date, NEW.total
)) EXECUTE FUNCTION invoices_refuse_frozen();
"""

BACKWARD = """
DROP TRIGGER paper_frozen_columns ON invoices_invoice;
DROP TRIGGER invoice_frozen_rules ON invoices_invoice;
DROP TRIGGER attachment_frozen ON invoices_attachment;
DROP TRIGGER deduction_frozen ON invoices_invoicededuction;
"""


def forward(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FORWARD)


def backward(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACKWARD)


class Migration(migrations.Migration):
    dependencies = [("invoices", "0007_the_whole_rule_book")]
    operations = [migrations.RunPython(forward, backward)]
