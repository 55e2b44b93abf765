"""Show which snippet runs, n of N, with seconds."""

import shutil
import sys
import time


class Progress:
    """A live line on a terminal, a plain line a snippet elsewhere."""

    def start(self, total):
        """Begin with ``total`` snippets to run."""
        self.total, self.count, self.began = total, 0, time.monotonic()
        self.live = sys.stdout.isatty()
        self.width = 0
        if not self.live:
            print(f"running {total} snippets", flush=True)

    def running(self, names):
        """Say which snippets run now."""
        if self.live and names:
            seconds = time.monotonic() - self.began
            last = min(self.count + len(names), self.total)
            self._line(f"[{last}/{self.total}] {seconds:5.1f} s  {', '.join(names)}")

    def done(self, name, seconds):
        """Say that a snippet has ended."""
        self.count += 1
        if not self.live:
            print(
                f"[{self.count}/{self.total}] {seconds:5.1f} s  {name}",
                flush=True,
            )

    def stop(self):
        """Say how long all of it took."""
        seconds = time.monotonic() - self.began
        text = f"ran {self.count} of {self.total} snippets in {seconds:.1f} s"
        if self.live:
            self._line(text)
            text = ""
        print(text, flush=True)

    def _line(self, text):
        text = text[: shutil.get_terminal_size().columns - 1]  # a wrapped line stays
        print(f"\r{text:<{self.width}}", end="", flush=True)
        self.width = len(text)


class Silence:
    """In the place of a Progress: it says nothing."""

    def __getattr__(self, _):
        """Return a function that does nothing, whatever it is asked for."""
        return lambda *_: None
