"""Figures beside peers and limits: `make bench` measures all, `python -m benchmarks customers_page` one of them."""
