// Verifies a license credential with somebody else's software: {credential, list, key} on stdin.
import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';

const { credential, list, key } = JSON.parse(readFileSync(0, 'utf8'));
const issuer = createPublicKey(key);
const verifier = (data, signature) =>
  verifySignature(
    'sha256',
    Buffer.from(data),
    { key: issuer, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
const vc = new SDJwtVcInstance({
  verifier,
  statusVerifier: verifier,
  hasher: (data, algorithm) =>
    createHash(algorithm.replace('-', '')).update(data).digest(),
  hashAlg: 'sha-256',
  statusListFetcher: async () => list,
  statusValidator: async (status) => {
    if (status !== 0) throw new Error(`status ${status}`);
  },
});
try {
  const { payload } = await vc.verify(credential);
  console.log(JSON.stringify({ payload }));
} catch (error) {
  console.log(JSON.stringify({ refused: error.message }));
}
