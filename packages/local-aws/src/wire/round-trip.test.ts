import { describe, expect, it } from 'vitest';
import { loadCatalog } from './catalog.ts';
import { SSM_AND_BLOCK_ROUND_TRIPS } from './round-trip-ssm.cases.ts';
import { JSON_ROUND_TRIPS } from './round-trip-json.cases.ts';
import { QUERY_ROUND_TRIPS } from './round-trip-query.cases.ts';
import { S3_ROUND_TRIPS } from './round-trip-s3.cases.ts';
import { signatureMatches } from './signature.ts';
import { REQUEST_ID, SECRET, testClients, testGateway } from './test-gateway.ts';

const catalog = await loadCatalog();

describe('a call of a real SDK client', () => {
  it.each([...QUERY_ROUND_TRIPS, ...JSON_ROUND_TRIPS, ...SSM_AND_BLOCK_ROUND_TRIPS, ...S3_ROUND_TRIPS])(
    '$name arrives as it was sent, and its answer comes back as it was given',
    async ({ name, arrives, output, returns, send }) => {
      const gateway = testGateway(catalog, () => ({ output }));
      const result = await send(testClients({ handle: gateway.handle }));
      const [call] = gateway.calls;
      const [request] = gateway.requests;
      if (call === undefined || request === undefined) throw new Error('nothing reached the gateway');

      expect(`${call.service}:${call.operation}`).toBe(name);
      expect(call.input).toEqual(arrives);

      const { $metadata, ...members } = { $metadata: {}, ...result };
      expect(members).toEqual(returns);
      expect($metadata).toMatchObject({ requestId: REQUEST_ID });

      expect(call).toMatchObject({
        accessKeyId: 'ASIATESTTESTTESTTEST',
        sessionToken: 'a+session/token==',
        presigned: false,
      });
      expect(call.region).toBe(['iam', 'organizations'].includes(call.service) ? 'us-east-1' : 'eu-west-1');
      expect(signatureMatches(request, SECRET)).toBe(true);
    },
  );
});
