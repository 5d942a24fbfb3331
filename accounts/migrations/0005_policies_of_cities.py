"""What cities had set so far becomes the first entry of their policies and of the policies' history."""

from django.db import migrations
from django.utils import timezone


def copy(apps, schema_editor):
    policies = apps.get_model("accounts", "MunicipalityPolicy").objects
    history = apps.get_model("accounts", "HistoricalMunicipalityPolicy")
    for city in apps.get_model("accounts", "Municipality").objects.all():
        policy, created = policies.get_or_create(
            municipality=city,
            defaults={"addressee": city.addressee, "accepts_return_requests": city.accepts_return_requests},
        )
        if created:
            values = {name: value for name, value in vars(policy).items() if not name.startswith("_")}
            history.objects.create(**values, history_date=timezone.now(), history_type="+")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_policy")]
    operations = [migrations.RunPython(copy, migrations.RunPython.noop)]
