"""Starts the benchmarks: python -m tests.benchmarks [GROUP ...]."""

# Imported only by the first process: the writers and listeners that it spawns import this file again.
if __name__ == "__main__":
    from tests.benchmarks.run import main

    raise SystemExit(main())
