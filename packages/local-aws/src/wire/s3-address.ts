/** Where an S3 request points: the bucket may be in the host or be the first part of the path. */
interface S3Address {
  readonly bucket: string | undefined;
  /** The rest of the path, still percent-encoded, with its leading slash. */
  readonly path: string;
}

/**
 * Reads both forms of S3 addressing: https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 * A host that is neither an S3 endpoint nor `<bucket>.localhost` is taken as path-style.
 */
export function s3Address(host: string, path: string): S3Address {
  const name = host.replace(/:\d+$/, '');
  const virtual =
    /^(.+)\.s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$/.exec(name) ?? /^(.+)\.localhost$/.exec(name);
  if (virtual?.[1] !== undefined) return { bucket: virtual[1], path: path === '' ? '/' : path };
  const [, bucket = '', rest = ''] = /^\/([^/]*)(.*)$/s.exec(path) ?? [];
  if (bucket === '') return { bucket: undefined, path: '/' };
  return { bucket: decodeURIComponent(bucket), path: rest === '' ? '/' : rest };
}
