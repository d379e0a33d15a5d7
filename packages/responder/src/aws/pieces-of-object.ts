import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** Which object, and how long it is by the list. */
interface Wanted {
  readonly Bucket: string;
  readonly Key: string;
  readonly ExpectedBucketOwner: string;
  readonly sizeBytes: number;
}

/** How often a body may break off without having brought anything. The request itself is repeated by the SDK. */
const MOST_FRUITLESS = 4;
/** How long a body may bring nothing. */
const SILENT_MS = 60_000;

type Body = AsyncIterable<Uint8Array> & { readonly destroy?: (why: Error) => void };

/**
 * The bytes of an object, piece by piece as they arrive. Where the body breaks off or falls silent it is asked for again from there on, of the
 * very same version: the range is S3's (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html), the version is told by its ETag.
 *
 * @throws Error as S3 gives it; when the body breaks off five times in a row without bringing anything; and when the object is another
 *   or has another length than was listed
 */
export async function* piecesOfObject(
  s3: Pick<S3Client, 'send'>,
  { sizeBytes, ...at }: Wanted,
): AsyncGenerator<Uint8Array> {
  let from = 0;
  let version: string | undefined;
  let fruitless = 0;
  for (;;) {
    const range = from === 0 ? {} : { Range: `bytes=${from}-` };
    const { Body: body, ETag: etag } = await s3.send(new GetObjectCommand({ ...at, ...range }));
    version ??= etag;
    if (body === undefined || etag !== version)
      throw new Error(
        `object ${at.Key} of the vault ${body === undefined ? 'has no body' : 'was replaced while it was read'}`,
      );
    // Blobs are what the SDK gives in a browser.
    if (!(Symbol.asyncIterator in body)) throw new Error(`object ${at.Key} of the vault came as a Blob`);
    const before = from;
    let broken: unknown;
    try {
      for await (const piece of untilSilent(body)) {
        from += piece.length;
        if (from > sizeBytes) break;
        yield piece;
      }
    } catch (error) {
      broken = error;
    }
    if (from === sizeBytes) {
      // Such as a checksum that does not fit, which the SDK compares at the end.
      if (broken !== undefined) throw broken;
      return;
    }
    if (from > sizeBytes)
      throw new Error(`object ${at.Key} of the vault is longer than the ${sizeBytes} bytes that were listed`);
    fruitless = from > before ? 0 : fruitless + 1;
    if (fruitless > MOST_FRUITLESS)
      throw new Error(`object ${at.Key} of the vault breaks off after ${from} of ${sizeBytes} bytes`, {
        cause: broken,
      });
  }
}

async function* untilSilent(body: Body): AsyncGenerator<Uint8Array> {
  // Whoever takes the pieces may take its time with each.
  let isAwaited = true;
  const silence = setTimeout(() => {
    if (isAwaited) body.destroy?.(new Error(`no byte for ${SILENT_MS / 1000} seconds`));
  }, SILENT_MS);
  try {
    for await (const piece of body) {
      isAwaited = false;
      yield piece;
      isAwaited = true;
      silence.refresh();
    }
  } finally {
    clearTimeout(silence);
  }
}
