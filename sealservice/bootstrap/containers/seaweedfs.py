"""Write what the storage cluster's processes read at their start, before the first one starts.

``python -m sealservice.bootstrap.containers.seaweedfs FOLDER SECRETS DATABASE_HOST``

1. Certificates and token keys are made once; all processes must share them. ``security.toml`` is
   written last: where it is, they are complete. To change them, delete it and start anew.
2. Who may do what in S3, and where the filer keeps its index (the database ``seaweedfs``), follow
   the secrets and are written at every start.
"""

import sys
from pathlib import Path
from typing import Final

from sealservice.bootstrap.embedded.home import write_private
from sealservice.bootstrap.embedded.seaweed_files import identities, security_files, toml_string
from sealservice.infra.processes import ProcessKind

_FILER: Final = """\
[postgres2]
enabled = true
createTable = \"\"\"
  CREATE TABLE IF NOT EXISTS "%s" (
    dirhash   BIGINT,
    name      VARCHAR(65535),
    directory VARCHAR(65535),
    meta      bytea,
    PRIMARY KEY (dirhash, name)
  );
\"\"\"
hostname = {host}
port = 5432
username = "seaweedfs"
password = {password}
database = "seaweedfs"
sslmode = "disable"
connection_max_idle = 10
connection_max_open = 30
connection_max_lifetime_seconds = 300
enableUpsert = true
upsertQuery = \"\"\"
  INSERT INTO "%[1]s" (dirhash, name, directory, meta) VALUES ($1, $2, $3, $4)
    ON CONFLICT (dirhash, name) DO UPDATE SET directory=EXCLUDED.directory, meta=EXCLUDED.meta
\"\"\"
"""
"""The statements are SeaweedFS's own (``weed scaffold -config=filer``)."""


def write_files(folder: Path, secret_folder: Path, database_host: str) -> None:
    """Write ``security.toml`` and its keys if missing, ``identities.json`` and ``filer.toml``."""

    def secret(name: str) -> str:
        return (secret_folder / name).read_text("utf-8").rstrip("\n")

    password = secret("database-seaweedfs")
    filer = _FILER.format(host=toml_string(database_host), password=toml_string(password))
    write_private(folder / "filer.toml", filer)
    secret_keys = {kind: secret(f"s3-{kind}") for kind in ProcessKind}
    write_private(folder / "identities.json", identities(secret_keys))
    if not (folder / "security.toml").exists():
        for name, content in security_files(folder).items():
            write_private(folder / name, content)


if __name__ == "__main__":
    write_files(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
