import { ServiceFault } from '../../core/fault.ts';
import {
  credentialsOf,
  WireFault,
  type DecodedCall,
  type WireRequest,
  type WireResponse,
} from '../../wire/index.ts';
import { readUrlHost } from './function-url.ts';
import type { UrlRequest } from './invoke-function-url.ts';

/** The operation's name in CloudTrail and in policies. */
const OPERATION = { service: 'lambda', operation: 'InvokeFunctionUrl' } as const;

/** What AWS says to those who may not, and to those who did not sign; recorded from answers of AWS in 2026. */
const FORBIDDEN =
  'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html';

/**
 * UNCONFIRMED: AWS does not say whether a function is given the signature and the token of its caller's session. They are kept from
 * it, so that no function here comes to depend on them, and out of the journal.
 */
const CREDENTIAL_HEADERS = new Set(['authorization', 'x-amz-security-token']);

/** SigV4's own messages. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html */
const MESSAGES: Readonly<Record<string, string>> = {
  SignatureDoesNotMatch:
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  InvalidClientTokenId: 'The security token included in the request is invalid.',
  ExpiredToken: 'The security token included in the request is expired',
};

const refusal = (code: string, message: string): WireFault =>
  new WireFault(OPERATION, { code, message, status: 403 });

const refusalOf = (request: WireRequest, region: string): WireFault | undefined => {
  const signer = credentialsOf(request);
  if (signer === undefined) return refusal('AccessDeniedException', FORBIDDEN);
  if (signer.service !== 'lambda')
    return refusal('InvalidSignatureException', "Credential should be scoped to correct service: 'lambda'.");
  return signer.region === region
    ? undefined
    : refusal('InvalidSignatureException', 'Credential should be scoped to a valid region.');
};

/** The same errors have other names in Lambda than in STS. https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html */
const TYPES: Readonly<Record<string, string>> = {
  SignatureDoesNotMatch: 'InvalidSignatureException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  ExpiredToken: 'ExpiredTokenException',
};

/** A request to a function's URL as the call that it is; undefined for a request to another host. */
export const readUrlCall = (
  request: WireRequest,
): { readonly call: DecodedCall; readonly refused?: WireFault } | undefined => {
  const host = request.headers['host'] ?? '';
  const named = readUrlHost(host);
  if (named === undefined) return undefined;
  const { accessKeyId = '', sessionToken } = credentialsOf(request) ?? {};
  const refused = refusalOf(request, named.region);
  const { method, url, body } = request;
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => !CREDENTIAL_HEADERS.has(name)),
  );
  const input: UrlRequest = { host, method, url, headers, body };
  const call: DecodedCall = {
    ...OPERATION,
    region: named.region,
    accessKeyId,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    presigned: false,
    input: { ...input },
  };
  return { call, ...(refused === undefined ? {} : { refused }) };
};

/** An error as a function's URL answers it: JSON, whatever a client asks for. */
export const encodeUrlFault = (error: ServiceFault | WireFault, requestId: string): WireResponse => {
  const isThrottle = /Throttling|TooManyRequests/.test(error.code);
  const isDenial = error.code === 'AccessDeniedException';
  const message = isDenial ? FORBIDDEN : (MESSAGES[error.code] ?? error.message);
  return {
    status: isThrottle ? 429 : error.status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': TYPES[error.code] ?? error.code,
    },
    body: Buffer.from(JSON.stringify({ [isDenial ? 'Message' : 'message']: message })),
  };
};
