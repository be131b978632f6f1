"""`python -m amem_reports` does what `amem` does."""

from amem_reports.cli import main

if __name__ == "__main__":
    main(prog_name="amem")
