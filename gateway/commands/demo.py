"""`python -m gateway demo`: the village, to try by hand, or one week of it at full speed."""

import sys

import click


@click.command()
@click.option("--headless", is_flag=True, help="Play one week in the terminal; exit 0 only if every promise held.")
@click.option("--seed", default=1, show_default=True, help="The dice of the simulated network.")
def demo(headless: bool, seed: int) -> None:
    """The whole gateway with a small village on a simulated telephone network."""
    if headless:
        from gateway.demo.week import play_week

        sys.exit(0 if play_week(seed) else 1)
    from gateway.demo.visit import receive_visitor

    receive_visitor(seed)
