#!/usr/bin/env python3
"""Checks the whole tree against the house rules; prints each broken one and exits 1."""

import pathlib
import sys

import arrows
import length

FOLDERS = ["codec", "transport", "sender", "receiver", "cloudenc", "tools", "tests"]


def sources(root):
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".cc", ".hh"} and path.is_file():
                yield path


def faults_in(root):
    found = []
    count = 0
    for path in sources(root):
        count += 1
        name = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        found += arrows.faults_of(name, text, lambda header: (root / header).is_file())
        found += length.faults_of(name, text)
    return count, found


def main():
    root = pathlib.Path(sys.argv[1])
    count, found = faults_in(root)
    print("\n".join(found))
    print(f"{count} files, {len(found)} faults")
    if count == 0:
        sys.exit(f"no source files under {root}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
