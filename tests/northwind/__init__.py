"""The Northwind sample under `rulesets/northwind.yaml`, with data that stands beside the repository."""
