from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_policies_of_cities")]
    operations = [
        migrations.RemoveField(
            model_name="historicalmunicipality",
            name="accepts_return_requests",
        ),
        migrations.RemoveField(
            model_name="historicalmunicipality",
            name="addressee",
        ),
        migrations.RemoveField(
            model_name="municipality",
            name="accepts_return_requests",
        ),
        migrations.RemoveField(
            model_name="municipality",
            name="addressee",
        ),
    ]
