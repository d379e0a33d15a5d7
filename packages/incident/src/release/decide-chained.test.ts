import { describe, expect, it } from 'vitest';
import { instanceFacts } from '../plan/facts.ts';
import { liftChainedDeny } from '../plan/steps.ts';
import type { ContainmentJournal } from './journal.ts';
import type { DeniedRoleNow, ReleaseFacts } from './release-facts.ts';
import { releasePlan } from './release-plan.ts';

const ROLE = 'arn:aws:iam::602011160022:role/site/publisher';
const EXPIRES = '2026-11-21T04:00:00.000Z';

const journal = (status: 'done' | 'refused' | 'failed' = 'done'): ContainmentJournal => ({
  incidentId: 'inc-0123456789abcdef0123',
  account: '602011160021',
  region: 'eu-central-1',
  instanceId: 'i-0123456789abcdef0',
  revision: 0,
  plans: [],
  chained: [
    liftChainedDeny.parse({
      kind: 'lift-chained-deny',
      id: '0123456789ab',
      account: '602011160022',
      roleArn: ROLE,
      roleId: 'AROAPUB',
      sessionName: 'nightly',
      by: 'attach-fixed-policy',
      expiresAt: EXPIRES,
    }),
  ],
  outcomes: [
    {
      revision: 0,
      outcome: {
        id: 'deny-chained-session:0123456789ab',
        status,
        detail: 'x',
        at: '2026-11-21T03:05:00.000Z',
      },
    },
  ],
});

const facts = (role?: Partial<DeniedRoleNow>): ReleaseFacts => ({
  instance: instanceFacts.parse({
    account: '602011160021',
    region: 'eu-central-1',
    instanceId: 'i-0123456789abcdef0',
    state: 'running',
    spot: false,
    networkInterfaces: [],
    volumes: [],
    isolationGroups: [],
    addresses: [],
    readAt: '2026-11-21T05:00:00.000Z',
  }),
  interfaces: [],
  paths: { acls: [], subnets: [], routeTableIds: [], gateways: [], ownThings: [] },
  groupIds: [],
  addresses: [],
  volumes: [],
  balancers: { targetGroups: [], classic: [] },
  scalingGroups: [],
  isolation: [],
  roles: [],
  mayBound: false,
  chained:
    role === undefined
      ? []
      : [
          {
            id: '0123456789ab',
            roleArn: ROLE,
            marks: ['cordon-contained-1'],
            othersMarked: 0,
            attached: true,
            inline: 'none',
            ...role,
          },
        ],
  tagged: [],
  heldByAnother: false,
  othersContained: 0,
});

const decided = (now: string, role?: Partial<DeniedRoleNow>, status?: 'done' | 'refused' | 'failed') =>
  releasePlan(journal(status), facts(role), Date.parse(now)).steps;

describe('lifting the deny of a session that the instance assumed', () => {
  it('waits until its credentials have expired, and is done then', () => {
    expect(decided('2026-11-21T03:59:00Z', {})).toMatchObject([
      { id: 'lift-chained-deny:0123456789ab', decision: 'later', notBefore: EXPIRES },
    ]);
    expect(decided('2026-11-21T04:00:00Z', {})).toMatchObject([{ decision: 'restore' }]);
  });

  it('is done already where somebody lifted it, or the role is gone', () => {
    expect(decided('2026-11-21T05:00:00Z', { marks: [], attached: false })).toMatchObject([
      { decision: 'already' },
    ]);
    expect(decided('2026-11-21T05:00:00Z')).toMatchObject([{ decision: 'already', now: 'the role is gone' }]);
  });

  it('is shown where nobody knows whether the deny was made and it is there, and not at all where it was refused', () => {
    expect(decided('2026-11-21T05:00:00Z', {}, 'failed')).toMatchObject([{ decision: 'restore' }]);
    expect(decided('2026-11-21T05:00:00Z', {}, 'refused')).toEqual([]);
  });
});
