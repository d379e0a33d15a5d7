import {
  BLOCK_HASHER_FUNCTION_NAME,
  defineConfig,
  dutyRoleArn,
  functionName,
  IAM_PATH,
  OPERATOR_FUNCTION_NAME,
  RECORDER_FUNCTION_NAME,
  STATE_MACHINE_NAME,
  STEPS,
} from '@cordon/incident';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { config as deployed } from '../../cordon.config.ts';
import { allOn } from '../simulation/all-on.ts';
import { everyTemplate } from '../simulation/every-template.ts';
import { play } from '../steps/play.ts';

const config = defineConfig({ ...deployed, xray: {} });
const { security, evidence } = config.accounts;

const resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).optional(),
});
const template = z.looseObject({ Resources: z.record(z.string(), resource) });
type Read = z.infer<typeof template>;
const read = (texts: ReadonlyMap<string, string>): ReadonlyMap<string, Read> =>
  new Map([...texts].map(([name, text]) => [name, template.parse(JSON.parse(text))]));

const on = read(everyTemplate(config));
const off = read(everyTemplate(deployed));
const all = read(everyTemplate(allOn));

const resourcesOf = (templates: ReadonlyMap<string, Read>, type: string) =>
  [...templates].flatMap(([stack, { Resources }]) =>
    Object.entries(Resources).flatMap(([id, { Type, Properties = {} }]) =>
      Type === type ? [{ stack, id, properties: Properties }] : [],
    ),
  );

/** Name of the role that a property refers to: by its logical id in the same stack, or by its ARN. */
const roleNamed = (templates: ReadonlyMap<string, Read>, stack: string, reference: unknown): string => {
  const text = JSON.stringify(reference);
  const [, id] = /"Fn::GetAtt":\["(\w+)","Arn"\]/.exec(text) ?? [];
  if (id === undefined) return /role\/cordon\/([\w-]+)"/.exec(text)?.[1] ?? text;
  return String(templates.get(stack)?.Resources[id]?.Properties?.['RoleName']);
};

const tracedFunctions = (templates: ReadonlyMap<string, Read>) =>
  resourcesOf(templates, 'AWS::Lambda::Function').filter(
    ({ properties }) => JSON.stringify(properties['TracingConfig']) === '{"Mode":"Active"}',
  );
const tracedMachines = (templates: ReadonlyMap<string, Read>) =>
  resourcesOf(templates, 'AWS::StepFunctions::StateMachine').filter(
    ({ properties }) => JSON.stringify(properties['TracingConfiguration']) === '{"Enabled":true}',
  );

const role = z.object({
  RoleName: z.string().optional(),
  Policies: z
    .array(
      z.looseObject({
        PolicyDocument: z.looseObject({ Statement: z.array(z.looseObject({ Sid: z.string() })) }),
      }),
    )
    .default([]),
});
/** What roles may do of X-Ray, by their names. */
const rights = (templates: ReadonlyMap<string, Read>) =>
  new Map(
    resourcesOf(templates, 'AWS::IAM::Role').flatMap(({ properties }) => {
      const { RoleName = '', Policies } = role.parse(properties);
      const statements = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement).filter((one) =>
        JSON.stringify(one).includes('xray:'),
      );
      return statements.length === 0 ? [] : [[RoleName, statements] as const];
    }),
  );

const SEND = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];
const statement = (...more: readonly string[]) => ({
  Sid: 'SendSegments',
  Effect: 'Allow',
  Action: [...SEND, ...more],
  Resource: '*',
});

/** A template without what tracing adds. */
const withoutTraces = (one: Read): unknown =>
  JSON.parse(JSON.stringify(one), (key, value: unknown) => {
    if (key === 'TracingConfig' || key === 'TracingConfiguration') return undefined;
    if (key === 'Statement' && Array.isArray(value))
      return value.filter((each) => !JSON.stringify(each).includes('"SendSegments"'));
    if (key !== 'CORDON_CONFIG' || typeof value !== 'string') return value;
    const { xray: _, ...rest } = z.looseObject({}).parse(JSON.parse(value));
    return rest;
  });

describe('traces that are left out', () => {
  it('leave no trace of themselves in any template', () => {
    for (const [stack, one] of off)
      expect([stack, /xray|TracingConfig/i.exec(JSON.stringify(one))?.[0]]).toEqual([stack, undefined]);
  });
});

describe('traces', () => {
  it('change three stacks, and there nothing but the switches, the one statement and the functions’ configuration', () => {
    const changed = [...on].filter(([stack, one]) => JSON.stringify(one) !== JSON.stringify(off.get(stack)));
    expect(changed.map(([stack]) => stack).toSorted()).toEqual([
      'CordonEvidenceHome',
      'CordonEvidenceRegion',
      'CordonSecurityHome',
    ]);
    for (const [stack, one] of on) {
      const before = off.get(stack);
      if (before === undefined) throw new Error(`no ${stack} without traces`);
      expect([stack, withoutTraces(one)]).toEqual([stack, withoutTraces(before)]);
    }
  });

  it('are of the functions that act in a response, whatever else a deployment chooses, and of its workflow', () => {
    for (const templates of [on, all]) {
      expect(
        tracedFunctions(templates)
          .map(({ properties }) => String(properties['FunctionName']))
          .toSorted(),
      ).toEqual(
        [
          ...STEPS.map(functionName),
          OPERATOR_FUNCTION_NAME,
          RECORDER_FUNCTION_NAME,
          BLOCK_HASHER_FUNCTION_NAME,
        ].toSorted(),
      );
      expect(tracedMachines(templates).map(({ properties }) => properties['StateMachineName'])).toEqual([
        STATE_MACHINE_NAME,
      ]);
    }
  });

  it('are of no function of the forensics account or of a member, for they have none', () => {
    const functions = resourcesOf(all, 'AWS::Lambda::Function').map(({ stack }) => stack);
    expect(new Set(functions)).toEqual(
      new Set(['CordonSecurityHome', 'CordonEvidenceHome', 'CordonEvidenceRegion']),
    );
  });

  it('are of functions that stand in no VPC, so that no endpoint is in their way', () => {
    expect(tracedFunctions(all).filter(({ properties }) => 'VpcConfig' in properties)).toEqual([]);
  });

  it('give each traced function’s role the right to send segments, and no other role', () => {
    for (const templates of [on, all]) {
      const traced = [
        ...tracedFunctions(templates).map(({ stack, properties }) =>
          roleNamed(templates, stack, properties['Role']),
        ),
        ...tracedMachines(templates).map(({ stack, properties }) =>
          roleNamed(templates, stack, properties['RoleArn']),
        ),
      ];
      expect([...rights(templates).keys()].toSorted()).toEqual([...new Set(traced)].toSorted());
    }
  });

  it('give a function the two actions that Lambda asks for, and the workflow the two of sampling as well', () => {
    const { [STATE_MACHINE_NAME]: machine, ...functions } = Object.fromEntries(rights(all));
    expect(machine).toEqual([statement('xray:GetSamplingRules', 'xray:GetSamplingTargets')]);
    for (const statements of Object.values(functions)) expect(statements).toEqual([statement()]);
  });
});

describe('a deployment with traces, under the guardrails', async () => {
  const templates = Object.fromEntries(everyTemplate(config));
  const played = await play({
    config,
    seed: 'xray',
    templates: Object.fromEntries(
      ['CordonSecurityHome', 'CordonEvidenceHome', 'CordonEvidenceRegion'].map((stack) => [
        stack,
        JSON.parse(templates[stack] ?? '{}') as unknown,
      ]),
    ),
  });
  const { host } = played.organization;
  const may = (roleArn: string, action: string): string =>
    host.decideFor(host.callerForRole(roleArn, 'traced'), config.homeRegion, {
      action,
      resource: '*',
      account: roleArn.split(':')[4] ?? '',
    }).verdict;
  const roleIn = (account: string, name: string): string => `arn:aws:iam::${account}:role${IAM_PATH}${name}`;
  const traced = [
    ...[...STEPS.map(functionName), OPERATOR_FUNCTION_NAME, STATE_MACHINE_NAME].map((name) =>
      roleIn(security, name),
    ),
    ...[RECORDER_FUNCTION_NAME, BLOCK_HASHER_FUNCTION_NAME].map((name) => roleIn(evidence, name)),
  ];

  it('contains, and seals, and nothing of it is denied for them', () => {
    expect(played.kinds).toContain('contained');
    expect(played.kinds).toContain('incident-sealed');
  });

  it.each(traced)('lets %s send segments, read none, and change nothing of how X-Ray works', (arn) => {
    expect(SEND.map((action) => may(arn, action))).toEqual(['allow', 'allow']);
    for (const action of [
      'xray:GetTraceSummaries',
      'xray:BatchGetTraces',
      'xray:PutEncryptionConfig',
      'xray:PutResourcePolicy',
      'xray:CreateSamplingRule',
    ])
      expect([action, may(arn, action)]).toEqual([action, 'deny']);
  });

  it('lets no duty send any', () => {
    for (const [account, duty] of [
      [evidence, 'custodian'],
      [evidence, 'hasher'],
      [played.suspect.account, 'contain'],
      [played.suspect.account, 'inspect'],
      [config.accounts.forensics, 'examiner'],
    ] as const)
      expect([duty, may(dutyRoleArn('aws', account, duty), 'xray:PutTraceSegments')]).toEqual([duty, 'deny']);
  });
});
