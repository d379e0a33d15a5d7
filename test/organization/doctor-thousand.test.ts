import { expect, it } from 'vitest';
import { recordChecks } from '@cordon/drill';
import { attachControlPolicy, guardDutyState } from '@cordon/local-aws';
import { examineOrganization } from '../../apps/cli/src/doctor/doctor-organization.ts';
import { config, doctorStage, stackSet } from './doctor-stage.ts';

const MEMBERS = 1_000;
const MOST_MS = 60_000;
const DENY = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'NoShare', Effect: 'Deny', Action: 'ec2:ModifySnapshotAttribute', Resource: '*' }],
};

it(`looks at ${MEMBERS} accounts in ${config.regions.length} Regions in less than a minute, and names each that is not well`, async () => {
  const { organization, connect, ids } = await doctorStage(MEMBERS);
  const [REGION = ''] = config.regions.slice(1);
  const [silent = '', missed = '', drifted = ''] = ids.slice(500);
  organization.world.of(guardDutyState, config.accounts.security, REGION).detector?.members.delete(silent);
  const { instances } = stackSet(organization);
  instances.delete(`${missed}/${REGION}`);
  const found = instances.get(`${drifted}/${REGION}`);
  if (found !== undefined) found.drift = { status: 'DRIFTED', at: 0, resources: new Map() };
  attachControlPolicy(organization.world, {
    kind: 'SCP',
    name: 'theirs',
    document: DENY,
    target: { kind: 'ou', path: `${config.organizationId}/r-root/${config.guardrails.targets[0] ?? ''}/` },
  });
  const before = process.cpuUsage();
  const began = performance.now();
  // In a world of its own: what is recorded there must not wait for time to pass here.
  const recording = await recordChecks({ config, scenario: 'richest', seed: '1' });
  const { lines } = await organization.during(() =>
    examineOrganization({
      config,
      connect,
      at: organization.timeline.now(),
      progress: () => {},
      record: async () => recording,
    }),
  );
  const took = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`doctor: ${Math.round(took)} ms, the recorded response included\n`);
  expect(lines.filter(({ result }) => result !== 'ok')).toMatchObject([
    { id: 'guardduty-members', region: REGION, accounts: [silent] },
    { id: 'control-policy-scp', says: expect.stringContaining('hand-over') },
    { id: 'stackset-drift', accounts: [drifted] },
    { id: 'stackset-reach', region: REGION, accounts: [missed] },
  ]);
  // Of the processor: the wall also counts what else runs on the machine.
  expect((user + system) / 1_000).toBeLessThan(MOST_MS);
}, 300_000);
