"""A city may refuse Word and Excel, and stored addresses lose the characters that nobody can type again."""

from django.db import migrations, models

from portal.lib.mail_addresses import normalise_mail_address

ALLOWS_OFFICE_FILES = {
    "name": "allows_office_files",
    "field": models.BooleanField(
        default=True,
        help_text="受けないときは、PDFなどにして添付するように求めます。マクロの入ったものは、いつも受けません。",
        verbose_name="WordとExcelの添付を受ける",
    ),
}


def mend_addresses(apps, schema_editor):
    """Sign-in mends what is typed, so it would never find an address that was stored with invisible characters.

    An address that another person has already stays as it is.
    """
    users, addresses = apps.get_model("accounts", "User"), apps.get_model("account", "EmailAddress")
    for user in users.objects.all().only("email").iterator():
        mended = normalise_mail_address(user.email)
        if mended == user.email:
            continue
        taken = users.objects.filter(email=mended).exists() or addresses.objects.filter(email=mended).exists()
        if not taken:
            addresses.objects.filter(user_id=user.pk, email=user.email).update(email=mended)
            users.objects.filter(pk=user.pk).update(email=mended)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_prepayments"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [
        migrations.AddField(model_name="historicalmunicipalitypolicy", **ALLOWS_OFFICE_FILES),
        migrations.AddField(model_name="municipalitypolicy", **ALLOWS_OFFICE_FILES),
        migrations.RunPython(mend_addresses, migrations.RunPython.noop, elidable=True),
    ]
