"""A plan as SQL text, and the SQL carried out: the only package that knows the database."""
