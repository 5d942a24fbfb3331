"""Cities that took 運賃・旅費 ahead take either: a journey (旅費) has a reason of its own now.

Their history is told in the same words, because it meant both.
"""

from django.db import migrations


def add_travel(apps, schema_editor):
    for name in ("MunicipalityPolicy", "HistoricalMunicipalityPolicy"):
        model = apps.get_model("accounts", name)
        for row in model.objects.all():
            reasons = row.prepayments
            if "fare" in reasons and "travel" not in reasons:
                after = reasons.index("fare") + 1
                model.objects.filter(pk=row.pk).update(prepayments=[*reasons[:after], "travel", *reasons[after:]])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_access_record")]
    operations = [migrations.RunPython(add_travel, migrations.RunPython.noop)]
