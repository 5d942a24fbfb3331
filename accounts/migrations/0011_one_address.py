"""Everybody has one address, the one they sign in with: further ones do not sign in any more.

Beside it, since when the browsers of a person are known.
"""

from django.db import migrations, models
from django.db.models import F


def forget_others(apps, schema_editor):
    apps.get_model("account", "EmailAddress").objects.exclude(email=F("user__email")).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_travel"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]
    operations = [
        migrations.AddField(
            model_name="user",
            name="browsers_known_since",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunPython(forget_others, migrations.RunPython.noop),
    ]
