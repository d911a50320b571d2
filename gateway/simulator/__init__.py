"""What is the simulator? A telephone network in a box, met over HTTP only; README.md beside this file documents it."""
