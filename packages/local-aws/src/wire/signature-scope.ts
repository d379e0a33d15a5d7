import type { WireRequest } from './wire-message.ts';

/** Who signed a request, for which Region and service, as the signature says (nothing is verified here). */
interface WireCredentials {
  readonly accessKeyId: string;
  readonly region: string;
  /** SigV4 signing name. */
  readonly service: string;
  readonly sessionToken?: string;
}

/** A signature taken apart, from the Authorization header or from a presigned query. */
export interface SignatureParts extends WireCredentials {
  readonly presigned: boolean;
  /** `20260101/eu-west-1/ec2/aws4_request`. */
  readonly scope: string;
  /** `20260101T000000Z`. */
  readonly date: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** The query of a request, decoded. */
export const queryOf = (request: WireRequest): URLSearchParams => {
  const mark = request.url.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : request.url.slice(mark + 1));
};

/** The credentials that a request names, or `undefined` when it is not signed with SigV4. */
export function credentialsOf(request: WireRequest): WireCredentials | undefined {
  const parts = signatureParts(request);
  if (parts === undefined) return undefined;
  const { accessKeyId, region, service, sessionToken } = parts;
  return { accessKeyId, region, service, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

/**
 * Reads a SigV4 signature from its header or query form; `undefined` when there is none that is complete.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 */
export function signatureParts(request: WireRequest): SignatureParts | undefined {
  const header = request.headers['authorization'];
  if (header !== undefined) {
    const fields = Object.fromEntries(
      header
        .replace(/^AWS4-HMAC-SHA256\s+/, '')
        .split(/,\s*/)
        .map((field) => field.split('=', 2)),
    );
    if (!header.startsWith('AWS4-HMAC-SHA256')) return undefined;
    return partsFrom({
      presigned: false,
      credential: fields['Credential'],
      date: request.headers['x-amz-date'],
      signedHeaders: fields['SignedHeaders'],
      signature: fields['Signature'],
      sessionToken: request.headers['x-amz-security-token'],
    });
  }
  if (!request.url.includes('X-Amz-Signature=')) return undefined;
  const query = queryOf(request);
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') return undefined;
  return partsFrom({
    presigned: true,
    credential: query.get('X-Amz-Credential') ?? undefined,
    date: query.get('X-Amz-Date') ?? undefined,
    signedHeaders: query.get('X-Amz-SignedHeaders') ?? undefined,
    signature: query.get('X-Amz-Signature') ?? undefined,
    sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
  });
}

interface RawSignature {
  readonly presigned: boolean;
  readonly credential: string | undefined;
  readonly date: string | undefined;
  readonly signedHeaders: string | undefined;
  readonly signature: string | undefined;
  readonly sessionToken: string | undefined;
}

function partsFrom(raw: RawSignature): SignatureParts | undefined {
  const { credential, date, signedHeaders, signature, sessionToken, presigned } = raw;
  if (
    credential === undefined ||
    date === undefined ||
    signedHeaders === undefined ||
    signature === undefined
  ) {
    return undefined;
  }
  const [accessKeyId, day, region, service, terminator] = credential.split('/');
  if (!accessKeyId || !day || !region || !service || terminator !== 'aws4_request') return undefined;
  return {
    accessKeyId,
    region,
    service,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    presigned,
    scope: `${day}/${region}/${service}/aws4_request`,
    date,
    signedHeaders: signedHeaders.split(';'),
    signature,
  };
}
