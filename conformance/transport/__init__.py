"""The only way out: what leaves for a server leaves here, bounded, paced and recorded."""
