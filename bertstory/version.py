"""Which release this is; package.json says the same, a test compares."""

__version__ = "0.1.0"
