import { createHash, createHmac } from 'node:crypto';
import { Readable } from 'node:stream';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from './catalog.ts';
import { decode } from './decode.ts';
import { requestHandler } from './request-handler.ts';
import { signatureMatches } from './signature.ts';
import { credentialsOf } from './signature-scope.ts';
import { SECRET, testClients, testGateway } from './test-gateway.ts';
import type { WireRequest } from './wire-message.ts';

const catalog = await loadCatalog(['sts', 's3']);
const HOST = 'bucket-1.s3.eu-west-1.amazonaws.com';
const SCOPE = '20260304/eu-west-1/s3/aws4_request';
const DATE = '20260304T050607Z';

/** The request that a real client sends for one call. */
async function sent(send: (aws: ReturnType<typeof testClients>) => Promise<object>): Promise<WireRequest> {
  const gateway = testGateway(catalog, () => ({ output: {} }));
  await send(testClients({ handle: gateway.handle }));
  const [request] = gateway.requests;
  if (request === undefined) throw new Error('nothing reached the gateway');
  return request;
}

const callerIdentity = () => sent((aws) => aws.sts.send(new GetCallerIdentityCommand()));
const putObject = (Body: Uint8Array | Readable) =>
  sent((aws) =>
    aws.s3.send(
      new PutObjectCommand({
        Bucket: 'bucket-1',
        Key: 'a b/é//x',
        Body,
        ContentLength: 5,
        Metadata: { a: '  two   spaces ' },
      }),
    ),
  );

describe('the signature of a request', () => {
  it('names its signer, Region and service', async () => {
    expect(credentialsOf(await callerIdentity())).toEqual({
      accessKeyId: 'ASIATESTTESTTESTTEST',
      region: 'eu-west-1',
      service: 'sts',
      sessionToken: 'a+session/token==',
    });
  });

  it('matches what a real client signed, for a form, for bytes and for a stream', async () => {
    expect(signatureMatches(await callerIdentity(), SECRET)).toBe(true);
    expect(signatureMatches(await putObject(new TextEncoder().encode('bytes')), SECRET)).toBe(true);
    const streamed = await putObject(Readable.from([Buffer.from('bytes')]));
    expect(streamed.headers['x-amz-content-sha256']).toBe('STREAMING-UNSIGNED-PAYLOAD-TRAILER');
    expect(signatureMatches(streamed, SECRET)).toBe(true);
  });

  it('does not match another secret', async () => {
    expect(signatureMatches(await callerIdentity(), `${SECRET}x`)).toBe(false);
  });

  it.each([
    ['one byte of the body', (r: WireRequest) => ({ ...r, body: Buffer.concat([r.body, Buffer.from('&')]) })],
    ['a signed header', (r: WireRequest) => ({ ...r, headers: { ...r.headers, 'x-amz-date': DATE } })],
    [
      'the session token',
      (r: WireRequest) => ({ ...r, headers: { ...r.headers, 'x-amz-security-token': 'other' } }),
    ],
    [
      'the host',
      (r: WireRequest) => ({ ...r, headers: { ...r.headers, host: 'sts.eu-west-2.amazonaws.com' } }),
    ],
    ['the path', (r: WireRequest) => ({ ...r, url: '/x' })],
    ['the query', (r: WireRequest) => ({ ...r, url: '/?Action=AssumeRole' })],
    ['the method', (r: WireRequest) => ({ ...r, method: 'PUT' })],
    [
      'the declared payload hash together with the body',
      (r: WireRequest) => ({
        ...r,
        headers: { ...r.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
        body: Buffer.from('x'),
      }),
    ],
    [
      'the Region of the scope',
      (r: WireRequest) => ({
        ...r,
        headers: {
          ...r.headers,
          authorization: (r.headers['authorization'] ?? '').replace('eu-west-1', 'us-east-1'),
        },
      }),
    ],
    [
      'the list of signed headers, leaving out the host',
      (r: WireRequest) => ({
        ...r,
        headers: { ...r.headers, authorization: (r.headers['authorization'] ?? '').replace('host;', '') },
      }),
    ],
  ])('does not match when %s changed', async (_what, change) => {
    expect(signatureMatches(change(await callerIdentity()), SECRET)).toBe(false);
  });

  it('covers the host that the signer saw when a proxy changed it', async () => {
    const request = await callerIdentity();
    const moved = { ...request, headers: { ...request.headers, host: '127.0.0.1:9' } };
    expect(signatureMatches(moved, SECRET)).toBe(false);
    expect(signatureMatches(moved, SECRET, 'sts.eu-west-1.amazonaws.com')).toBe(true);
  });

  it('is absent from a request that has none, or another scheme', () => {
    const bare = { method: 'GET', url: '/', headers: { host: HOST }, body: new Uint8Array() };
    for (const request of [
      bare,
      { ...bare, headers: { host: HOST, authorization: 'AWS4-ECDSA-P256-SHA256 Credential=a' } },
    ]) {
      expect(credentialsOf(request)).toBeUndefined();
      expect(signatureMatches(request, SECRET)).toBe(false);
    }
  });

  it('in a header that is not percent-encoding in the path never matches and never throws', async () => {
    const request = await callerIdentity();
    expect(signatureMatches({ ...request, url: '/?a=%zz' }, SECRET)).toBe(false);
  });
});

describe('a presigned request', () => {
  const presign = (secret: string): WireRequest => {
    const query = [
      'X-Amz-Algorithm=AWS4-HMAC-SHA256',
      `X-Amz-Credential=${encodeURIComponent(`AKIATEST/${SCOPE}`)}`,
      `X-Amz-Date=${DATE}`,
      'X-Amz-Expires=300',
      'X-Amz-SignedHeaders=host',
      'x-amz-checksum-sha256=abc',
      'x-id=PutObject',
    ];
    const canonical = ['PUT', '/a%20b', query.join('&'), `host:${HOST}\n`, 'host', 'UNSIGNED-PAYLOAD'].join(
      '\n',
    );
    const signature = signed(secret, ['AWS4-HMAC-SHA256', DATE, SCOPE, sha256(canonical)]);
    return {
      method: 'PUT',
      url: `/a%20b?${query.join('&')}&X-Amz-Signature=${signature}`,
      headers: { host: HOST },
      body: Buffer.from('anything'),
    };
  };

  it('is verified over its query', () => {
    expect(signatureMatches(presign(SECRET), SECRET)).toBe(true);
    expect(signatureMatches(presign('other'), SECRET)).toBe(false);
    const widened = { ...presign(SECRET), url: presign(SECRET).url.replace('Expires=300', 'Expires=999') };
    expect(signatureMatches(widened, SECRET)).toBe(false);
  });

  it('decodes with the headers that travelled as query keys', () => {
    expect(decode(catalog, presign(SECRET))).toMatchObject({
      operation: 'PutObject',
      presigned: true,
      accessKeyId: 'AKIATEST',
      input: { Bucket: 'bucket-1', Key: 'a b', ChecksumSHA256: 'abc' },
    });
  });
});

describe('a stream signed chunk by chunk', () => {
  const streamed = (tamper: (framed: string) => string): WireRequest => {
    const hash = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
    const headers = { host: HOST, 'x-amz-content-sha256': hash, 'x-amz-date': DATE };
    const names = Object.keys(headers).join(';');
    const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
    const canonical = ['PUT', '/k', '', lines.join(''), names, hash].join('\n');
    const seed = signed(SECRET, ['AWS4-HMAC-SHA256', DATE, SCOPE, sha256(canonical)]);
    let previous = seed;
    const framed = ['hello ', 'world', '']
      .map((data) => {
        previous = signed(SECRET, [
          'AWS4-HMAC-SHA256-PAYLOAD',
          DATE,
          SCOPE,
          previous,
          sha256(''),
          sha256(data),
        ]);
        return `${data.length.toString(16)};chunk-signature=${previous}\r\n${data}\r\n`;
      })
      .join('');
    const authorization = `AWS4-HMAC-SHA256 Credential=AKIATEST/${SCOPE}, SignedHeaders=${names}, Signature=${seed}`;
    return {
      method: 'PUT',
      url: '/k',
      headers: { ...headers, authorization },
      body: Buffer.from(tamper(framed)),
    };
  };

  it('matches, and arrives without its framing', () => {
    const request = streamed((framed) => framed);
    expect(signatureMatches(request, SECRET)).toBe(true);
    expect(Buffer.from(Object(decode(catalog, request).input['Body'])).toString()).toBe('hello world');
  });

  it('does not match when one byte of a chunk changed', () => {
    expect(
      signatureMatches(
        streamed((framed) => framed.replace('world', 'w0rld')),
        SECRET,
      ),
    ).toBe(false);
  });

  it('does not match when its framing is broken', () => {
    expect(
      signatureMatches(
        streamed((framed) => framed.slice(0, 40)),
        SECRET,
      ),
    ).toBe(false);
  });
});

describe('a request aborted by its client', () => {
  it('rejects with an AbortError while the organization has not answered', async () => {
    const abort = new AbortController();
    const handler = requestHandler(() => {
      abort.abort();
      return new Promise(() => undefined);
    });
    const sts = new STSClient({
      region: 'eu-west-1',
      maxAttempts: 1,
      requestHandler: handler,
      credentials: { accessKeyId: 'AKIATEST', secretAccessKey: SECRET },
    });
    const call = sts.send(new GetCallerIdentityCommand(), { abortSignal: abort.signal });
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });
});

function signed(secret: string, lines: readonly string[]): string {
  const key = SCOPE.split('/').reduce<Buffer>(
    (each, part) => createHmac('sha256', each).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  );
  return createHmac('sha256', key).update(lines.join('\n')).digest('hex');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
