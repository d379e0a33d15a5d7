import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compactErrorClasses } from './compact-error-classes.ts';

const CLIENTS = join(import.meta.dirname, '../../responder/node_modules/@aws-sdk');

class BaseException extends Error {
  constructor(options: object) {
    super();
    Object.assign(this, options);
  }
}
type ErrorClass = (new (options: object) => BaseException) & { readonly shapeId: string };

/** The classes of a module's source, as the module would export them. */
const classesOf = (source: string): Readonly<Record<string, ErrorClass>> => {
  const names = [...source.matchAll(/^export (?:class|const) (\w+)/gm)].map(([, name]) => name);
  const body = source.replaceAll(/^import .*$/gm, '').replaceAll(/^export /gm, '');
  const make = new Function('__BaseException', `${body}\nreturn { ${names.join(', ')} };`) as (
    base: typeof BaseException,
  ) => Readonly<Record<string, ErrorClass>>;
  return make(BaseException);
};

const described = (made: BaseException): object => ({
  prototypes: [made.constructor.name, made instanceof BaseException, made instanceof Error],
  values: Object.fromEntries(Object.entries(made)),
  names: Object.keys(made).toSorted(),
});

describe('compactErrorClasses', () => {
  it.each([
    'dynamodb',
    'lambda',
    'organizations',
    'sfn',
    'sns',
    'sqs',
    'sts',
    's3',
    'kms',
    'iam',
    'guardduty',
  ])('makes the classes of %s that the SDK makes, in less than half the text', (client) => {
    const path = join(realpathSync(join(CLIENTS, `client-${client}`)), 'dist-es/models/errors.js');
    const source = readFileSync(path, 'utf8');
    const compact = compactErrorClasses(source);
    expect(compact.length).toBeLessThan(source.length / 2 + 600);
    const [wanted, given] = [classesOf(source), classesOf(compact)];
    expect(Object.keys(given)).toEqual(Object.keys(wanted));
    const options = {
      message: 'no',
      $metadata: { httpStatusCode: 400 },
      Item: { pk: 'x' },
      Reason: 'why',
      Type: 'Sender',
    };
    for (const [name, Wanted] of Object.entries(wanted)) {
      const Given = given[name];
      if (Given === undefined) throw new Error(`${name} is missing`);
      expect(Given.shapeId).toBe(Wanted.shapeId);
      const made = new Given(options);
      expect(made).toBeInstanceOf(Given);
      expect(described(made)).toEqual(described(new Wanted(options)));
    }
  });

  it.each([
    ['$retryable = {};', '    $fault = "client";\n', '    $fault = "client";\n    $retryable = {};\n'],
    ['another assignment', 'this.Reason = opts.Reason', 'this.Reason = opts.Cause'],
    ['a shape of another name', '"com.amazonaws.x#Refused"', '"com.amazonaws.x#Denied"'],
  ])('leaves a class with %s alone', (_what, from, to) => {
    const source = `import { Base as __BaseException } from "./Base";
export class Refused extends __BaseException {
    static shapeId = "com.amazonaws.x#Refused";
    name = "Refused";
    $fault = "client";
    Reason;
    constructor(opts) {
        super({
            name: "Refused",
            $fault: "client",
            ...opts,
        });
        Object.setPrototypeOf(this, Refused.prototype);
        this.Reason = opts.Reason;
    }
}
`;
    expect(compactErrorClasses(source)).toContain('export const Refused = /*#__PURE__*/ __declareError(');
    const other = source.replace(from, to);
    expect(other).not.toBe(source);
    expect(compactErrorClasses(other)).toBe(other);
  });
});
