"""`python -m gateway`: which commands are there, and how do they fail?"""

import sys
from importlib import import_module
from typing import NoReturn

import click

from gateway.opening import NotReady
from gateway.settings import SettingsProblem
from gateway.store.database import DatabaseAway

# name: module:command. Each is loaded only when it is asked for: `reply` needs no database, `serve` no flow.
COMMANDS = {
    "serve": "gateway.commands.serve:serve",
    "demo": "gateway.commands.demo:demo",
    "check-config": "gateway.commands.config:check_config",
    "db": "gateway.commands.db:db",
    "import": "gateway.commands.people:import_people",
    "ask": "gateway.commands.ask:ask",
    "reply": "gateway.commands.reply:reply",
    "score": "gateway.commands.score:score",
    "flows": "gateway.commands.flows:flows",
    "cases": "gateway.commands.cases:cases",
    "console": "gateway.commands.console:console",
    "advice": "gateway.commands.advice:advice",
    "rota": "gateway.commands.rota:rota",
    "forecast": "gateway.commands.forecast:forecast",
    "report": "gateway.commands.report:report",
    "export": "gateway.commands.export:export",
    "audit": "gateway.commands.audit:audit",
    "erase": "gateway.commands.keeping:erase",
    "retention": "gateway.commands.keeping:retention",
}


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Commands)
def gateway() -> None:
    """Weekly symptom questions by SMS or voice, scores, and cases that never end in silence."""


def main() -> None:
    """Exit 0: fine; 1: problems found; 2: wrong usage."""
    if strange := [word for word in sys.argv[1:] if not _is_text(word)]:
        click.echo(f"{strange[0]!a} is not UTF-8: write it in this terminal's own letters", err=True)
        sys.exit(2)
    try:
        gateway(prog_name="python -m gateway")
    except SettingsProblem as problem:
        for sentence in problem.sentences:
            click.echo(sentence, err=True)
        sys.exit(1)
    except DatabaseAway as away:
        _stop(f"The database of DATABASE_URL cannot be reached ({away}).")
    except NotReady as why:
        _stop(str(why))
    except OSError as wrong:
        if wrong.filename is None:
            raise
        _stop(f"{wrong.filename}: {wrong.strerror}")


def _is_text(word: str) -> bool:
    """Bytes that are no UTF-8 come in as signs that no database and no terminal takes."""
    return not any("\ud800" <= sign <= "\udfff" for sign in word)


def _stop(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
