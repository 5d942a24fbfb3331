"""The days before which a contract has to be made for an earlier rate to last (平成24年法律68号附則5条, 16条)."""

from datetime import date

from django.db import migrations, models

CONTRACTED_BEFORE = {"old8": date(2019, 4, 1), "old5": date(2013, 10, 1)}


def add_days(apps, schema_editor):
    tax_rate = apps.get_model("invoices", "TaxRate")
    for code, day in CONTRACTED_BEFORE.items():
        tax_rate.objects.filter(code=code, valid_to__gte=day).update(contracted_before=day)


class Migration(migrations.Migration):
    dependencies = [
        ("invoices", "0006_payments"),
    ]

    operations = [
        migrations.AddField(
            model_name="taxrate",
            name="contracted_before",
            field=models.DateField(
                blank=True,
                help_text="この日より前の契約による取引には、適用終了日の後も使えます。",
                null=True,
                verbose_name="経過措置の指定日",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("contracted_before", None),
                    models.Q(("contracted_before__lte", models.F("valid_to")), ("valid_to__isnull", False)),
                    _connector="OR",
                ),
                name="contract_before_rate_ends",
                violation_error_message="経過措置の指定日は、適用終了日のある税率に、その日と同じか前の日付で入力してください。",
            ),
        ),
        migrations.RunPython(add_days, migrations.RunPython.noop),
    ]
