import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { deployStack, readTemplate, TemplateError } from './index.ts';
import type { Created, ResolvedResource, Stack, StackEnvironment } from './index.ts';

const ENVIRONMENT: StackEnvironment = {
  account: '111122223333',
  region: 'eu-west-1',
  partition: 'aws',
  stackName: 'member',
  parameters: {},
};

const create = ({ logicalId }: ResolvedResource): Created => ({
  ref: `${logicalId}-ref`,
  attributes: { Arn: `arn:aws:test:::${logicalId}` },
});

interface Deployed {
  readonly seen: readonly ResolvedResource[];
  readonly stack: Stack;
}

function deploy(json: unknown, environment: Partial<StackEnvironment> = {}): Deployed {
  const seen: ResolvedResource[] = [];
  const stack = deployStack(readTemplate(json, 'test'), { ...ENVIRONMENT, ...environment }, (resource) => {
    seen.push(resource);
    return create(resource);
  });
  return { seen, stack };
}

const bucket = (more: object = {}): object => ({ Type: 'AWS::S3::Bucket', ...more });
const order = ({ seen }: Deployed): readonly string[] => seen.map(({ logicalId }) => logicalId);

describe('deployStack', () => {
  it('creates what is referenced first and gives Ref and GetAtt to what comes later', () => {
    const { seen, stack } = deploy({
      Resources: {
        Policy: bucket({ Properties: { Name: { Ref: 'Vault' }, Arn: { 'Fn::GetAtt': ['Vault', 'Arn'] } } }),
        Vault: bucket({ DeletionPolicy: 'Retain' }),
      },
      Outputs: {
        VaultArn: {
          Value: { 'Fn::Sub': '${Vault.Arn}/*' },
          Export: { Name: { 'Fn::Sub': '${AWS::StackName}-vault' } },
        },
      },
    });
    expect(seen).toEqual([
      {
        logicalId: 'Vault',
        type: 'AWS::S3::Bucket',
        properties: {},
        stackName: 'member',
        deletionPolicy: 'Retain',
      },
      {
        logicalId: 'Policy',
        type: 'AWS::S3::Bucket',
        properties: { Name: 'Vault-ref', Arn: 'arn:aws:test:::Vault' },
        stackName: 'member',
      },
    ]);
    expect(stack).toEqual({
      name: 'member',
      resources: [
        { logicalId: 'Vault', type: 'AWS::S3::Bucket', ref: 'Vault-ref' },
        { logicalId: 'Policy', type: 'AWS::S3::Bucket', ref: 'Policy-ref' },
      ],
      outputs: { VaultArn: 'arn:aws:test:::Vault/*' },
      exports: { 'member-vault': 'arn:aws:test:::Vault/*' },
    });
  });

  it('follows DependsOn, Fn::Sub and references in metadata, and otherwise keeps the order of the template', () => {
    const Resources = {
      A: bucket({ DependsOn: ['D'] }),
      B: bucket({ Metadata: { after: { Ref: 'E' } } }),
      C: bucket({ Properties: { Name: { 'Fn::Sub': ['${x}', { x: { 'Fn::Sub': '${F.Arn}' } }] } } }),
      D: bucket(),
      E: bucket(),
      F: bucket(),
    };
    expect(order(deploy({ Resources }))).toEqual(['D', 'A', 'E', 'B', 'F', 'C']);
  });

  it('never creates a resource before one that it depends on, whatever the graph', () => {
    const graph = fc.integer({ min: 1, max: 12 }).chain((count) =>
      fc.record({
        // An edge from a later rank to an earlier one only: every such graph is free of circles.
        edges: fc.array(
          fc.tuple(fc.nat(count - 1), fc.nat(count - 1), fc.constantFrom('ref', 'sub', 'depends')),
          { maxLength: 30 },
        ),
        written: fc.shuffledSubarray([...Array(count).keys()], { minLength: count }),
      }),
    );
    fc.assert(
      fc.property(graph, ({ edges, written }) => {
        const forward = edges.filter(([from, to]) => from > to);
        const Resources = Object.fromEntries(
          written.map((rank) => {
            const own = forward.filter(([from]) => from === rank);
            const targets = (how: string): string[] =>
              own.filter((edge) => edge[2] === how).map((edge) => `R${edge[1]}`);
            const Properties = {
              Refs: targets('ref').map((name) => ({ Ref: name })),
              Subs: targets('sub').map((name) => ({ 'Fn::Sub': `\${${name}.Arn}` })),
            };
            return [`R${rank}`, bucket({ Properties, DependsOn: targets('depends') })];
          }),
        );
        const created = order(deploy({ Resources }));
        expect([...created].sort()).toEqual(Object.keys(Resources).sort());
        for (const [from, to] of forward)
          expect(created.indexOf(`R${to}`)).toBeLessThan(created.indexOf(`R${from}`));
        expect(order(deploy({ Resources }))).toEqual(created);
      }),
      { numRuns: 100 },
    );
  });

  it('names the circle when resources depend on each other', () => {
    const Resources = {
      A: bucket({ Properties: { N: { Ref: 'B' } } }),
      B: bucket({ DependsOn: 'C' }),
      C: bucket({ DependsOn: 'A' }),
    };
    expect(() => deploy({ Resources })).toThrow('A -> B -> C -> A');
  });

  it('names resource, type and attribute when create did not give an attribute', () => {
    const Resources = { A: bucket(), B: bucket({ Properties: { N: { 'Fn::GetAtt': 'A.DomainName' } } }) };
    expect(() => deploy({ Resources })).toThrow(
      /'A' of type AWS::S3::Bucket has no attribute 'DomainName'; it gives: Arn/,
    );
  });

  it('does not take an inherited member of the attributes for an attribute', () => {
    const Resources = {
      A: bucket(),
      B: bucket({ Properties: { N: { 'Fn::GetAtt': ['A', 'constructor'] } } }),
    };
    expect(() => deploy({ Resources })).toThrow(/no attribute 'constructor'/);
  });

  it('lets an error of create through as it is', () => {
    const broken = new Error('bucket already exists');
    const template = readTemplate({ Resources: { A: bucket() } }, 'test');
    expect(() =>
      deployStack(template, ENVIRONMENT, () => {
        throw broken;
      }),
    ).toThrow(broken);
  });
});

describe('conditions', () => {
  const template = {
    Parameters: { Stage: { Type: 'String', AllowedValues: ['test', 'live'] } },
    Conditions: {
      Guarded: {
        'Fn::And': [
          { Condition: 'Live' },
          { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] }] },
        ],
      },
      Live: { 'Fn::Equals': [{ Ref: 'Stage' }, 'live'] },
      Any: { 'Fn::Or': [{ Condition: 'Live' }, { 'Fn::Equals': ['1', 1] }] },
    },
    Resources: {
      Lock: bucket({ Condition: 'Guarded' }),
      Always: bucket({
        Condition: 'Any',
        Properties: {
          Lock: { 'Fn::If': ['Guarded', { Ref: 'Lock' }, { Ref: 'AWS::NoValue' }] },
          Tags: ['a', { 'Fn::If': ['Guarded', 'locked', { Ref: 'AWS::NoValue' }] }],
          Inner: { Gone: { Ref: 'AWS::NoValue' }, Kept: false },
        },
      }),
    },
    Outputs: { Lock: { Condition: 'Guarded', Value: { Ref: 'Lock' } } },
  };

  it('creates a resource whose condition holds, and takes the true branch', () => {
    const { seen, stack } = deploy(template, { parameters: { Stage: 'live' } });
    expect(seen.map(({ properties }) => properties)).toEqual([
      {},
      { Lock: 'Lock-ref', Tags: ['a', 'locked'], Inner: { Kept: false } },
    ]);
    expect(stack.outputs).toEqual({ Lock: 'Lock-ref' });
  });

  it.each([
    { Stage: 'test', region: 'eu-west-1' },
    { Stage: 'live', region: 'us-east-1' },
  ])(
    'skips it for $Stage in $region, and AWS::NoValue removes property and list item',
    ({ Stage, region }) => {
      const { seen, stack } = deploy(template, { parameters: { Stage }, region });
      expect(seen).toHaveLength(1);
      expect(seen[0]?.properties).toEqual({ Tags: ['a'], Inner: { Kept: false } });
      expect(stack.outputs).toEqual({});
    },
  );

  const never = { Never: { 'Fn::Equals': ['a', 'b'] } };
  it.each([
    ['Ref', { Properties: { N: { Ref: 'Gone' } } }, /'Gone' was not created, its condition 'Never' is false/],
    ['Fn::GetAtt', { Properties: { N: { 'Fn::GetAtt': ['Gone', 'Arn'] } } }, /'Gone' was not created/],
    ['Fn::Sub', { Properties: { N: { 'Fn::Sub': '${Gone}' } } }, /'Gone' was not created/],
    ['DependsOn', { DependsOn: 'Gone' }, /DependsOn names 'Gone', whose condition is false/],
  ])('refuses %s to a resource whose condition is false', (_how, more, message) => {
    const Resources = { Gone: bucket({ Condition: 'Never' }), User: bucket(more) };
    expect(() => deploy({ Conditions: never, Resources })).toThrow(message);
  });

  it('names the circle when conditions depend on each other', () => {
    const Conditions = { A: { 'Fn::Not': [{ Condition: 'B' }] }, B: { 'Fn::Not': [{ Condition: 'A' }] } };
    expect(() => deploy({ Conditions, Resources: { X: bucket() } })).toThrow('A -> B -> A');
  });

  it('throws a TemplateError that carries template and place', () => {
    const Resources = { User: bucket({ Properties: { N: [{ 'Fn::Select': [3, ['a']] }] } }) };
    const caught = (() => {
      try {
        return deploy({ Resources });
      } catch (error) {
        return error;
      }
    })();
    expect(caught).toBeInstanceOf(TemplateError);
    expect(caught).toMatchObject({ template: 'test', at: 'Resources.User.Properties.N[0].Fn::Select' });
  });
});

describe('outputs', () => {
  it('refuses two outputs with one export name', () => {
    const out = { Value: 'x', Export: { Name: 'same' } };
    expect(() => deploy({ Resources: { X: bucket() }, Outputs: { A: out, B: out } })).toThrow(
      /export 'same'/,
    );
  });

  it('refuses an output that is a list', () => {
    expect(() => deploy({ Resources: { X: bucket() }, Outputs: { A: { Value: ['x'] } } })).toThrow(
      /wanted text/,
    );
  });
});
