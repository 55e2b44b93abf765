"""Guards of the workflow: it is safe, may do what it must, and runs what it should.

Every change is tested as it is here; every night all there is runs, and publishes
nothing.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from book import ROOT

FILE = ROOT / ".github/workflows/publish.yml"
WORKFLOW = FILE.read_text(encoding="utf-8")
PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")

# Job: what it runs, and when.
RUNS = {
    "test": ("bash .ci/run", {"push", "pull_request"}),
    "full": ("make test FULL=1", {"schedule", "workflow_dispatch"}),
    "publish": (None, {"push"}),
}


def unsafe(path):
    """Return what zizmor finds unsafe in a workflow; it asks nothing of a network."""
    zizmor = Path(sys.executable).with_name("zizmor")
    strict = ["--offline", "--persona", "auditor", "--color", "never", "--quiet"]
    run = subprocess.run(
        [zizmor, *strict, path], capture_output=True, text=True, check=False
    )
    assert not run.stderr, run.stderr
    found = re.findall(r"^\w+\[([\w-]+)\]", run.stdout, re.MULTILINE)
    assert bool(found) == bool(run.returncode), run.stdout
    return found


def problems(text):
    """Return what is wrong with the text of a workflow, and zizmor does not see."""
    found = []
    for line in text.splitlines():
        if "uses:" in line and not PINNED.fullmatch(line.strip(" -")):
            found.append(f"not pinned: {line.strip(' -')}")
    workflow = yaml.safe_load(text)
    if workflow.get("permissions") != {"contents": "read"}:
        found.append("the workflow may write")
    starts = workflow[True]  # what YAML makes of `on`
    if not (starts.get("schedule") and "workflow_dispatch" in starts):
        found.append("no night runs all there is")
    for name, (command, events) in RUNS.items():
        job = workflow["jobs"][name]
        if command and command not in [step.get("run") for step in job["steps"]]:
            found.append(f"{name} does not run {command}")
        if (
            set(re.findall(r"github\.event_name == '(\w+)'", job.get("if", "")))
            != events
        ):
            found.append(f"{name} runs when it should not")
    for name, job in workflow["jobs"].items():
        allowed = {"pages", "id-token"} if name == "publish" else set()
        if not set(job.get("permissions", {})) <= allowed:
            found.append(f"{name} may write more than it must")
        if "timeout-minutes" not in job:
            found.append(f"{name} may run for hours")
        for step in job["steps"]:
            if "actions/checkout" in step.get("uses", ""):
                if step.get("with", {}).get("fetch-depth") != 0:
                    found.append(f"{name} cannot see what has changed")
    return found


def test_the_workflow_is_safe_and_runs_what_it_should():
    assert unsafe(FILE) == []
    assert problems(WORKFLOW) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("df4cb1c069e1874edd31b4311f1884172cec0e10 # v6.0.3", "v6", "unpinned-uses"),
        ("df4cb1c069e1874edd31b4311f1884172cec0e10", "df4cb1c", "unpinned-uses"),
        ("\npermissions:\n  contents: read\n", "", "excessive-permissions"),
        ("contents: read", "contents: write", "excessive-permissions"),
        ("credentials: false", "credentials: true", "artipacked"),
        ("make test FULL=1", "make ${{ github.ref_name }}", "template-injection"),
    ],
)
def test_what_is_unsafe_in_a_workflow_is_found(old, new, problem, tmp_path):
    assert old in WORKFLOW
    path = tmp_path / FILE.name
    path.write_text(WORKFLOW.replace(old, new))
    assert problem in unsafe(path)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("df4cb1c069e1874edd31b4311f1884172cec0e10 # v6.0.3", "v6", "not pinned: "),
        ("df4cb1c069e1874edd31b4311f1884172cec0e10", "df4cb1c", "not pinned: "),
        (" # v5.0.0", "", "not pinned: "),
        ("\npermissions:\n  contents: read\n", "", "the workflow may write"),
        ("contents: read", "contents: write", "the workflow may write"),
        ("pages: write", "packages: write", "publish may write more than it must"),
        (
            "  test:\n",
            "  test:\n    permissions:\n      id-token: write\n",
            "test may write more than it must",
        ),
        ("    timeout-minutes: 60\n", "", "test may run for hours"),
        ("    timeout-minutes: 350\n", "", "full may run for hours"),
        ("          fetch-depth: 0", "          #", "test cannot see what has changed"),
        ('  schedule:\n    - cron: "17 2 * * *"\n', "", "no night runs all there is"),
        ("  workflow_dispatch:\n", "", "no night runs all there is"),
        ("make test FULL=1", "make test", "full does not run make test FULL=1"),
        ("bash .ci/run", "make site", "test does not run bash .ci/run"),
        (
            "    if: github.event_name == 'push'\n",
            "",
            "publish runs when it should not",
        ),
        ("'schedule' ||", "'push' ||", "full runs when it should not"),
        (" || github.event_name == 'pull_request'", "", "test runs when it should not"),
    ],
)
def test_what_is_wrong_with_a_workflow_is_found(old, new, problem):
    assert old in WORKFLOW
    found = problems(WORKFLOW.replace(old, new))
    assert any(line.startswith(problem) for line in found)
