"""A journey (旅費) has a reason of its own for being paid ahead; before, it stood beside 運賃."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("invoices", "0012_figures_stay"),
    ]

    operations = [
        migrations.AlterField(
            model_name="invoice",
            name="prepayment",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "前払ではない"),
                    ("rent", "賃借料・リース料"),
                    ("subscription", "定期刊行物・放送受信料・利用料"),
                    ("commission", "指定管理料・委託料"),
                    ("works", "工事などの前払金"),
                    ("attendance", "受講料・参加費"),
                    ("fare", "運賃"),
                    ("travel", "旅費"),
                    ("grant", "負担金・補助金・交付金"),
                    ("other", "その他(市の規則による)"),
                ],
                default="",
                max_length=20,
                verbose_name="前払の理由",
            ),
        ),
    ]
