import { request as httpRequest } from 'node:http';
import { GetFunctionUrlConfigCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { HttpRequest } from '@smithy/core/protocols';
import { describe, expect, it } from 'vitest';
import type { Credentials } from '../../core/operation.ts';
import type { Organization } from '../../organization.ts';
import {
  lambdaFunction,
  MEMBER,
  organizationWith,
  REGION,
  role,
  SECURITY,
  START,
} from '../../organization-testing.ts';
import { addRole } from '../iam/build.ts';
import { attachControlPolicy } from '../organizations/control-policies.ts';
import type { InProcessHandler } from './in-process-runtime.ts';

const USER = `arn:aws:iam::${SECURITY}:user/ada`;
const BOTH = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'];

/** The two statements that a caller needs. https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html */
const permissions = (Principal: string, actions = BOTH) =>
  Object.fromEntries(
    actions.map((Action, index) => [
      `Permission${index}`,
      {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          Action,
          FunctionName: { Ref: 'Approve' },
          Principal,
          ...(Action === 'lambda:InvokeFunctionUrl'
            ? { FunctionUrlAuthType: 'AWS_IAM' }
            : { InvokedViaFunctionUrl: true }),
        },
      },
    ]),
  );

const setUp = async (more: object = {}, handler: InProcessHandler = (event) => Promise.resolve(event)) => {
  const organization = await organizationWith({ approve: handler });
  const Resources = {
    Role: role('lambda.amazonaws.com', 'approve'),
    Approve: lambdaFunction('approve', 'Role'),
    Url: {
      Type: 'AWS::Lambda::Url',
      Properties: { AuthType: 'AWS_IAM', TargetFunctionArn: { 'Fn::GetAtt': ['Approve', 'Arn'] } },
    },
    ...more,
  };
  const Outputs = { Url: { Value: { 'Fn::GetAtt': ['Url', 'FunctionUrl'] } } };
  const stack = organization.deploy(
    { Resources, Outputs },
    { account: SECURITY, region: REGION, stackName: 's' },
  );
  return { organization, url: new URL(String(stack.outputs['Url'])) };
};

const userKeys = (organization: Organization): Credentials =>
  organization.host.issueCredentials(
    {
      account: SECURITY,
      principal: { kind: 'user', account: SECURITY, arn: USER, userId: 'AIDAADAADAADAADAADAAD' },
      accessKeyId: '',
      context: {},
      sessionPolicies: [],
      transitiveTags: {},
    },
    3600,
  );

/** A role that may call URLs, and a session of it. */
const sessionKeys = (organization: Organization, account: string, actions = BOTH): Credentials => {
  const allow = { Effect: 'Allow', Action: actions, Resource: '*' };
  const trust = {
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
  };
  const { arn } = addRole(
    organization.world,
    {
      account,
      name: 'approver',
      trust: { Version: '2012-10-17', Statement: [trust] },
      inline: { urls: { Version: '2012-10-17', Statement: [allow] } },
    },
    { ids: organization.ids, now: organization.timeline.now() },
  );
  return organization.host.issueCredentials(organization.host.callerForRole(arn, 'ada@example.com'), 3600);
};

/** A request as AWS's own signer signs it. */
const signed = async (url: URL, keys: Credentials, more: Partial<HttpRequest> = {}, service = 'lambda') => {
  const client = new LambdaClient({ region: REGION, credentials: keys });
  const signer = await client.config.signer({
    schemeId: 'aws.auth#sigv4',
    name: 'sigv4',
    signingName: service,
    signingRegion: REGION,
    properties: {},
  } as never);
  const unsigned = new HttpRequest({
    method: 'POST',
    hostname: url.hostname,
    path: url.pathname,
    headers: { host: url.hostname, 'content-type': 'application/json' },
    body: '{"decision":"approve"}',
    ...more,
  });
  return HttpRequest.clone((await signer.sign(unsigned)) as HttpRequest);
};

const send = (organization: Organization, request: HttpRequest) =>
  organization.during(async () => {
    const { response } = await organization.requestHandler.handle(request as never);
    const parts: Uint8Array[] = [];
    for await (const part of response.body as AsyncIterable<Uint8Array>) parts.push(part);
    const text = Buffer.concat(parts).toString('utf8');
    return { status: response.statusCode, headers: response.headers, text };
  });

const FORBIDDEN = {
  Message:
    'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html',
};

describe('a function URL', () => {
  it('tells the function which user called, in payload format 2.0', async () => {
    const { organization, url } = await setUp(permissions(USER));
    const keys = userKeys(organization);
    const request = await signed(url, keys, {
      path: '/incidents/inc-1',
      query: { a: ['1', '2'], b: 'x y' },
    });
    const { status, text } = await send(organization, request);
    expect(status).toBe(200);
    const event = JSON.parse(text) as Record<string, unknown>;
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/incidents/inc-1',
      rawQueryString: 'a=1&a=2&b=x%20y',
      queryStringParameters: { a: '1,2', b: 'x y' },
      headers: { host: url.hostname, 'content-type': 'application/json', 'x-forwarded-proto': 'https' },
      body: '{"decision":"approve"}',
      isBase64Encoded: false,
      requestContext: {
        accountId: SECURITY,
        apiId: url.hostname.split('.')[0],
        authorizer: {
          iam: {
            accessKey: keys.accessKeyId,
            accountId: SECURITY,
            callerId: 'AIDAADAADAADAADAADAAD',
            cognitoIdentity: null,
            principalOrgId: null,
            userArn: USER,
            userId: 'AIDAADAADAADAADAADAAD',
          },
        },
        domainName: url.hostname,
        http: { method: 'POST', path: '/incidents/inc-1', protocol: 'HTTP/1.1' },
        time: '01/Jan/2026:00:00:00 +0000',
        timeEpoch: Date.parse(START),
      },
    });
    expect(text).not.toContain(keys.sessionToken);
    expect(JSON.stringify(organization.journal.calls)).not.toContain(keys.sessionToken);
  });

  it('tells the name of an assumed role’s session', async () => {
    const { organization, url } = await setUp();
    const keys = sessionKeys(organization, SECURITY);
    const { status, text } = await send(organization, await signed(url, keys));
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({
      requestContext: {
        authorizer: {
          iam: {
            accountId: SECURITY,
            userArn: `arn:aws:sts::${SECURITY}:assumed-role/approver/ada@example.com`,
            userId: expect.stringMatching(/^AROA.*:ada@example\.com$/),
          },
        },
      },
    });
  });

  it.each([
    ['body', (request: HttpRequest) => Object.assign(request, { body: '{"decision":"refuse"}' })],
    ['path', (request: HttpRequest) => Object.assign(request, { path: '/other' })],
  ])('refuses a request whose %s was changed after it was signed', async (_what, tamper) => {
    const { organization, url } = await setUp(permissions(USER));
    const request = tamper(await signed(url, userKeys(organization)));
    const { status, headers, text } = await send(organization, request);
    expect([status, headers['x-amzn-errortype']]).toEqual([403, 'InvalidSignatureException']);
    expect(text).toContain('The request signature we calculated does not match');
    expect(organization.journal.calls).toMatchObject([
      { operation: 'InvokeFunctionUrl', outcome: { code: 'SignatureDoesNotMatch' } },
    ]);
  });

  it('refuses a request that is not signed, or is for another service', async () => {
    const { organization, url } = await setUp(permissions(USER));
    const request = await signed(url, userKeys(organization));
    const { authorization: _, ...headers } = request.headers;
    const unsigned = await send(organization, Object.assign(HttpRequest.clone(request), { headers }));
    expect([unsigned.status, JSON.parse(unsigned.text)]).toEqual([403, FORBIDDEN]);
    const other = await send(organization, await signed(url, userKeys(organization), {}, 'execute-api'));
    expect([other.status, JSON.parse(other.text)]).toEqual([
      403,
      { message: "Credential should be scoped to correct service: 'lambda'." },
    ]);
  });

  it('refuses keys that nobody has, and keys whose time is over', async () => {
    const { organization, url } = await setUp(permissions(USER));
    const keys = userKeys(organization);
    const unknown = await send(organization, await signed(url, { ...keys, accessKeyId: 'AKIANOBODY' }));
    expect([unknown.status, unknown.headers['x-amzn-errortype'], JSON.parse(unknown.text)]).toEqual([
      403,
      'UnrecognizedClientException',
      { message: 'The security token included in the request is invalid.' },
    ]);
    await organization.timeline.pass(3_600_000);
    const late = await send(organization, await signed(url, keys));
    expect([late.status, late.headers['x-amzn-errortype']]).toEqual([403, 'ExpiredTokenException']);
  });

  it.each([
    ['both', BOTH, 200],
    ['only lambda:InvokeFunctionUrl', BOTH.slice(0, 1), 403],
    ['only lambda:InvokeFunction', BOTH.slice(1), 403],
  ])('of a caller who has %s answers as since October 2025', async (_what, actions, wanted) => {
    const { organization, url } = await setUp(permissions(USER, actions));
    expect(await send(organization, await signed(url, userKeys(organization)))).toMatchObject({
      status: wanted,
    });
  });

  it('does not open the function to a direct invocation', async () => {
    const { organization } = await setUp(permissions(USER));
    const caller = {
      account: SECURITY,
      principal: { kind: 'user', account: SECURITY, arn: USER, userId: 'AIDA' },
    };
    const resource = `arn:aws:lambda:${REGION}:${SECURITY}:function:approve`;
    const decision = organization.host.decideFor(
      { ...caller, accessKeyId: '', context: {}, sessionPolicies: [], transitiveTags: {} } as never,
      REGION,
      { action: 'lambda:InvokeFunction', resource, account: SECURITY },
    );
    expect(decision.verdict).toBe('deny');
  });

  it.each([
    ['with both policies', permissions(MEMBER), BOTH, 200],
    ['without a policy on the function', {}, BOTH, 403],
    ['without a policy on the caller', permissions(MEMBER), ['s3:ListBucket'], 403],
  ])('answers a caller of another account %s', async (_what, more, actions, wanted) => {
    const { organization, url } = await setUp(more);
    const { status } = await send(
      organization,
      await signed(url, sessionKeys(organization, MEMBER, actions)),
    );
    expect(status).toBe(wanted);
  });

  it.each([
    ['service control', { kind: 'SCP', id: MEMBER, more: {} }],
    ['resource control', { kind: 'RCP', id: SECURITY, more: { Principal: '*' } }],
  ] as const)('is bound by %s policies', async (_what, { kind, id, more }) => {
    const { organization, url } = await setUp(permissions(MEMBER));
    const keys = sessionKeys(organization, MEMBER);
    const Statement = [{ Effect: 'Deny', Action: 'lambda:InvokeFunctionUrl', Resource: '*', ...more }];
    attachControlPolicy(organization.world, {
      kind,
      name: 'no-urls',
      target: { kind: 'account', id },
      document: { Version: '2012-10-17', Statement },
    });
    // RCPs do not reach Lambda. https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    const wanted = kind === 'SCP' ? 403 : 200;
    expect((await send(organization, await signed(url, keys))).status).toBe(wanted);
  });

  it.each([
    [{ statusCode: 201, headers: { 'X-Made': 'yes' }, body: 'made' }, 201, 'made'],
    [{ statusCode: 200, body: Buffer.from('made').toString('base64'), isBase64Encoded: true }, 200, 'made'],
    [{ message: 'hello' }, 200, '{"message":"hello"}'],
    ['hello', 200, 'hello'],
    [{ statusCode: 99, body: 'made' }, 502, 'Internal Server Error'],
  ])('answers %j as HTTP', async (result, status, text) => {
    const { organization, url } = await setUp(permissions(USER), () => Promise.resolve(result));
    expect(await send(organization, await signed(url, userKeys(organization)))).toMatchObject({
      status,
      text,
    });
  });

  it('tells nothing of the error of a function that fails', async () => {
    const { organization, url } = await setUp(permissions(USER), () => Promise.reject(new Error('secret')));
    expect(await send(organization, await signed(url, userKeys(organization)))).toMatchObject({
      status: 502,
      text: 'Internal Server Error',
    });
  });

  it('gives a body that is no text in base64', async () => {
    const { organization, url } = await setUp(permissions(USER));
    const headers = { host: url.hostname, 'content-type': 'application/octet-stream' };
    const { text } = await send(
      organization,
      await signed(url, userKeys(organization), { headers, body: 'hi' }),
    );
    expect(JSON.parse(text)).toMatchObject({ body: 'aGk=', isBase64Encoded: true });
  });

  it('answers one that nobody has as one that the caller may not call', async () => {
    const { organization, url } = await setUp(permissions(USER));
    const other = new URL(`https://abcdef.lambda-url.${REGION}.on.aws/`);
    expect(url.hostname).not.toBe(other.hostname);
    expect(await send(organization, await signed(other, userKeys(organization)))).toMatchObject({
      status: 403,
    });
  });

  it('is served on loopback to a client that sends its host', async () => {
    const { organization, url } = await setUp(permissions(USER));
    const { port } = await organization.serve();
    const { method, path, headers, body } = await signed(url, userKeys(organization));
    const status = await organization.during(
      () =>
        new Promise<number | undefined>((resolve, reject) => {
          const sent = httpRequest({ host: '127.0.0.1', port, method, path, headers }, (response) => {
            response.resume();
            response.on('end', () => resolve(response.statusCode));
          });
          sent.on('error', reject);
          sent.end(body);
        }),
    );
    await organization.close();
    expect(status).toBe(200);
  });
});

describe('GetFunctionUrlConfig', () => {
  const configOf = async (more: object) => {
    const { organization, url } = await setUp(more);
    const client = new LambdaClient({
      region: REGION,
      credentials: organization.credentialsFor(SECURITY, 'administrator'),
      requestHandler: organization.requestHandler,
      maxAttempts: 1,
    });
    const command = new GetFunctionUrlConfigCommand({ FunctionName: 'approve' });
    return { url, output: await organization.during(() => client.send(command)) };
  };

  it('gives the URL', async () => {
    const { url, output } = await configOf({});
    expect(output).toMatchObject({
      FunctionUrl: url.href,
      FunctionArn: `arn:aws:lambda:${REGION}:${SECURITY}:function:approve`,
      AuthType: 'AWS_IAM',
      InvokeMode: 'BUFFERED',
      CreationTime: '2026-01-01T00:00:00.000Z',
    });
  });
});
