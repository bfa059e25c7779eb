"""The engine through its front door: a small policy, a few rows, and what must come out."""
