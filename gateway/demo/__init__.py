"""The demo: a village on a simulated telephone network, to try by hand or to watch for a week."""
