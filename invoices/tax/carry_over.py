"""Carry-over (繰越): the unpaid rest of the invoice before, which is paid together with this invoice."""

from dataclasses import dataclass

from portal.lib.yen import Yen


@dataclass(frozen=True, slots=True)
class CarryOver:
    """The unpaid rest of the invoice before. It is not taxed again.

    Attributes:
        billed: 前回請求額, yen with tax.
        received: ご入金額 since then, yen.
    """

    billed: Yen
    received: Yen

    @property
    def remaining(self) -> Yen:
        """前回ご請求残額 in yen; negative when too much was paid."""
        return self.billed - self.received

    def grand_total(self, total: Yen) -> Yen:
        """合計請求額 in yen: the rest plus `total`, the total of this invoice (今回請求額)."""
        return self.remaining + total
