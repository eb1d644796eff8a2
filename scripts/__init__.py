"""What developers run: checks, catalogues, scaffolding, pictures. Started as `python -m scripts.<name>`."""
