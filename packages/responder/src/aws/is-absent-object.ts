const STATUSES: ReadonlySet<number> = new Set([403, 404]);

/**
 * Whether S3 says that an object is not there, to whom may not list the bucket: that is told 403, and a HEAD has no body that names a code, so that the
 * client knows the status alone. An error that is no answer of AWS's is thrown on.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export const isAbsentObject = (error: unknown): boolean => {
  if (!(error instanceof Error) || !('$metadata' in error)) throw error;
  const { $metadata: metadata } = error;
  return (
    typeof metadata === 'object' &&
    metadata !== null &&
    'httpStatusCode' in metadata &&
    typeof metadata.httpStatusCode === 'number' &&
    STATUSES.has(metadata.httpStatusCode)
  );
};
