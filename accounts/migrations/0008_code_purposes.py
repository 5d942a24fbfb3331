from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_seal_rules"),
    ]

    operations = [
        migrations.AlterField(
            model_name="invitecode",
            name="purpose",
            field=models.CharField(
                choices=[("supplier", "事業者の招待"), ("staff", "職員の招待")], max_length=20, verbose_name="用途"
            ),
        ),
    ]
