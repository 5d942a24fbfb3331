"""What was settled of a claim counts for its correction, once the city has accepted that one.

Corrections that were accepted so far take the place of those that they correct, and what was paid and set off on them
is transferred now: what was paid on both is 過払い of the correction, and stands on the accounting office's list.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

import portal.lib.frozen
from portal.lib.calendar import today_jst

SETTLED = ("accepted", "paid")


def fill(apps, schema_editor):
    invoices = apps.get_model("invoices", "Invoice").objects
    # A correction is younger than what it corrects, so the last of several stays.
    for correction in invoices.filter(replaces__isnull=False, status__in=SETTLED).order_by("pk"):
        before = correction.replaces_id
        while before is not None:
            invoices.filter(pk=before).update(superseded_by=correction.pk)
            before = invoices.values_list("replaces", flat=True).get(pk=before)
    for old in invoices.filter(superseded_by__isnull=False).exclude(settled=0).order_by("pk"):
        transfer(apps, old, invoices.get(pk=old.superseded_by_id))
    if schema_editor.connection.vendor == "postgresql":
        # What is asked at the end of a transaction is asked now: a table with open questions cannot be altered.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def transfer(apps, old, correction):
    amount, set_off = old.settled, old.set_off
    apps.get_model("invoices", "Payment").objects.create(
        invoice=correction,
        kind="transfer",
        amount=amount,
        set_off=set_off,
        paid_on=today_jst(),
        recorded_at=timezone.now(),
        transferred_from=old,
    )
    about = {"corrected": old.number, "correction": correction.number, "back": False}
    for invoice, partner, sign in ((correction, old, 1), (old, correction, -1)):
        change(apps, invoice, sign * amount, sign * set_off, about | {"partner": partner.number})


def change(apps, invoice, amount, set_off, about):
    """The columns and the event of one of the two."""
    settled = invoice.settled + amount
    left = invoice.payable - settled
    columns = {"status": "accepted", "paid_on": None, "paid_at": None}
    if not left:
        columns = {"status": "paid", "paid_on": today_jst(), "paid_at": timezone.now()}
    columns |= {"settled": settled, "set_off": invoice.set_off + set_off}
    apps.get_model("invoices", "Invoice").objects.filter(pk=invoice.pk).update(**columns)
    events = apps.get_model("invoices", "InvoiceEvent").objects.filter(invoice=invoice)
    last = events.order_by("sequence").last()
    events.create(
        invoice=invoice,
        sequence=last.sequence + 1 if last else 1,
        action="transfer",
        from_status=invoice.status,
        to_status=columns["status"],
        data={
            "paid_on": today_jst().isoformat(),
            "amount": amount,
            "balance": 0 if invoice.superseded_by_id else left,
            **about,
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_seal_rules"),
        ("invoices", "0009_payment_labels"),
        ("suppliers", "0005_issuer_kinds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="invoice",
            name="invoice_frozen",
        ),
        migrations.RemoveConstraint(
            model_name="invoice",
            name="paper_frozen",
        ),
        migrations.RemoveConstraint(
            model_name="payment",
            name="payment_is_of_its_kind",
        ),
        migrations.AddField(
            model_name="invoice",
            name="superseded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="supersedes",
                to="invoices.invoice",
                verbose_name="受理された修正後の請求書",
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="set_off",
            field=models.BigIntegerField(db_default=0, default=0, verbose_name="引き継いだ充当額"),
        ),
        migrations.AddField(
            model_name="payment",
            name="transferred_from",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="transfers",
                to="invoices.invoice",
                verbose_name="引継ぎ元の請求書",
            ),
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
                    ("transfer", "支払済額の引継ぎ"),
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
        migrations.AlterField(
            model_name="payment",
            name="kind",
            field=models.CharField(
                choices=[
                    ("payment", "支払"),
                    ("set_off", "充当"),
                    ("refund", "戻入"),
                    ("transfer", "修正後への引継ぎ"),
                    ("counter_entry", "訂正"),
                ],
                max_length=20,
                verbose_name="区分",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
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
                    "superseded_by",
                    "disputed_at",
                    "dispute_reason",
                ),
                operations=("UPDATE",),
                when="{row}.number IS NOT NULL OR {row}.origin = 'paper' AND {row}.status <> 'opened'",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=portal.lib.frozen.Frozen(
                name="paper_frozen",
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
                    "superseded_by",
                    "disputed_at",
                    "dispute_reason",
                    "issuer_name",
                    "title",
                    "issue_date",
                    "net",
                    "total",
                    "payable",
                ),
                operations=("UPDATE",),
                when="{row}.origin = 'paper'",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("amount__gt", 0),
                        ("credit_note", None),
                        ("kind", "payment"),
                        ("set_off", 0),
                        ("takes_back", None),
                        ("transferred_from", None),
                    ),
                    models.Q(
                        ("amount__gt", 0),
                        ("credit_note__isnull", False),
                        ("kind", "set_off"),
                        ("set_off", 0),
                        ("takes_back", None),
                        ("transferred_from", None),
                    ),
                    models.Q(
                        ("amount__lt", 0),
                        ("credit_note", None),
                        ("kind", "refund"),
                        ("set_off", 0),
                        ("takes_back", None),
                        ("transferred_from", None),
                    ),
                    models.Q(
                        models.Q(("amount", 0), _negated=True),
                        ("credit_note", None),
                        ("kind", "transfer"),
                        ("takes_back", None),
                        ("transferred_from__isnull", False),
                    ),
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
    ]
