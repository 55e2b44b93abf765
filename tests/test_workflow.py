"""Guards of the workflow: actions are pinned, and nothing has rights to spare."""

import re

import pytest
import yaml

from book.runner import ROOT

WORKFLOW = ROOT / ".github/workflows/publish.yml"
GRANTED = {"check": {}, "deploy": {"pages": "write", "id-token": "write"}}


def problems(text):
    """Return what is wrong with a workflow (text)."""
    found = [
        f"not pinned to a commit: {action}"
        for action in re.findall(r"uses: *(\S+)", text)
        if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action)
    ]
    workflow = yaml.safe_load(text)
    if workflow.get("permissions") != {"contents": "read"}:
        found.append("the workflow may do more than read")
    for name, job in workflow["jobs"].items():
        if job.get("permissions", {}) != GRANTED.get(name, {}):
            found.append(f"the job {name} has other rights than it needs")
        if "timeout-minutes" not in job:
            found.append(f"the job {name} may run for ever")
    return found


def test_the_workflow_is_sound():
    assert problems(WORKFLOW.read_text()) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8", "checkout@v5"),
        ("  contents: read", "  contents: write"),
        ("      pages: write\n", "      contents: write\n"),
        ("    timeout-minutes: 60\n", ""),
    ],
)
def test_an_unsound_workflow_is_found(old, new):
    text = WORKFLOW.read_text()
    assert old in text
    assert len(problems(text.replace(old, new))) == 1
