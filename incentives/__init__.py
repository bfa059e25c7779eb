"""A rules engine for sales performance review and incentives: columns compute, rules conclude."""

__version__ = "0.2.0"
