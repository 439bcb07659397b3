"""What only the containers of ``docker/compose.yaml`` run, beside ``sealservice`` itself."""
