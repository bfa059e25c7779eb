"""A rules engine for sales performance review and incentives: columns compute, rules conclude."""
