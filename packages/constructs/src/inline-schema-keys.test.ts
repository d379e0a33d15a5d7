import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inlineSchemaKeys } from './inline-schema-keys.ts';

const CLIENTS = join(import.meta.dirname, '../../responder/node_modules/@aws-sdk');
const schemasOf = (client: string): string => join(CLIENTS, client, 'dist-es/schemas/schemas_0.js');
const withSchemas = readdirSync(CLIENTS).filter((client) => existsSync(schemasOf(client)));

describe('inlineSchemaKeys', () => {
  it('writes constants into keys and nowhere else', () => {
    const source =
      'const _xN = "xmlName";\nconst _m = "min";\nexport var A$ = [3, _m, [_m], [{ [_xN]: _m }]];\n';
    expect(inlineSchemaKeys(source)).toBe(source.replace('[_xN]:', '"xmlName":'));
  });

  it.each([
    ['a name that is no constant of the module', 'var a = { [_other]: 1 };'],
    ['a constant that is not text', 'const _n = 1;\nvar a = { [_n]: 1 };'],
    [
      'the one text that means something else as a plain key',
      'const _p = "__proto__";\nvar a = { [_p]: 1 };',
    ],
  ])('leaves %s alone', (_case, source) => {
    expect(inlineSchemaKeys(source)).toBe(source);
  });

  it('is for every client but the one that is too old to bring schemas (docs/dependencies.md)', () => {
    const without = readdirSync(CLIENTS).filter(
      (name) => name.startsWith('client-') && !withSchemas.includes(name),
    );
    expect(without).toEqual(['client-route53resolver']);
  });

  it.each(withSchemas)(
    'leaves no computed key in the schemas of %s, so that unused ones can go',
    (client) => {
      const source = readFileSync(schemasOf(client), 'utf8');
      const inlined = inlineSchemaKeys(source);
      expect(inlined).not.toMatch(/\[_\w+\]:/);
      expect(inlined).toMatch(/export var \w+\$ = \[/);
    },
  );
});
