"""What the operator may write into a rate. The rows that come by migration keep to it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("invoices", "0010_work_bears_request_id")]

    operations = [
        migrations.AlterField(
            model_name="taxrate",
            name="label",
            field=models.CharField(
                error_messages={"unique": "この表示名の税率がすでにあります。別の表示名にしてください。"},
                max_length=40,
                unique=True,
                verbose_name="表示名",
            ),
        ),
        migrations.AlterConstraint(
            model_name="taxrate",
            name="only_taxable_carries_a_rate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("category", "taxable"), models.Q(("percent", 0), ("reduced", False)), _connector="OR"
                ),
                name="only_taxable_carries_a_rate",
                violation_error_message=(
                    "課税でない税区分には、税率も軽減税率も付きません。税率を0にし、軽減税率を外してください。"
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrate",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent__gte", 0), ("percent__lt", 100)),
                name="rate_below_hundred_per_cent",
                violation_error_message="税率は0以上100未満で入力してください。",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from", None),
                    ("valid_to", None),
                    ("valid_from__lte", models.F("valid_to")),
                    _connector="OR",
                ),
                name="rate_days_in_order",
                violation_error_message="適用終了日は、適用開始日と同じか後の日付にしてください。",
            ),
        ),
    ]
