"""A private PostgreSQL and a private S3 server, started and stopped by us, in a home folder."""
