"""The command as a process of its own, on what users, machines and attackers do to it."""
