import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call } from '../../core/operation.ts';
import type { WireRequest, WireResponse } from '../../wire/index.ts';
import { callerIdentity } from '../sts/caller-identity.ts';
import { functionBehind, readUrlHost, urlKeys } from './function-url.ts';
import { urlResponse } from './function-url-response.ts';

/** A request to a function's URL; `host` as the client sent it. */
export interface UrlRequest extends WireRequest {
  readonly host: string;
}

/** Both ways, 6 MB. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LIMIT_BYTES = 6_291_456;
/** Everything here comes over loopback; what AWS gives is the client's public address. */
const SOURCE_IP = '127.0.0.1';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** UNCONFIRMED: AWS says that a body of a binary type is base64-encoded, and lists no types; these are taken for text. */
const TEXT = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|javascript)\b)/;

/** Such as `12/Mar/2020:19:03:58 +0000`. */
const clfTime = (now: number): string => {
  const [date = '', time = ''] = new Date(now).toISOString().split('T');
  const [year, month, day] = date.split('-');
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`;
};

/** What AWS adds to the client's headers. */
const FORWARDED = {
  'x-forwarded-for': SOURCE_IP,
  'x-forwarded-port': '443',
  'x-forwarded-proto': 'https',
};

const queryValues = (search: string): Readonly<Record<string, string>> | undefined => {
  const values = new Map<string, string>();
  for (const [key, value] of new URLSearchParams(search))
    values.set(key, values.has(key) ? `${values.get(key)},${value}` : value);
  return values.size === 0 ? undefined : Object.fromEntries(values);
};

const bodyOf = ({
  headers,
  body,
}: UrlRequest): { readonly body?: string; readonly isBase64Encoded: boolean } => {
  if (body.length === 0) return { isBase64Encoded: false };
  const isText = TEXT.test((headers['content-type'] ?? '').toLowerCase());
  return {
    body: Buffer.from(body).toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText,
  };
};

const contextOf = (request: UrlRequest, path: string, call: Call): object => {
  const { caller, world } = call;
  const { arn, userId } = callerIdentity(caller);
  const fn = functionBehind(world, request.host);
  const { id = '' } = readUrlHost(request.host) ?? {};
  return {
    accountId: fn?.account,
    apiId: id,
    authentication: null,
    authorizer: {
      iam: {
        accessKey: caller.accessKeyId,
        accountId: caller.account,
        callerId: userId,
        cognitoIdentity: null,
        // As in AWS's example; a policy that wants the organization has aws:PrincipalOrgID.
        principalOrgId: null,
        userArn: arn,
        userId,
      },
    },
    domainName: fn?.url?.host,
    domainPrefix: id,
    http: {
      method: request.method,
      path,
      protocol: 'HTTP/1.1',
      sourceIp: SOURCE_IP,
      userAgent: request.headers['user-agent'] ?? '',
    },
    requestId: call.requestId,
    routeKey: '$default',
    stage: '$default',
    time: clfTime(call.now),
    timeEpoch: call.now,
  };
};

/** Payload format version 2.0. https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload */
const eventOf = (request: UrlRequest, call: Call): object => {
  const [rawPath = '/', ...search] = request.url.split('?');
  const rawQueryString = search.join('?');
  const cookies = (request.headers['cookie'] ?? '').split(/;\s*/).filter((cookie) => cookie !== '');
  const query = queryValues(rawQueryString);
  return {
    version: '2.0',
    routeKey: '$default',
    // UNCONFIRMED: AWS does not say whether it decodes the path; it is given as sent.
    rawPath,
    rawQueryString,
    ...(cookies.length === 0 ? {} : { cookies }),
    headers: { ...request.headers, ...FORWARDED },
    ...(query === undefined ? {} : { queryStringParameters: query }),
    requestContext: contextOf(request, rawPath, call),
    ...bodyOf(request),
  };
};

/**
 * A request to a function's URL, which is no operation of the API: it is signed for `lambda` and sent to the URL's own host.
 * Both permissions are needed since October 2025: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
export const invokeFunctionUrl = operation<UrlRequest, WireResponse>({
  // https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html : function URLs have no PrivateLink.
  publicOnly: true,
  checks: (request, call) => {
    const fn = functionBehind(call.world, request.host);
    if (fn === undefined) return [];
    const on = { resource: fn.arn, account: fn.account };
    return [
      { action: 'lambda:InvokeFunctionUrl', ...on, context: urlKeys(fn.arn) },
      { action: 'lambda:InvokeFunction', ...on, context: { 'lambda:InvokedViaFunctionUrl': 'true' } },
    ];
  },
  run: async (request, call) => {
    const fn = functionBehind(call.world, request.host);
    // UNCONFIRMED: what AWS answers for an id that nobody has; it is taken not to tell it from one that one may not invoke.
    if (fn === undefined) throw new ServiceFault('AccessDeniedException', 'no such URL', { status: 403 });
    const payload = JSON.stringify(eventOf(request, call));
    if (Buffer.byteLength(payload) > LIMIT_BYTES)
      throw new ServiceFault('RequestEntityTooLargeException', 'Request Entity Too Large', { status: 413 });
    return urlResponse(await call.host.invokeFunction(fn.arn, payload));
  },
});
