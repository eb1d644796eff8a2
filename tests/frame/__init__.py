"""The checks of the architecture: each takes text, folders or models and says in sentences what is wrong."""
