"""What a supplier abroad tells the city of its tax: services of which the recipient pays it (消費税法62条)."""

import pytest

from invoices import rules
from invoices.models import Invoice
from invoices.rules import Level
from suppliers.models import SupplierKind
from tests.invoices.rules.scene import Scene

pytestmark = pytest.mark.django_db

REVERSE = "reverse-charge"


@pytest.fixture
def abroad(scene) -> Scene:
    return scene.company(kind=SupplierKind.FOREIGN, registration_number="")


def of_reverse_charge(scene: Scene) -> list[rules.Finding]:
    return [finding for finding in scene.findings() if finding.code == REVERSE]


def test_one_without_number_that_adds_tax_is_asked_whether_the_city_pays_it(abroad):
    (finding,) = of_reverse_charge(abroad)
    assert (finding.level, finding.field, finding.source) == (Level.WARNING, "lines", "消費税法5条①, 62条")
    assert "税区分を「不課税」にし" in str(finding.message)
    assert "備考" in str(finding.message)


def test_one_with_a_number_is_told(abroad):
    (finding,) = of_reverse_charge(abroad.company(registration_number="T7123456789012"))
    assert (finding.level, finding.field) == (Level.INFO, "lines")


def test_one_that_adds_none_is_told_to_say_who_pays_it(abroad):
    (finding,) = of_reverse_charge(abroad.only_line(rate="outside"))
    assert (finding.level, finding.field) == (Level.INFO, "remarks")
    assert "特定課税仕入れ" in str(finding.message)


@pytest.mark.parametrize(
    "said",
    [
        "この役務の消費税は、特定課税仕入れとして受け手に納税義務があります。",
        "リバースチャージ方式の対象です。",
        "日本の消費税は貴市が納税することとなります。",
        "Reverse charge: the recipient is liable for consumption tax.",
    ],
)
def test_one_that_says_so_is_told_nothing(said, abroad):
    assert of_reverse_charge(abroad.only_line(rate="outside").head(remarks=said)) == []


def test_one_that_says_so_and_adds_tax_all_the_same_is_asked(abroad):
    (finding,) = of_reverse_charge(abroad.head(remarks="リバースチャージの対象です。"))
    assert finding.level == Level.WARNING


@pytest.mark.parametrize("kind", [kind for kind in SupplierKind if kind != SupplierKind.FOREIGN])
def test_nobody_in_japan_hears_of_it(kind, scene):
    assert of_reverse_charge(scene.company(kind=kind, registration_number="")) == []


def test_what_gives_back_is_not_asked(abroad):
    assert of_reverse_charge(abroad.credit_note()) == []


def test_the_department_reads_of_it_in_its_own_words(abroad):
    (remark,) = [each for each in rules.remarks(Invoice.objects.get(pk=abroad.issued().pk)) if each.code == REVERSE]
    assert "市に納税義務があることがあります" in remark.text
    assert "ください" in remark.text
