GRANT SELECT ON license_faces
  TO sealservice_web, sealservice_signer, sealservice_worker, sealservice_checker;
GRANT INSERT ON license_faces TO sealservice_web;
GRANT UPDATE (face, name) ON licenses TO sealservice_web;
