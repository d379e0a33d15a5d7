import type { WireResponse } from '../../wire/index.ts';
import type { Invoked } from './function-pool.ts';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

const headersFrom = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(isObject(value) ? value : {}).map(([name, text]) => [name.toLowerCase(), String(text)]),
  );

/** What a client sees of a function that failed: nothing of its error. https://docs.aws.amazon.com/lambda/latest/dg/urls-monitoring.html */
const FAILED: WireResponse = {
  status: 502,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'InternalServerErrorException' },
  body: Buffer.from('Internal Server Error'),
};

/**
 * The HTTP answer that a function's result is: as the result says when it has a `statusCode`, else 200 with the result as JSON.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
 */
export const urlResponse = ({ payload, error }: Invoked): WireResponse => {
  if (error !== undefined) return FAILED;
  const result: unknown = JSON.parse(payload);
  if (!isObject(result) || result['statusCode'] === undefined) {
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(textOf(result)),
    };
  }
  const { statusCode, body, isBase64Encoded, cookies } = result;
  if (cookies !== undefined)
    throw new Error('the local organization does not implement cookies in the answer of a function URL');
  const status = Number(statusCode);
  // AWS answers what no HTTP answer can be as it answers a failure.
  if (!Number.isInteger(status) || status < 100 || status > 599) return FAILED;
  return {
    status,
    headers: {
      'content-type': 'application/json',
      ...headersFrom(result['headers']),
    },
    body:
      body === undefined || body === null
        ? new Uint8Array()
        : Buffer.from(textOf(body), isBase64Encoded === true ? 'base64' : 'utf8'),
  };
};
