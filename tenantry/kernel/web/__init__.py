"""Page decorator, the door, answers to errors, tables, forms, components, base templates."""
