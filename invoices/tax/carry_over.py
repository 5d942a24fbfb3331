"""繰越: what remains open of the invoice before, and what is to be paid together with it."""

from dataclasses import dataclass

from portal.lib.yen import Yen


@dataclass(frozen=True, slots=True)
class CarryOver:
    """The block that carries an open balance over to a new invoice. It bears no tax: that was charged before.

    Attributes:
        billed: 前回請求額, yen including tax.
        received: ご入金額 since then.
    """

    billed: Yen
    received: Yen

    @property
    def remaining(self) -> Yen:
        """前回ご請求残額; negative after an overpayment."""
        return self.billed - self.received

    def grand_total(self, total: Yen) -> Yen:
        """合計請求額: what remains plus the total of this invoice (今回請求額)."""
        return self.remaining + total
