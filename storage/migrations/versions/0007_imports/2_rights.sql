-- Web takes files in and may work them off (the command line does); the worker works them off and
-- registers licenses, which needs no key.

GRANT SELECT ON license_imports, import_failures
  TO sealservice_web, sealservice_worker, sealservice_checker;
GRANT INSERT ON license_imports TO sealservice_web;
GRANT UPDATE (file, done, registered, unchanged, failed, finished_at) ON license_imports
  TO sealservice_web, sealservice_worker;
GRANT INSERT ON import_failures TO sealservice_web, sealservice_worker;
GRANT INSERT ON licenses, license_faces TO sealservice_worker;
