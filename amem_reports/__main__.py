"""Where the program begins: `amem`, or `python -m amem_reports`."""

import atexit
import gc

# A command makes many objects and lets go of few: Python would look for cycles among them often, and find none.
gc.set_threshold(100_000)
# Before it ends, Python looks through all objects for cycles, only for the system to take everything back: a tenth of a short command.
atexit.register(gc.freeze)


def main() -> None:
    """The command line, of which the imports are the greater part of those objects."""
    from amem_reports.cli import main as command

    command(prog_name="amem")


if __name__ == "__main__":
    main()
