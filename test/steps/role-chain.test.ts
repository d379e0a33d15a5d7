import { INCIDENT_TABLE_NAME, SESSION_DENY_TAG_KEYS } from '@cordon/incident';
import type { DrillOptions, RunRecord } from '@cordon/drill';
import { dynamodbState, iamState } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { broken, drill } from '../drill/run.ts';
import { inProcessHandlers } from '../simulation/in-process.ts';
import { writing, writingTemplates } from '../simulation/write-role-policy.ts';
import { config } from '../../cordon.config.ts';

const played = async (options: Partial<DrillOptions> = {}) => {
  const { record, result, close } = await drill({
    scenario: 'role-chain',
    conditions: { runtime: { inProcess: inProcessHandlers({ config: options.config ?? config }) } },
    ...options,
  });
  await close();
  return { record, result };
};

const roleOf = ({ organization, roleChain }: RunRecord) => {
  const arn = roleChain?.roleArn ?? '';
  const role = organization.world
    .of(iamState, arn.split(':')[4] ?? '', '')
    .roles.get(arn.split('/').at(-1) ?? '');
  if (role === undefined) throw new Error('the scenario has no role that was assumed');
  return role;
};

/** Rows of the incident table that begin so, as text. */
const rowsOf = ({ organization, accounts, homeRegion }: RunRecord, prefix: string): readonly string[] =>
  [
    ...(organization.world
      .of(dynamodbState, accounts.security, homeRegion)
      .tables.get(INCIDENT_TABLE_NAME)
      ?.items.values() ?? []),
  ].flatMap((item) => {
    const [sk, body] = [item.get('sk'), item.get('body')];
    return sk?.type === 'S' && sk.value.startsWith(prefix) && body?.type === 'S' ? [body.value] : [];
  });

const eventsOf = ({ organization }: RunRecord, kind: string): string =>
  JSON.stringify(
    organization.journal.events.filter(({ event }) =>
      JSON.stringify(event['detail'] ?? '').includes(`"kind":"${kind}"`),
    ),
  );

describe('a role that the attacker assumed from the instance', () => {
  it('is denied under that session alone, in its own account, and kept with how that is lifted', async () => {
    const { record, result } = await played();
    expect(broken(result)).toEqual([]);
    expect([...roleOf(record).tags]).toEqual([[SESSION_DENY_TAG_KEYS[0], 'nightly-report']]);
    const [row = '', ...more] = rowsOf(record, 'chained#');
    expect(more).toEqual([]);
    expect(JSON.parse(row)).toMatchObject({
      undo: {
        kind: 'lift-chained-deny',
        roleArn: record.roleChain?.roleArn,
        sessionName: 'nightly-report',
        by: 'attach-fixed-policy',
        expiresAt: expect.stringMatching(/^2026-11-21T04:00:0/),
      },
    });
    expect(eventsOf(record, 'sessions-chained')).toMatch(/goes back to the instance over 1 link/);
    // The name is the attacker's choice.
    expect(eventsOf(record, 'sessions-chained')).not.toContain('nightly-report');
  });

  it('is denied by a policy of its own where the deployment has denies written', async () => {
    const { record, result } = await played({
      config: writing,
      conditions: {
        runtime: { inProcess: inProcessHandlers({ config: writing }) },
        templates: writingTemplates(),
      },
    });
    expect(broken(result)).toEqual([]);
    expect([...roleOf(record).inline.keys()]).toEqual([
      'publish',
      expect.stringMatching(/^cordon-deny-contained-sessions-i-[0-9a-f]{17}-[0-9a-f]{12}$/),
    ]);
    expect([...roleOf(record).tags]).toEqual([]);
  });
});
