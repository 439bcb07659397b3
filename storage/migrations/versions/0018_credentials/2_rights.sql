-- Web says for whom a credential is to be; the signer signs it, once, and makes the sealed PDFs.

GRANT SELECT ON license_credentials, license_pdfs
  TO sealservice_web, sealservice_signer, sealservice_checker;
GRANT INSERT ON license_credentials TO sealservice_web;
GRANT UPDATE (signed_at) ON license_credentials TO sealservice_signer;
GRANT INSERT ON license_pdfs TO sealservice_signer;
