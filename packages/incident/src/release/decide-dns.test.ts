import { describe, expect, it } from 'vitest';
import { AT, IN_A_DAY, instance, journalOf, made } from './release.fixture.ts';
import type { ContainmentJournal } from './journal.ts';
import type { DnsBlockNow, ReleaseFacts } from './release-facts.ts';
import { releasePlan } from './release-plan.ts';

const facts = instance({ domains: ['a.example.net'] });
const journal = journalOf(made(facts));
const COMPLETE: DnsBlockNow = {
  vpcId: 'vpc-1',
  association: { id: 'rslvr-frgassoc-1', status: 'COMPLETE' },
  ruleGroupId: 'rslvr-frg-1',
  blocks: true,
  domainListId: 'rslvr-fdl-1',
  specifications: ['example.net', '*.example.net'],
};
const { association: _ended, ...UNASSOCIATED } = COMPLETE;
const factsWith = (block: DnsBlockNow | undefined): ReleaseFacts => ({
  instance: facts,
  interfaces: [],
  groupIds: [],
  addresses: [],
  volumes: [],
  mayBound: false,
  balancers: { targetGroups: [], classic: [] },
  scalingGroups: [],
  isolation: [],
  paths: { acls: [], subnets: [], routeTableIds: [], gateways: [], ownThings: [] },
  ...(block === undefined ? {} : { dns: [block] }),
  roles: [],
  tagged: [],
  heldByAnother: false,
  othersContained: 0,
});
const decided = (block: DnsBlockNow | undefined, of: ContainmentJournal = journal) =>
  releasePlan(of, factsWith(block), IN_A_DAY)
    .steps.filter(({ kind }) => kind.endsWith('dns') || kind.endsWith('dns-block'))
    .map(({ id, decision }) => [id, decision]);

/** The same journal, of which nobody knows what became of the block. */
const unknown: ContainmentJournal = {
  ...journal,
  outcomes: journal.outcomes.filter(({ outcome }) => outcome.id !== 'block-dns:vpc-1'),
};

describe('the release of a DNS block', () => {
  it('ends the association at once, and has list and group deleted when that has ended', () => {
    expect(decided(COMPLETE)).toEqual([
      ['unblock-dns:vpc-1', 'restore'],
      ['remove-dns-block:vpc-1', 'later'],
    ]);
    expect(decided({ ...COMPLETE, association: { id: 'a', status: 'DELETING' } })).toEqual([
      ['unblock-dns:vpc-1', 'already'],
      ['remove-dns-block:vpc-1', 'later'],
    ]);
    expect(decided(UNASSOCIATED)).toEqual([
      ['unblock-dns:vpc-1', 'already'],
      ['remove-dns-block:vpc-1', 'restore'],
    ]);
    expect(decided(undefined)).toEqual([
      ['unblock-dns:vpc-1', 'already'],
      ['remove-dns-block:vpc-1', 'already'],
    ]);
  });

  it.each([
    ['names that nobody of ours put there', { specifications: ['example.net', 'shop.example.org'] }],
    ['a rule that does not block, or another one beside it', { blocks: false }],
  ])('shows %s, and leaves it to a person', (_what, change) => {
    expect(decided({ ...COMPLETE, ...change })[0]).toEqual(['unblock-dns:vpc-1', 'drifted']);
  });

  it('minds no names that are missing', () => {
    expect(decided({ ...COMPLETE, specifications: ['example.net'] })[0]).toEqual([
      'unblock-dns:vpc-1',
      'restore',
    ]);
  });

  it('takes away what a try left that broke off, and says nothing where none was made', () => {
    expect(decided({ ...COMPLETE, blocks: false, specifications: [] }, unknown)).toEqual([
      ['unblock-dns:vpc-1', 'restore'],
      ['remove-dns-block:vpc-1', 'later'],
    ]);
    expect(
      decided({ vpcId: 'vpc-1', blocks: false, domainListId: 'l', specifications: [] }, unknown),
    ).toEqual([['remove-dns-block:vpc-1', 'restore']]);
    expect(decided(undefined, unknown)).toEqual([]);
  });

  it('counts what later plans added', () => {
    const later = journalOf(made(facts), made(instance({ domains: ['a.example.net', 'b.example.org'] })));
    const grown = {
      ...COMPLETE,
      specifications: [...COMPLETE.specifications, 'example.org', '*.example.org'],
    };
    expect(decided(grown)[0]).toEqual(['unblock-dns:vpc-1', 'drifted']);
    expect(decided(grown, later)[0]).toEqual(['unblock-dns:vpc-1', 'restore']);
  });

  it('has the same hash whenever it is read, and whatever is known of its outcome', () => {
    const at = (readAt: string, of: ContainmentJournal) =>
      releasePlan(of, { ...factsWith(COMPLETE), instance: { ...facts, readAt } }, IN_A_DAY).hash;
    for (const of of [journal, unknown]) expect(at(AT, of)).toBe(at('2026-11-21T09:00:00.000Z', of));
  });
});
