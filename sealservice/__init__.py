"""E-seals and signatures keyed to the electronic business license."""
