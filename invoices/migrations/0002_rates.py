"""The rates and categories in force; later ones are rows that the operator adds."""

from datetime import date
from decimal import Decimal

from django.db import migrations

RATES = [
    # code, label, category, percent, reduced, from, to, position
    ("reduced8", "8%(軽減)", "taxable", "8", True, date(2019, 10, 1), None, 10),
    ("standard10", "10%", "taxable", "10", False, date(2019, 10, 1), None, 20),
    ("old8", "8%(旧)", "taxable", "8", False, date(2014, 4, 1), date(2019, 9, 30), 30),
    ("old5", "5%(旧)", "taxable", "5", False, date(1997, 4, 1), date(2014, 3, 31), 31),
    ("exempt", "非課税", "exempt", "0", False, None, None, 40),
    ("export", "免税", "export", "0", False, None, None, 50),
    ("outside", "不課税", "outside", "0", False, None, None, 60),
]


def add_rates(apps, schema_editor):
    tax_rate = apps.get_model("invoices", "TaxRate")
    for code, label, category, percent, reduced, valid_from, valid_to, position in RATES:
        tax_rate.objects.get_or_create(
            code=code,
            defaults={
                "label": label,
                "category": category,
                "percent": Decimal(percent),
                "reduced": reduced,
                "valid_from": valid_from,
                "valid_to": valid_to,
                "position": position,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("invoices", "0001_initial")]
    operations = [migrations.RunPython(add_rates, migrations.RunPython.noop)]
