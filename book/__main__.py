"""The command line: ``python -m book run``, ``outputs``, ``pdf`` and ``font``."""

import argparse
import errno
import os
import sys
from pathlib import Path

from book import ROOT
from book.run import digits
from book.run.cache import write
from book.run.progress import Progress
from book.write import outputs


def main(arguments=None):
    """Run a command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m book")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run what is stale and write .cache/outputs")
    run.add_argument("--everywhere", action="store_true", help="and for other digits")
    run.add_argument("--full", action="store_true", help="each way, and for all")
    accept = commands.add_parser("outputs", help="show what prints other than its .txt")
    accept.add_argument("--accept", action="store_true", help="write each .txt anew")
    commands.add_parser("pdf", help="build the site and print it as book.pdf")
    commands.add_parser("font", help="make the font of formulas anew")
    options = parser.parse_args(arguments)
    root = os.getcwd()
    if options.command == "pdf":
        from book.publish import pdf  # needs a browser, which the others do not

        return pdf.build(root)
    if options.command == "font":
        from book.render import font

        write(Path(root) / font.FILE, font.make())
        return 0
    report = outputs.build(root, progress=Progress())
    if options.command == "outputs" and options.accept and report.results:
        for path in outputs.accept(report.book, report.results):
            print(f"written: {os.path.relpath(path, root)}")
        report = outputs.build(root)
    if options.command == "run" and options.everywhere and not report.errors:
        ways = digits.ways(root, report.book.sources, full=options.full)
        report.errors = digits.check(ways, outputs.store(root), Progress())
    for text in report.errors + report.differences:
        print(text, file=sys.stderr)
    failed = len(report.errors) + len(report.differences)
    if failed:
        print(f"{failed} to mend", file=sys.stderr)
    elif options.command == "outputs":
        print(f"{len(report.results)} outputs, all as committed")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("stopped")
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sys.exit(f"the disk is full: {error.filename or ROOT}")
