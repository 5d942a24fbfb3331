"""A credit note is called so in the column `kind` too. What was frozen keeps its text: `schema` reads the old word.

On PostgreSQL the trigger that keeps the kind of issued invoices is away meanwhile: a column that it names cannot
become wider.
"""

from django.db import migrations, models

TRIGGER = """
CREATE TRIGGER invoice_frozen_rules BEFORE UPDATE ON invoices_invoice FOR EACH ROW
WHEN (OLD.number IS NOT NULL AND (
    OLD.kind, OLD.original_id, OLD.original_number, OLD.tax_unit, OLD.carry_over_billed, OLD.carry_over_received,
    OLD.withholding_base, OLD.creditor_number, OLD.billing_source_id, OLD.seal_id
) IS DISTINCT FROM (
    NEW.kind, NEW.original_id, NEW.original_number, NEW.tax_unit, NEW.carry_over_billed, NEW.carry_over_received,
    NEW.withholding_base, NEW.creditor_number, NEW.billing_source_id, NEW.seal_id
)) EXECUTE FUNCTION invoices_refuse_frozen()
"""


def drop_trigger(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER invoice_frozen_rules ON invoices_invoice")


def create_trigger(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(TRIGGER)


def to_credit_note(apps, schema_editor):
    apps.get_model("invoices", "Invoice").objects.filter(kind="return").update(kind="credit_note")


def to_return(apps, schema_editor):
    apps.get_model("invoices", "Invoice").objects.filter(kind="credit_note").update(kind="return")


class Migration(migrations.Migration):
    dependencies = [("invoices", "0011_rates_within_bounds")]

    operations = [
        migrations.RunPython(drop_trigger, create_trigger),
        migrations.AlterField(
            model_name="invoice",
            name="kind",
            field=models.CharField(
                choices=[("invoice", "請求書"), ("credit_note", "返還請求書")],
                default="invoice",
                max_length=20,
                verbose_name="書類の種類",
            ),
        ),
        migrations.RunPython(to_credit_note, to_return),
        migrations.RunPython(create_trigger, drop_trigger),
    ]
