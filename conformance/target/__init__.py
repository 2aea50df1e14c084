"""Who is asked, as whom and how: the target file, options and environment as one `Target`."""
