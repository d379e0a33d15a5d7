/** A tag as the clients of most services type it. */
interface RequestTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/**
 * Condition keys for the tags that a request brings: `aws:TagKeys` and `aws:RequestTag/...`.
 * Condition keys know no case: of two tags that differ in case alone the first counts here, and the operation refuses the request.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requesttag
 */
export const requestTagContext = (
  tags: readonly RequestTag[] = [],
): Record<string, string | readonly string[]> => {
  const context: Record<string, string | readonly string[]> = {};
  const seen = new Set<string>();
  if (tags.length > 0) context['aws:TagKeys'] = tags.map(({ Key }) => Key ?? '');
  for (const { Key: key = '', Value: value = '' } of tags) {
    if (seen.has(key.toLowerCase())) continue;
    seen.add(key.toLowerCase());
    context[`aws:RequestTag/${key}`] = value;
  }
  return context;
};

/** Condition keys for the tags that a resource has now: `aws:ResourceTag/...`. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourcetag */
export const resourceTagContext = (tags: ReadonlyMap<string, string> | undefined): Record<string, string> =>
  Object.fromEntries([...(tags ?? [])].map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
