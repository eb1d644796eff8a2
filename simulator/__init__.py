"""A Microsoft cloud on one machine: invented data, real wire. Imports nothing of the product."""
