import { GetFunctionUrlConfigCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { loadConfig } from '@smithy/core/config';
import { HttpRequest } from '@smithy/core/protocols';
import {
  OPERATOR_FUNCTION_NAME,
  operatorReply,
  type OperatorReply,
  type OperatorRequest,
} from '@cordon/incident';
import { partitionOf } from '@cordon/incident/partition';
import type { AwsCredentialIdentity, Provider } from '@smithy/types';
import * as z from 'zod';

/** What carries a request out, as every client of the SDK has it. */
interface Transport {
  readonly handle: (request: HttpRequest) => Promise<{
    readonly response: { readonly statusCode: number; readonly body?: unknown };
  }>;
}

/** How the operator function's URL is reached. */
export interface OperatorRoute {
  readonly url: URL;
  readonly region: string;
  /** The SDK's default chain when absent. */
  readonly credentials?: AwsCredentialIdentity | Provider<AwsCredentialIdentity>;
  /** In place of the SDK's own transport. */
  readonly transport?: Transport;
  /** Where the request is sent in place of the URL's host, which it is still signed for: a local organization. */
  readonly endpoint?: URL;
}

/** The answer of the function, or of AWS before it. */
export type Answered =
  | { readonly status: 'answered'; readonly reply: OperatorReply }
  /** AWS itself refused, or the function failed. */
  | { readonly status: 'not-answered'; readonly code: number; readonly body: string };

const textOf = async (body: unknown): Promise<string> => {
  const parts: Uint8Array[] = [];
  // Each transport of the SDK for Node gives a stream of bytes.
  for await (const part of body as AsyncIterable<Uint8Array>) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
};

/** What came back from a function's URL: the status of HTTP and the text. */
export interface UrlAnswer {
  readonly code: number;
  readonly body: string;
}

/**
 * Sends a request to a function's URL: a POST that is signed as the caller's own, for service `lambda`.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
export const askUrl = async (request: object, route: OperatorRoute): Promise<UrlAnswer> => {
  const { url, region, credentials, transport, endpoint } = route;
  // The SDK's own signer, whatever it uses.
  const { config } = new LambdaClient({ region, ...(credentials === undefined ? {} : { credentials }) });
  const signer = await config.signer({
    name: 'sigv4',
    signingName: 'lambda',
    signingRegion: region,
    properties: {},
  });
  const unsigned = new HttpRequest({
    protocol: 'https:',
    method: 'POST',
    hostname: url.hostname,
    path: '/',
    headers: { host: url.hostname, 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  const signed = HttpRequest.clone(new HttpRequest(await signer.sign(unsigned)));
  if (endpoint !== undefined) {
    signed.protocol = endpoint.protocol;
    signed.hostname = endpoint.hostname;
    if (endpoint.port !== '') signed.port = Number(endpoint.port);
  }
  const { response } = await (transport ?? config.requestHandler).handle(signed);
  return { code: response.statusCode, body: await textOf(response.body) };
};

/** Asks the operator function through its URL. */
export const askOperator = async (request: OperatorRequest, route: OperatorRoute): Promise<Answered> => {
  const { code, body } = await askUrl(request, route);
  return read(code, body);
};

/** The endpoint that the environment names, as the SDK's clients obey it; undefined for AWS's own. */
export const endpointOfEnvironment = async (): Promise<URL | undefined> => {
  const named = await loadConfig<string>({
    environmentVariableSelector: (variables) =>
      variables['AWS_ENDPOINT_URL_LAMBDA'] ?? variables['AWS_ENDPOINT_URL'],
    configFileSelector: () => undefined,
    default: '',
  })();
  return named === '' ? undefined : new URL(named);
};

/** Asks Lambda, with the caller's own credentials, where a function's URL is: the operator's, if no name is given. Rejects with the SDK's error. */
export const findOperatorUrl = async (at: {
  readonly account: string;
  readonly region: string;
  readonly name?: string;
}): Promise<URL> => {
  const { account, region, name = OPERATOR_FUNCTION_NAME } = at;
  const { FunctionUrl } = await new LambdaClient({ region }).send(
    new GetFunctionUrlConfigCommand({
      FunctionName: `arn:${partitionOf(region)}:lambda:${region}:${account}:function:${name}`,
    }),
  );
  if (FunctionUrl === undefined) throw new Error(`Lambda names no URL of ${name}`);
  return new URL(FunctionUrl);
};

const envelope = z.object({ schemaVersion: z.literal(1) });

const read = (code: number, body: string): Answered => {
  try {
    const document: unknown = JSON.parse(body);
    envelope.parse(document);
    return { status: 'answered', reply: operatorReply.parse(document) };
  } catch {
    return { status: 'not-answered', code, body: body.slice(0, 1_000) };
  }
};
