import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { isChunked, readChunked } from './aws-chunked.ts';
import { signatureParts, type SignatureParts } from './signature-scope.ts';
import { WireProblem, type WireRequest } from './wire-message.ts';

/**
 * Whether a request's SigV4 signature (header or presigned query) was made with this secret over exactly this request.
 * Dates are not checked: the organization's clock is virtual. `host` replaces the request's own host header when a proxy
 * changed it. The body counts unless the signer declared it unsigned; signed chunk streams are checked chunk by chunk.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signatureMatches(request: WireRequest, secretAccessKey: string, host?: string): boolean {
  const parts = signatureParts(request);
  if (parts === undefined || !parts.signedHeaders.includes('host')) return false;
  const headers = host === undefined ? request.headers : { ...request.headers, host };
  try {
    const payload = payloadHash(request, parts);
    if (payload === undefined) return false;
    const canonical = canonicalRequest({ ...request, headers }, parts, payload);
    const key = signingKey(secretAccessKey, parts.scope);
    const toSign = `AWS4-HMAC-SHA256\n${parts.date}\n${parts.scope}\n${sha256(canonical)}`;
    if (!sameText(hmac(key, toSign).toString('hex'), parts.signature)) return false;
    return payload.startsWith('STREAMING-AWS4-HMAC-SHA256') ? chunksMatch(request, parts, key) : true;
  } catch (error) {
    // A path or query that is not valid percent-encoding, or a broken chunk, was signed by nobody.
    if (error instanceof URIError || error instanceof WireProblem) return false;
    throw error;
  }
}

/** The payload line of the canonical request, or `undefined` when the declared hash is not the body's. */
function payloadHash(request: WireRequest, parts: SignatureParts): string | undefined {
  const inQuery = parts.presigned ? /[?&]X-Amz-Content-Sha256=([^&]*)/.exec(request.url)?.[1] : undefined;
  const declared = inQuery ?? request.headers['x-amz-content-sha256'];
  if (declared === undefined) {
    return parts.presigned && parts.service === 's3' ? 'UNSIGNED-PAYLOAD' : sha256(request.body);
  }
  if (declared === 'UNSIGNED-PAYLOAD' || declared.startsWith('STREAMING-')) return declared;
  return sameText(declared, sha256(request.body)) ? declared : undefined;
}

function canonicalRequest(request: WireRequest, parts: SignatureParts, payload: string): string {
  const [path = '/', ...search] = request.url.split('?');
  const headers = parts.signedHeaders.map(
    (name) => `${name}:${(request.headers[name] ?? '').trim().replace(/\s+/g, ' ')}\n`,
  );
  return [
    request.method,
    // S3 signs the path as it is sent; every other service signs it normalized and encoded once more.
    parts.service === 's3' ? path : encodeTwice(path),
    canonicalQuery(search.join('?')),
    headers.join(''),
    parts.signedHeaders.join(';'),
    payload,
  ].join('\n');
}

function encodeTwice(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') segments.pop();
    else segments.push(segment);
  }
  const tail = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return encodeComponent(`/${segments.join('/')}${tail}`).replaceAll('%2F', '/');
}

function canonicalQuery(search: string): string {
  return search
    .split('&')
    .filter((pair) => pair !== '' && !pair.startsWith('X-Amz-Signature='))
    .map((pair): [string, string] => {
      const [key = '', ...value] = pair.split('=');
      return [encodeComponent(decodeURIComponent(key)), encodeComponent(decodeURIComponent(value.join('=')))];
    })
    .sort(([keyA, valueA], [keyB, valueB]) => compare(keyA, keyB) || compare(valueA, valueB))
    .map(([key, value]) => `${key}=${value}`)
    .join('&');
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html, and its trailer form. */
function chunksMatch(request: WireRequest, parts: SignatureParts, key: Buffer): boolean {
  if (!isChunked(request.headers)) return false;
  const { chunks, trailers } = readChunked(request.body);
  let previous = parts.signature;
  for (const { data, signature } of chunks) {
    const toSign = [
      'AWS4-HMAC-SHA256-PAYLOAD',
      parts.date,
      parts.scope,
      previous,
      sha256(''),
      sha256(data),
    ].join('\n');
    const expected = hmac(key, toSign).toString('hex');
    if (signature === undefined || !sameText(signature, expected)) return false;
    previous = expected;
  }
  if (request.headers['x-amz-content-sha256'] !== 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER') return true;
  const { 'x-amz-trailer-signature': signature, ...signed } = trailers;
  const lines = Object.entries(signed).map(([name, value]) => `${name}:${value}\n`);
  const toSign = ['AWS4-HMAC-SHA256-TRAILER', parts.date, parts.scope, previous, sha256(lines.join(''))].join(
    '\n',
  );
  return signature !== undefined && sameText(signature, hmac(key, toSign).toString('hex'));
}

const signingKey = (secret: string, scope: string): Buffer =>
  scope.split('/').reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secret}`));

/** RFC 3986 encoding: encodeURIComponent leaves five characters that SigV4 encodes. */
const encodeComponent = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const sameText = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
