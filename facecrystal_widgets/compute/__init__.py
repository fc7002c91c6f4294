"""Many calls, or a long one: processes, a Dask cluster, results that survive an interruption."""
