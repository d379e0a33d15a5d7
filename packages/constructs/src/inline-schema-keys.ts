const CONSTANT = /^const (_\w+) = ("(?:[^"\\]|\\.)*");$/gm;
const COMPUTED_KEY = /\[(_\w+)\]:/g;

/**
 * Takes the source of a generated schema module of the AWS SDK, gives it with each key of the form `[_name]:` written as
 * the text that the module's own constant `_name` holds.
 *
 * An object with a computed key counts as a side effect, for the key might call code; so a bundler keeps every schema of
 * a client. With plain keys the unused ones are dropped: for EC2, two thirds of the bundle.
 */
export const inlineSchemaKeys = (source: string): string => {
  const constants = new Map<string, string>();
  for (const [, name, literal] of source.matchAll(CONSTANT)) {
    if (name !== undefined && literal !== undefined) constants.set(name, literal);
  }
  return source.replaceAll(COMPUTED_KEY, (found: string, name: string) => {
    const literal = constants.get(name);
    // `"__proto__": x` sets the prototype where `["__proto__"]: x` makes a key; all other texts mean the same.
    return literal === undefined || literal === '"__proto__"' ? found : `${literal}:`;
  });
};
