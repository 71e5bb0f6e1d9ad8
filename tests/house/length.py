"""Length of source files: under 500 lines, tables of constants apart."""

LIMIT = 500  # lines; a file of this length or more should be divided along a natural wall


def is_table(path):
    """Tables of the format's constants: a folder or a file named so."""
    return "/tables/" in path or path.rsplit("/", 1)[-1].endswith(("_tables.cc", "_tables.hh", "_table.cc", "_table.hh"))


def faults_of(path, text):
    lines = text.count("\n")
    if lines < LIMIT or is_table(path):
        return []
    return [f"{path}:{lines}: {lines} lines; {LIMIT - 1} at most"]
