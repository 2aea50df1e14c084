"""Judge whether a health-record system behaves at EMR level or at certified-EHR level."""

__version__ = "0.1.0"
