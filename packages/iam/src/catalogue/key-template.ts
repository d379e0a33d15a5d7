/** The three spellings of a placeholder: of the service reference, of S3, and of the list of global keys. */
const PLACEHOLDER = /\$\{\w+\}|<\w+>|tag-key/;

/**
 * Whether a condition key is the one that `template` lists. Keys know no case; `${TagKey}`, `<key>` and `tag-key` stand for any name.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html#Condition_key_case
 */
export const isKeyOf = (template: string, key: string): boolean => {
  const at = template.search(PLACEHOLDER);
  if (at < 0) return template.toLowerCase() === key.toLowerCase();
  const after = template.slice(at).replace(PLACEHOLDER, '').toLowerCase();
  const given = key.toLowerCase();
  return (
    given.startsWith(template.slice(0, at).toLowerCase()) &&
    given.endsWith(after) &&
    given.length > at + after.length
  );
};
