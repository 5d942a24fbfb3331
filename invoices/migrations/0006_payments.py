"""Payments become rows. What was paid so far is taken over as one entry for each invoice that is called paid.

Nothing but the entries closes a claim any more: one that was called paid with less, or more, than was to be paid is
accepted again, and stands on the accounting office's list with what is left. A credit note that was called paid waits
there for its set-off. An invoice that was recalled and not accepted anew since is open again with its department.
"""

import json

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import portal.lib.frozen
import portal.lib.ids

TAKEN_OVER = "支払を1件ずつの記録に改めました。支払の額が、支払うべき額と違うため、受理に戻しました。"
NOTE_TAKEN_OVER = (
    "支払を1件ずつの記録に改めました。返還請求書は支払うものではないため、充当または戻入を記録してください。"
)
_MUCH = 2000


def fill(apps, schema_editor):
    invoices = apps.get_model("invoices", "Invoice")
    for invoice in invoices.objects.exclude(status__in=("draft", "scheduled")).iterator(_MUCH):
        columns = {"payable": payable(invoice.total, invoice.snapshot)}
        if invoice.status == "paid":
            columns |= taken_over(apps, invoice, columns["payable"])
        elif invoice.status == "accepted" and invoice.taken_over_at is None:
            columns |= recalled(apps, invoice)
        invoices.objects.filter(pk=invoice.pk).update(**columns)
    if schema_editor.connection.vendor == "postgresql":
        # What is asked at the end of a transaction is asked now: a table with open questions cannot be altered.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def payable(total, snapshot):
    """In yen: 差引お支払額 where tax is withheld, else the total. A paper invoice has no snapshot."""
    withheld = json.loads(snapshot).get("withholding") if snapshot else None
    return withheld["payable"] if withheld else total


def taken_over(apps, invoice, payable):
    """The columns of an invoice that was called paid, and its entry."""
    events = apps.get_model("invoices", "InvoiceEvent").objects.filter(invoice=invoice)
    if invoice.kind == "credit_note" or invoice.paid_amount <= 0:
        reopen(events, invoice, NOTE_TAKEN_OVER if invoice.kind == "credit_note" else TAKEN_OVER)
        return {"status": "accepted", "paid_on": None, "paid_at": None}
    paid = events.filter(action="pay").order_by("sequence").last()
    apps.get_model("invoices", "Payment").objects.create(
        invoice=invoice,
        kind="payment",
        amount=invoice.paid_amount,
        paid_on=invoice.paid_on,
        recorded_at=invoice.paid_at or invoice.updated_at,
        recorded_by_id=paid.actor_id if paid else None,
        recorded_by_name=paid.actor_name if paid else "",
        recorded_by_organisation=paid.actor_organisation if paid else "",
    )
    columns = {"settled": invoice.paid_amount}
    if invoice.paid_amount != payable:
        reopen(events, invoice, TAKEN_OVER)
        columns |= {"status": "accepted", "paid_on": None, "paid_at": None}
    return columns


def reopen(events, invoice, comment):
    last = events.order_by("sequence").last()
    events.create(
        invoice=invoice,
        sequence=last.sequence + 1 if last else 1,
        action="correct",
        from_status="paid",
        to_status="accepted",
        comment=comment,
    )


def recalled(apps, invoice):
    """The columns of an invoice that the accounting office handed back, if the department has not accepted it anew."""
    events = apps.get_model("invoices", "InvoiceEvent").objects.filter(invoice=invoice)
    last = events.filter(action__in=("accept", "recall")).order_by("sequence").last()
    if last is None or last.action != "recall":
        return {}
    return {"status": "opened", "recalled_at": last.at, "accepted_at": None}


class Migration(migrations.Migration):
    dependencies = [("invoices", "0005_document_fields")]
    operations = [
        migrations.RemoveConstraint(
            model_name="invoice",
            name="paid_invoice_has_payment",
        ),
        migrations.RemoveConstraint(
            model_name="invoice",
            name="invoice_frozen",
        ),
        migrations.AddField(
            model_name="invoice",
            name="dispute_reason",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="係争の理由"),
        ),
        migrations.AddField(
            model_name="invoice",
            name="disputed_at",
            field=models.DateTimeField(null=True, verbose_name="係争中とした日時"),
        ),
        migrations.AddField(
            model_name="invoice",
            name="payable",
            field=models.BigIntegerField(db_default=0, default=0, verbose_name="支払うべき額"),
        ),
        migrations.AddField(
            model_name="invoice",
            name="recalled_at",
            field=models.DateTimeField(null=True, verbose_name="引戻し日時"),
        ),
        migrations.AddField(
            model_name="invoice",
            name="set_off",
            field=models.BigIntegerField(db_default=0, default=0, verbose_name="充当額"),
        ),
        migrations.AddField(
            model_name="invoice",
            name="settled",
            field=models.BigIntegerField(db_default=0, default=0, verbose_name="支払・充当の額"),
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.lib.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("payment", "支払"),
                            ("set_off", "充当"),
                            ("refund", "戻入"),
                            ("counter_entry", "訂正"),
                        ],
                        max_length=20,
                        verbose_name="区分",
                    ),
                ),
                ("amount", models.BigIntegerField(verbose_name="金額")),
                ("paid_on", models.DateField(verbose_name="支払日")),
                ("reference", models.CharField(blank=True, max_length=40, verbose_name="伝票番号など")),
                ("reason", models.TextField(blank=True, verbose_name="理由")),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="記録日時"
                    ),
                ),
                ("recorded_by_name", models.CharField(blank=True, max_length=60)),
                ("recorded_by_organisation", models.CharField(blank=True, max_length=60)),
                (
                    "credit_note",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="set_offs",
                        to="invoices.invoice",
                        verbose_name="返還請求書",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="invoices.invoice",
                        verbose_name="請求書",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "takes_back",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_back_by",
                        to="invoices.payment",
                        verbose_name="訂正する記録",
                    ),
                ),
            ],
            options={
                "verbose_name": "支払の記録",
                "verbose_name_plural": "支払の記録",
            },
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
                    ("correct", "支払の訂正"),
                    ("dispute", "係争"),
                    ("end_dispute", "係争の終わり"),
                    ("record_paper", "紙の請求書の登録"),
                    ("reissue", "修正して再発行"),
                    ("credit_note", "返還請求書の作成"),
                ],
                max_length=20,
                verbose_name="操作",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name="invoice",
            name="paid_amount",
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "paid"), _negated=True),
                    models.Q(("paid_on__isnull", False), ("settled", models.F("payable"))),
                    _connector="OR",
                ),
                name="paid_invoice_is_settled",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ("accepted", "paid")), models.Q(("set_off", 0), ("settled", 0)), _connector="OR"
                ),
                name="payments_only_of_accepted",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("dispute_reason", ""), ("disputed_at", None)),
                    models.Q(("disputed_at__isnull", False), models.Q(("dispute_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="dispute_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=portal.lib.frozen.Frozen(
                name="invoice_frozen",
                opened=(
                    "status",
                    "created_by",
                    "updated_at",
                    "department",
                    "delivered_at",
                    "opened_at",
                    "opened_by",
                    "returned_at",
                    "return_reason",
                    "return_comment",
                    "cancelled_at",
                    "accepted_at",
                    "return_requested_at",
                    "taken_over_at",
                    "recalled_at",
                    "settled",
                    "set_off",
                    "paid_at",
                    "paid_on",
                    "disputed_at",
                    "dispute_reason",
                ),
                operations=("UPDATE",),
                when="{row}.number IS NOT NULL OR {row}.origin = 'paper'",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__gt", 0), ("credit_note", None), ("kind", "payment"), ("takes_back", None)),
                    models.Q(
                        ("amount__gt", 0), ("credit_note__isnull", False), ("kind", "set_off"), ("takes_back", None)
                    ),
                    models.Q(("amount__lt", 0), ("credit_note", None), ("kind", "refund"), ("takes_back", None)),
                    models.Q(
                        models.Q(("reason", ""), _negated=True),
                        models.Q(("amount", 0), _negated=True),
                        ("kind", "counter_entry"),
                        ("takes_back__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="payment_is_of_its_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=portal.lib.frozen.Frozen(name="payment_frozen", operations=("UPDATE", "DELETE"), when="TRUE"),
        ),
    ]
