import { describe, expect, it } from 'vitest';
import { loadCatalog } from './catalog.ts';
import { decode } from './decode.ts';
import { encodeFault } from './encode-fault.ts';
import { requiredMembers } from './http-route.ts';
import { REQUEST_ID } from './test-gateway.ts';
import { WireFault, type WireRequest } from './wire-message.ts';

const catalog = await loadCatalog();

/** A request as other SDKs and the CLI make it: only the scope of its signature matters here. */
function request(
  service: string,
  parts: Partial<Omit<WireRequest, 'body'>> & { readonly body?: string },
): WireRequest {
  const scope = `AKIATEST/20260304/eu-west-1/${service}/aws4_request`;
  return {
    method: parts.method ?? 'POST',
    url: parts.url ?? '/',
    headers: {
      host: `${service}.eu-west-1.amazonaws.com`,
      'x-amz-date': '20260304T050607Z',
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=00`,
      ...parts.headers,
    },
    body: Buffer.from(parts.body ?? ''),
  };
}

const json = (service: string, target: string, body: string): WireRequest =>
  request(service, { headers: { 'x-amz-target': target }, body });

function faultOf(wire: WireRequest): WireFault {
  try {
    decode(catalog, wire);
  } catch (error) {
    if (error instanceof WireFault) return error;
    throw error;
  }
  throw new Error('the request was accepted');
}

describe('a request that cannot be read', () => {
  const copy = 'Action=CopySnapshot&SourceRegion=eu-west-1&SourceSnapshotId=snap-1';
  it.each([
    {
      because: 'it is not signed',
      wire: { ...request('ec2', {}), headers: {} },
      code: 'MissingAuthenticationToken',
      names: 'SigV4',
    },
    {
      because: 'its service is unknown',
      wire: request('quantum', {}),
      code: 'NotImplemented',
      names: 'quantum',
    },
    {
      because: 'its EC2 operation is unknown',
      wire: request('ec2', { body: 'Action=Fly' }),
      code: 'NotImplemented',
      names: 'ec2:Fly',
    },
    {
      because: 'no service of its name has the API version',
      wire: request('elasticloadbalancing', { body: 'Action=DescribeLoadBalancers&Version=2009-05-15' }),
      code: 'NotImplemented',
      names: 'elasticloadbalancing',
    },
    { because: 'it has no action', wire: request('iam', {}), code: 'NotImplemented', names: 'iam' },
    {
      because: 'its JSON operation is unknown',
      wire: json('kms', 'TrentService.Fly', '{}'),
      code: 'NotImplemented',
      names: 'kms:Fly',
    },
    {
      because: 'its target is another service',
      wire: json('kms', 'DynamoDB_20120810.Query', '{}'),
      code: 'NotImplemented',
      names: 'DynamoDB_20120810.Query',
    },
    {
      because: 'its path is unknown',
      wire: request('lambda', { url: '/nowhere' }),
      code: 'NotImplemented',
      names: 'lambda:POST /nowhere',
    },
    {
      because: 'its S3 sub-resource is unknown',
      wire: request('s3', { method: 'GET', url: '/b/k?hologram' }),
      code: 'NotImplemented',
      names: 'GetObject with ?hologram',
    },
    {
      because: 'an EC2 parameter is unknown',
      wire: request('ec2', { body: `${copy}&Foo.1=x` }),
      code: 'UnknownParameter',
      names: 'Foo',
    },
    {
      because: 'a nested EC2 parameter is unknown',
      wire: request('ec2', { body: `${copy}&TagSpecification.1.Tag.1.Kee=x` }),
      code: 'UnknownParameter',
      names: 'TagSpecification.1.Tag.1.Kee',
    },
    {
      because: 'an EC2 list is not numbered',
      wire: request('ec2', { body: 'Action=DescribeInstances&InstanceId=i-1' }),
      code: 'InvalidParameterValue',
      names: 'InstanceId',
    },
    {
      because: 'an EC2 flag is neither true nor false',
      wire: request('ec2', { body: `${copy}&Encrypted=yes` }),
      code: 'InvalidParameterValue',
      names: 'Encrypted',
    },
    {
      because: 'an IAM parameter is unknown',
      wire: request('iam', { body: 'Action=GetRole&RoleName=r&Foo=x' }),
      code: 'ValidationError',
      names: 'Foo',
    },
    {
      because: 'a nested member is missing',
      wire: json('kms', 'TrentService.CreateGrant', '{"KeyId":"k","GranteePrincipal":"p"}'),
      code: 'ValidationException',
      names: 'Operations',
    },
    {
      because: 'a deep member is missing',
      wire: json(
        'kms',
        'TrentService.TagResource',
        '{"KeyId":"k","Tags":[{"TagKey":"a","TagValue":"b"},{"TagKey":"a"}]}',
      ),
      code: 'ValidationException',
      names: 'Tags.2.TagValue',
    },
    {
      because: 'SQS misses a parameter',
      wire: json('sqs', 'AmazonSQS.SendMessage', '{"QueueUrl":"q"}'),
      code: 'MissingParameter',
      names: 'MessageBody',
    },
    {
      because: 'its body is not JSON',
      wire: json('kms', 'TrentService.DescribeKey', '{'),
      code: 'SerializationException',
      names: 'JSON',
    },
    {
      because: 'a JSON member has the wrong type',
      wire: json('kms', 'TrentService.DescribeKey', '{"KeyId":5}'),
      code: 'SerializationException',
      names: 'KeyId',
    },
    {
      because: 'a JSON member is unknown',
      wire: json('states', 'AWSStepFunctions.DescribeExecution', '{"executionArn":"e","x":1}'),
      code: 'SerializationException',
      names: 'x',
    },
    {
      because: 'a blob is not base64',
      wire: json('kms', 'TrentService.Decrypt', '{"CiphertextBlob":"%%%"}'),
      code: 'SerializationException',
      names: 'CiphertextBlob',
    },
    {
      because: 'its XML is broken',
      wire: request('s3', { method: 'PUT', url: '/b/k?tagging', body: '<Tagging><TagSet>' }),
      code: 'InvalidArgument',
      names: 'XML',
    },
    {
      because: 'its path is not percent-encoded',
      wire: request('s3', { method: 'GET', url: '/b/%zz' }),
      code: 'InvalidArgument',
      names: 'percent-encoding',
    },
    {
      because: 'its chunked body is cut short',
      wire: request('s3', {
        method: 'PUT',
        url: '/b/k',
        headers: { 'content-encoding': 'aws-chunked' },
        body: '5\r\nhel',
      }),
      code: 'InvalidArgument',
      names: 'chunk',
    },
    {
      because: 'its chunked body has another length than declared',
      wire: request('s3', {
        method: 'PUT',
        url: '/b/k',
        headers: { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '9' },
        body: '5\r\nhello\r\n0\r\n\r\n',
      }),
      code: 'InvalidArgument',
      names: 'x-amz-decoded-content-length',
    },
  ])('is refused with $code when $because', ({ wire, code, names }) => {
    const fault = faultOf(wire);
    expect(fault.code).toBe(code);
    expect(fault.message).toContain(names);
    expect(fault.status).toBe(
      code === 'NotImplemented' ? 501 : code === 'MissingAuthenticationToken' ? 403 : 400,
    );
    expect(encodeFault(catalog, fault, fault, REQUEST_ID).status).toBe(fault.status);
  });
});

describe('a request of another SDK or the CLI', () => {
  it.each([
    {
      because: 'the form may be in any order, with a list of more than nine',
      wire: request('ec2', {
        body: `InstanceId.10=j&${Array.from({ length: 9 }, (_, i) => `InstanceId.${i + 1}=${i}`).join('&')}&Version=2016-11-15&Action=DescribeInstances`,
      }),
      operation: 'DescribeInstances',
      input: { InstanceIds: ['0', '1', '2', '3', '4', '5', '6', '7', '8', 'j'] },
    },
    {
      because: 'a query call may be a GET',
      wire: request('sts', { method: 'GET', url: '/?Action=GetCallerIdentity&Version=2011-06-15' }),
      operation: 'GetCallerIdentity',
      input: {},
    },
    {
      because: 'a space may be a plus',
      wire: request('iam', { body: 'Action=GetRole&RoleName=a+b%2Bc' }),
      operation: 'GetRole',
      input: { RoleName: 'a b+c' },
    },
    {
      because: 'JSON null is as good as absent',
      wire: json('kms', 'TrentService.DescribeKey', '{"KeyId":"k","GrantTokens":null}'),
      operation: 'DescribeKey',
      input: { KeyId: 'k' },
    },
    {
      because: 'a REST path may end with a slash',
      wire: request('lambda', { method: 'GET', url: '/2015-03-31/functions/?MaxItems=5' }),
      operation: 'ListFunctions',
      input: { MaxItems: 5 },
    },
    {
      because: 'a bucket is in the path',
      wire: request('s3', {
        method: 'GET',
        url: '/b/a%20b/c?retention&versionId=v',
        headers: { host: '127.0.0.1:9' },
      }),
      operation: 'GetObjectRetention',
      input: { Bucket: 'b', Key: 'a b/c', VersionId: 'v' },
    },
    {
      because: 'a bucket is in the host',
      wire: request('s3', { method: 'GET', url: '/?list-type=2', headers: { host: 'b.c.localhost:9' } }),
      operation: 'ListObjectsV2',
      input: { Bucket: 'b.c' },
    },
    {
      because: 'a copy is told from a put by its header',
      wire: request('s3', { method: 'PUT', url: '/b/k', headers: { 'x-amz-copy-source': 'b/j' } }),
      operation: 'CopyObject',
      input: { Bucket: 'b', Key: 'k', CopySource: 'b/j' },
    },
    {
      because: 'a member named __proto__ is only a name',
      wire: json(
        'kms',
        'TrentService.Decrypt',
        '{"CiphertextBlob":"","EncryptionContext":{"__proto__":"x"}}',
      ),
      operation: 'Decrypt',
      input: { CiphertextBlob: new Uint8Array(), EncryptionContext: JSON.parse('{"__proto__":"x"}') },
    },
  ])('is read as $operation: $because', ({ wire, operation, input }) => {
    const call = decode(catalog, wire);
    expect(call.operation).toBe(operation);
    const { ContentLength: _, ...read } = call.input;
    expect(read).toEqual(input);
  });

  /** Operations that live on another endpoint and share their path with one that does not. */
  const ELSEWHERE = new Set(['ListDirectoryBuckets', 'WriteGetObjectResponse']);

  it.each(['s3', 'lambda', 'guardduty'])(
    'finds every operation of %s without the hint that only one SDK sends',
    (service) => {
      const operations = [...(catalog.get(service)?.operations.values() ?? [])];
      expect(operations.length).toBeGreaterThan(50);
      for (const { name, input, route } of operations) {
        if (route === undefined || ELSEWHERE.has(name)) continue;
        const required = requiredMembers(input).map((member) => member.getMergedTraits());
        const query = [
          ...route.fixedQuery,
          ...required.flatMap(({ httpQuery }) =>
            httpQuery === undefined ? [] : [[httpQuery, '1'] as const],
          ),
        ];
        const path = route.pattern.source
          .replace(/^\^|\$$/g, '')
          .replaceAll(/\(\[\^\/\]\+\)|\(\.\+\)/g, 'x')
          .replaceAll('\\', '');
        const headers = Object.fromEntries(route.requiredHeaders.map((header) => [header, 'x']));
        const url = `${route.onBucket ? '/b' : ''}${path}?${query.map(([key, value]) => `${key}=${value}`).join('&')}`;
        const wire = request(service, {
          method: route.method,
          url,
          headers: { host: 'gateway.example', ...headers },
        });
        // What is read may still lack a required body; which operation was meant is known then, too.
        expect(nameOf(wire)).toBe(name);
      }
    },
  );

  function nameOf(wire: WireRequest): string {
    try {
      return decode(catalog, wire).operation;
    } catch (error) {
      if (error instanceof WireFault) return error.operation;
      throw error;
    }
  }
});

describe('the catalog', () => {
  it('loads only what is asked for, and refuses a service that it does not know', async () => {
    expect([...(await loadCatalog(['kms'])).keys()]).toEqual(['kms']);
    await expect(loadCatalog(['quantum'])).rejects.toThrow(/quantum/);
  });

  it('reads protocols from the clients themselves', () => {
    const spoken = Object.fromEntries([...catalog.values()].map((model) => [model.service, model.protocol]));
    expect(spoken).toMatchObject({
      ec2: 'ec2Query',
      iam: 'awsQuery',
      kms: 'awsJson',
      lambda: 'restJson',
      s3: 'restXml',
    });
    expect(catalog.get('states')).toMatchObject({ jsonVersion: '1.0', target: 'AWSStepFunctions' });
  });
});
