import { openWorld } from '@cordon/drill';
import {
  executionInput,
  FORGED_START,
  incidentRef,
  STATE_MACHINE_NAME,
  type IncidentRef,
} from '@cordon/incident';
import { afterEach, describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { inProcessHandlers } from '../simulation/in-process.ts';

type Opened = Awaited<ReturnType<typeof openWorld>>;

const machine = `arn:aws:states:${config.homeRegion}:${config.accounts.security}:stateMachine:${STATE_MACHINE_NAME}`;
const opened: Opened[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ organization }) => organization.close()));
});

const open = async (): Promise<Opened> => {
  const world = await openWorld({
    config,
    scenario: 'richest',
    seed: 'forged',
    conditions: { runtime: { inProcess: inProcessHandlers() } },
  });
  opened.push(world);
  return world;
};

/** An incident of nobody's about the healthy sibling of the suspect. */
const forgedAbout = ({ suspects }: Opened): IncidentRef => {
  const [suspect] = suspects;
  const instanceId = suspect?.siblings[0];
  if (suspect === undefined || instanceId === undefined) throw new Error('the scenario has no sibling');
  const { account, region } = suspect;
  return incidentRef.parse({
    incidentId: `inc-${'f'.repeat(20)}`,
    account,
    region,
    instanceId,
    findingId: 'f'.repeat(32),
    findingType: 'Backdoor:EC2/C&CActivity.B',
    severity: 9,
    arrivedAt: '2026-11-21T03:00:00.000Z',
    openedAt: '2026-11-21T03:00:00.000Z',
    revision: 0,
  });
};

const start = async ({ organization }: Opened, name: string, incident: IncidentRef) => {
  const arn = organization.host.startExecution(machine, name, JSON.stringify({ incident, event: '{}' }));
  const execution = () => organization.executions().find((one) => one.arn === arn);
  await organization.run(() => execution()?.status !== 'RUNNING');
  return execution();
};

describe('an execution that somebody starts in the name of an incident', () => {
  it('about an instance that no incident holds ends refused, with nothing changed and nothing in the vault', async () => {
    const world = await open();
    const incident = forgedAbout(world);
    const execution = await start(world, incident.incidentId, incident);
    expect(execution).toMatchObject({ status: 'FAILED', error: FORGED_START });
    expect(execution?.cause).toContain('is held by no incident');
    const changed = world.organization.journal.calls.filter(
      ({ operation }) => !/^(Describe|Get|Query|Invoke|Assume)/.test(operation),
    );
    expect(changed.map(({ service, operation }) => `${service} ${operation}`)).toEqual([]);
  });

  it('in the name of a real incident, under another name of its own, ends refused', async () => {
    const world = await open();
    world.deliver();
    const real = () => world.organization.executions()[0];
    await world.organization.run(() => real()?.status === 'SUCCEEDED');
    const { incident } = executionInput.parse(JSON.parse(real()?.input ?? '{}'));
    const again = await start(world, 'mine', incident);
    expect(again).toMatchObject({ status: 'FAILED', error: FORGED_START });
    expect(again?.cause).toContain('is named mine');
    const later = await start(world, `${incident.incidentId}-r1`, { ...incident, revision: 1 });
    expect(later?.cause).toContain('was never counted');
  });
});
