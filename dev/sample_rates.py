"""The tax rates of Japan as the arithmetic takes them, for sample documents, measurements and tests.

An installation keeps its rates in the database.
"""

from decimal import Decimal

from invoices.enums import TaxCategory
from invoices.tax.calculation import Rate

REDUCED = Rate(10, "reduced8", "課税 8%(軽減)", Decimal(8), TaxCategory.TAXABLE, True)
STANDARD = Rate(20, "standard10", "課税 10%", Decimal(10), TaxCategory.TAXABLE, False)
OLD_8 = Rate(30, "old8", "課税 8%(旧税率)", Decimal(8), TaxCategory.TAXABLE, False)
OLD_5 = Rate(31, "old5", "課税 5%(旧税率)", Decimal(5), TaxCategory.TAXABLE, False)
EXEMPT = Rate(40, "exempt", "非課税", Decimal(0), TaxCategory.EXEMPT, False)
EXPORT = Rate(50, "export", "免税", Decimal(0), TaxCategory.EXPORT, False)
OUTSIDE = Rate(60, "outside", "不課税", Decimal(0), TaxCategory.OUTSIDE, False)
ALL_RATES = (REDUCED, STANDARD, OLD_8, OLD_5, EXEMPT, EXPORT, OUTSIDE)
BY_CODE = {rate.code: rate for rate in ALL_RATES}
