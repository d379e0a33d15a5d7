import { malformed } from './text-values.ts';

/** One chunk of an `aws-chunked` body, with the signature that it carries if the stream is signed. */
interface Chunk {
  readonly data: Uint8Array;
  readonly signature: string | undefined;
}

/** A body taken out of its `aws-chunked` framing. */
interface ChunkedBody {
  readonly chunks: readonly Chunk[];
  readonly data: Uint8Array;
  /** Headers sent after the body, in lower case: usually the checksum. */
  readonly trailers: Readonly<Record<string, string>>;
}

/** Whether a request's body is framed: by its encoding, or by its declared payload hash. */
export const isChunked = (headers: Readonly<Record<string, string>>): boolean =>
  headers['x-amz-content-sha256']?.startsWith('STREAMING-') === true ||
  (headers['content-encoding'] ?? '').split(',').some((coding) => coding.trim() === 'aws-chunked');

/**
 * Reads the framing `<hex size>[;chunk-signature=...]\r\n<data>\r\n ... 0\r\n<trailer lines>\r\n`:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 * Throws WireProblem `malformed` when the framing is broken.
 */
export function readChunked(body: Uint8Array): ChunkedBody {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const chunks: Chunk[] = [];
  let at = 0;
  const line = (): string => {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) throw malformed('Body', bytes.toString('latin1', at), 'a line of aws-chunked framing');
    const text = bytes.toString('latin1', at, end);
    at = end + 2;
    return text;
  };
  for (;;) {
    const header = line();
    const [, hex = '', signature] = /^([0-9a-fA-F]+)(?:;chunk-signature=([0-9a-f]+))?$/.exec(header) ?? [];
    if (hex === '') throw malformed('Body', header, 'the size of an aws-chunked chunk');
    const size = Number.parseInt(hex, 16);
    if (at + size > bytes.length) throw malformed('Body', header, `${size} more bytes in the chunk`);
    chunks.push({ data: bytes.subarray(at, at + size), signature });
    at += size;
    if (size === 0) break;
    if (line() !== '') throw malformed('Body', header, 'an empty line after the chunk');
  }
  return {
    chunks,
    data: new Uint8Array(Buffer.concat(chunks.map(({ data }) => data))),
    trailers: readTrailers(bytes, at),
  };
}

function readTrailers(bytes: Buffer, from: number): Readonly<Record<string, string>> {
  const lines = bytes
    .toString('latin1', from)
    .split('\r\n')
    .filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      if (colon < 1) throw malformed('Body', line, 'a trailer header');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}
