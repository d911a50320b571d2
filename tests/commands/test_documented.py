"""Every command and every option stands in docs/commands.md, and nothing there is made up."""

import re
from collections.abc import Iterator
from pathlib import Path

import click

from gateway.__main__ import gateway

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")


def test_every_command_is_documented() -> None:
    assert {name for name, _ in _commands()} - _documented() == set()


def test_no_documented_command_is_made_up() -> None:
    assert _documented() - {name for name, _ in _commands()} == set()


def test_every_option_is_documented() -> None:
    options = {option for _, command in _commands() for option in _options(command)}
    assert {option for option in options if f"`{option}" not in PAGE} == set()


def _commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(gateway)
    for name in gateway.list_commands(context):
        command = gateway.get_command(context, name)
        if isinstance(command, click.Group):
            yield from ((f"{name} {part}", found) for part, found in command.commands.items())
        elif command:
            yield name, command


def _options(command: click.Command) -> Iterator[str]:
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield parameter.opts[0]


def _documented() -> set[str]:
    """The words in lower case at the front of each first cell: `db upgrade`, `import sites FILE` is `import`."""
    cells = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    said = [match for cell in cells for match in re.findall(r"`([^`]+)`", cell)]
    groups = {name.split()[0] for name, _ in _commands() if " " in name}
    return {" ".join(words.split()[:2] if words.split()[0] in groups else words.split()[:1]) for words in said}
