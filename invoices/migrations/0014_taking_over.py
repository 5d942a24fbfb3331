"""A claim of nothing is at its end when the accounting office has taken it over, and has no day of payment.

Those that were taken over so far have stayed accepted, on no list; they come to their end now.
"""

from django.conf import settings
from django.db import migrations, models

SAID = "請求金額が0円で会計への引継ぎも済んでいるため、支払うものはありません。"


def close(apps, schema_editor):
    invoices = apps.get_model("invoices", "Invoice").objects
    events = apps.get_model("invoices", "InvoiceEvent").objects
    of_nothing = invoices.filter(kind="invoice", status="accepted", payable=0, settled=0)
    for invoice in of_nothing.filter(taken_over_at__isnull=False).order_by("pk"):
        invoices.filter(pk=invoice.pk).update(status="paid", paid_on=None, paid_at=None)
        last = events.filter(invoice=invoice).order_by("sequence").last()
        events.create(
            invoice=invoice,
            sequence=last.sequence + 1 if last else 1,
            action="take_over",
            from_status="accepted",
            to_status="paid",
            comment=SAID,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_travel"),
        ("invoices", "0013_travel"),
        ("suppliers", "0006_invitation_label"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="invoice",
            name="paid_invoice_is_settled",
        ),
        migrations.AlterField(
            model_name="invoiceevent",
            name="action",
            field=models.CharField(
                choices=[
                    ("schedule", "発行予約"),
                    ("unschedule", "予約の取りやめ"),
                    ("refuse", "予約どおりに発行できず"),
                    ("issue", "発行"),
                    ("deliver", "到達"),
                    ("cancel", "取消"),
                    ("open", "開封"),
                    ("reroute", "回送"),
                    ("move", "課の統合による引継ぎ"),
                    ("return", "差戻し"),
                    ("request_return", "差戻依頼"),
                    ("accept", "受理"),
                    ("reopen", "受理の取りやめ"),
                    ("take_over", "会計へ引継ぎ"),
                    ("recall", "会計からの引戻し"),
                    ("pay", "支払"),
                    ("overpay", "過払いの記録"),
                    ("set_off", "充当"),
                    ("refund", "戻入"),
                    ("transfer", "修正に伴う引継ぎ"),
                    ("correct", "支払の訂正"),
                    ("dispute", "係争"),
                    ("end_dispute", "係争の終わり"),
                    ("record_paper", "紙の請求書の登録"),
                    ("correct_paper", "紙の請求書の訂正"),
                    ("withdraw_paper", "紙の請求書の登録の取消"),
                    ("reissue", "修正して再発行"),
                    ("credit_note", "返還請求書の作成"),
                ],
                max_length=20,
                verbose_name="操作",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "paid"), _negated=True),
                    models.Q(
                        models.Q(("paid_on__isnull", False), ("payable", 0), _connector="OR"),
                        ("settled", models.F("payable")),
                    ),
                    _connector="OR",
                ),
                name="paid_invoice_is_settled",
            ),
        ),
        migrations.RunPython(close, migrations.RunPython.noop),
    ]
