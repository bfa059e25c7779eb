"""Pay components as columns: each component's amount, through tiers, multipliers and bounds."""

from incentives.plan.pay.carried import draft_below_zero
from incentives.plan.pay.pipeline import draft_pay

__all__ = ["draft_below_zero", "draft_pay"]
