import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compactErrorClasses } from './compact-error-classes.ts';

const CLIENTS = join(import.meta.dirname, '../../responder/node_modules/@aws-sdk');

type ErrorClass = (new (options: object) => Error) & { readonly shapeId: string };

const BASE =
  'class __BaseException extends Error { constructor(options) { super(); Object.assign(this, options); } }';

/** The classes that a module of this source exports, on a base of its own. */
const classesOf = async (source: string): Promise<Readonly<Record<string, ErrorClass>>> => {
  const module = `${BASE}\n${source.replaceAll(/^import .*$/gm, '')}`;
  return import(`data:text/javascript,${encodeURIComponent(module)}`) as Promise<
    Readonly<Record<string, ErrorClass>>
  >;
};

const described = (made: Error): object => ({
  classes: [made.constructor.name, Object.getPrototypeOf(made.constructor).name, made instanceof Error],
  properties: Object.fromEntries(Object.entries(made)),
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
  ])('makes the classes of %s that the SDK makes, in less than half the text', async (client) => {
    const path = join(realpathSync(join(CLIENTS, `client-${client}`)), 'dist-es/models/errors.js');
    const source = readFileSync(path, 'utf8');
    const compact = compactErrorClasses(source);
    expect(compact.length).toBeLessThan(source.length / 2 + 600);
    const [wanted, given] = await Promise.all([classesOf(source), classesOf(compact)]);
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
