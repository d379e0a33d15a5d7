import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { STEPS } from '@cordon/incident';
import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { workflow } from '../../apps/security-account/src/workflow.ts';
import { drill, inProcess } from './run.ts';

const arns = Object.fromEntries(
  STEPS.map((step) => [step, `arn:aws:lambda:eu-west-1:602011150002:function:cordon-${step}`]),
);
const machine = z.object({
  StartAt: z.string(),
  States: z.record(z.string(), z.record(z.string(), z.unknown())),
});
type Machine = z.infer<typeof machine>;

/** Every state of a machine, those of its branches and loops included. */
const statesOf = ({ States }: Machine): readonly (readonly [string, Record<string, unknown>])[] =>
  Object.entries(States).flatMap(([name, state]) => [
    [name, state] as const,
    ...[
      ...(Array.isArray(state['Branches']) ? state['Branches'] : []),
      ...(state['ItemProcessor'] === undefined ? [] : [state['ItemProcessor']]),
    ].flatMap((inner) => statesOf(machine.parse(inner))),
  ]);

describe('the workflow', () => {
  const states = statesOf(
    machine.parse(
      workflow(arns as Parameters<typeof workflow>[0], {
        operatorArn: 'arn:aws:lambda:eu-west-1:602011150002:function:cordon-operator',
        expiresAfterSeconds: 1_800,
      }),
    ),
  );
  const ofType = (...types: readonly string[]) =>
    states.filter(([, state]) => types.includes(String(state['Type'])));

  it('bounds and retries every task, and catches every one but the seal, from which an execution is redriven', () => {
    for (const [name, state] of ofType('Task')) {
      expect({
        name,
        bounded: typeof state['TimeoutSeconds'],
        retried: Array.isArray(state['Retry']),
        caught: Array.isArray(state['Catch']),
      }).toEqual({
        name,
        bounded: 'number',
        retried: true,
        caught: name !== 'Seal',
      });
    }
  });

  it('retries and catches every Parallel and Map', () => {
    expect(ofType('Parallel', 'Map').length).toBeGreaterThanOrEqual(3);
    for (const [name, state] of ofType('Parallel', 'Map')) {
      expect({ name, retried: Array.isArray(state['Retry']), caught: Array.isArray(state['Catch']) }).toEqual(
        { name, retried: true, caught: true },
      );
    }
  });

  it('enters at most seven states and runs at most three functions before the last interface is isolated', async () => {
    const { record, result, close } = await drill({ ...inProcess(), through: 'contain' });
    await close();
    const [execution] = record.organization.executions();
    const isolated = (result.incidents[0]?.isolatedAfterMs ?? 0) + (record.deliveries[0]?.arrivedAt ?? 0);
    const ofOtherBranches = new Set([
      'Protect',
      'Freeze',
      'SecureDisks',
      'RevokeCredentials',
      'AnythingToTrace',
      'TraceSessions',
      'Traced',
      'WaitToTrace',
      'AnythingToCollect',
      'CollectContext',
      'Collected',
      'WaitToCollect',
      'AnythingToReplace',
      'ReplacementEnds',
    ]);
    const entered = (execution?.history ?? []).filter(
      ({ type, timestamp }) => type.endsWith('StateEntered') && timestamp <= isolated,
    );
    const onTheWay = entered.flatMap(({ stateName }) =>
      stateName === undefined || ofOtherBranches.has(stateName) ? [] : [stateName],
    );
    expect(onTheWay).toEqual(['Inspect', 'Gate', 'Respond', 'Contain', 'IsolateNetwork']);
    const functions = new Set(
      result.calls.serial.flatMap(
        ({ caller }) => /assumed-role\/(cordon-[a-z-]+)\/\1/.exec(caller)?.[1] ?? [],
      ),
    );
    expect([...functions]).toEqual(['cordon-intake', 'cordon-inspect', 'cordon-isolate-network']);
  });
});

describe('the synthesized member template', () => {
  it('stays under the limit of a template that travels inline', () => {
    const path = resolve(
      import.meta.dirname,
      '../../stacksets/member-account/cdk.out/CordonMemberAccount.template.json',
    );
    expect(JSON.stringify(JSON.parse(readFileSync(path, 'utf8'))).length).toBeLessThan(51_200);
  });
});
