"""
A leader of the PostgreSQL cluster dies while programs write: nothing is lost.

The cluster of deploy/cluster, started as an operator starts it: three members with
synchronous replication behind HAProxy and PgBouncer. `make drill` kills more of it.
"""

from tests.integration.operations.cluster import Cluster, fail_over, writing_to
from tests.integration.operations.conftest import made_here


def test_what_was_acknowledged_outlives_the_leader_that_took_it() -> None:
    with made_here(Cluster) as cluster:
        cluster.start()

        found = fail_over(
            cluster, writing_to(cluster), times=1, between=4, parts=("postgres",)
        )
        complaints = cluster.complaints()

    assert found.outcome.acknowledged > 4
    assert found.lost == 0
    assert found.doubled == 0
    assert found.unlike == 0
    assert found.outcome.plain_errors == 0, (found.outcome, complaints)
    assert found.worker_listens
