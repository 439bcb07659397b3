"""One cluster for all tests of this folder."""

from collections.abc import Iterator

import pytest

from sealservice.infra.buckets import ensure_buckets
from sealservice.infra.processes import ProcessKind
from sealservice.limits import Limits
from tests.cluster import Cluster, running_cluster


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Run the whole cluster, with our buckets."""
    with running_cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        ensure_buckets(cluster.account(ProcessKind.ADMIN), Limits())
        yield cluster
