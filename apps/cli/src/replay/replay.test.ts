import { GuardDutyClient } from '@aws-sdk/client-guardduty';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OperatorRequest } from '@cordon/incident';
import { createOrganization, enableDetector, plantFinding } from '@cordon/local-aws';
import { askOperator } from '@cordon/responder/operator-client';
import { afterAll, describe, expect, it } from 'vitest';
import { config } from '../../../../cordon.config.ts';
import { runCordon } from '../testing/run-cordon.ts';
import { UsageError } from '../usage-error.ts';
import { replay, type ReplayArguments } from './replay-command.ts';

const { management, security } = config.accounts;
const SHOP = '602011160021';
const LAB = '602011160022';
const REGION = 'eu-central-1';
const NOW = Date.parse('2026-11-21T03:00:00.000Z');
const DAY = 86_400_000;

const work = mkdtempSync(join(tmpdir(), 'cordon-replay-'));
afterAll(() => rmSync(work, { recursive: true }));

interface Planted {
  readonly daysAgo: number;
  readonly instance: number;
  readonly account?: string;
  readonly type?: string;
  readonly severity?: number;
  readonly group?: string;
  readonly more?: object;
}

let count = 0;
const findingOf = ({
  daysAgo,
  instance,
  account = SHOP,
  type = 'Trojan:EC2/DropPoint',
  ...over
}: Planted) => {
  count += 1;
  const at = new Date(NOW - daysAgo * DAY + count * 1_000).toISOString();
  const id = count.toString(16).padStart(32, '0');
  return {
    schemaVersion: '2.0',
    accountId: account,
    region: REGION,
    partition: 'aws',
    id,
    arn: `arn:aws:guardduty:${REGION}:${account}:detector/${'d'.repeat(32)}/finding/${id}`,
    type,
    severity: over.severity ?? 8,
    createdAt: at,
    updatedAt: at,
    title: 'x',
    description: 'x',
    resource: {
      resourceType: 'Instance',
      instanceDetails: {
        instanceId: `i-${instance.toString(16).padStart(17, '0')}`,
        tags: over.group === undefined ? [] : [{ key: 'aws:autoscaling:groupName', value: over.group }],
      },
    },
    service: { archived: false, count: 1, ...over.more },
  };
};

/** An organization whose GuardDuty holds a history of ninety days. */
const worldOf = async (history: readonly Planted[]) => {
  const organization = await createOrganization({
    seed: 'replay',
    startAt: new Date(NOW).toISOString(),
    organizationId: config.organizationId,
    managementAccount: management,
    regions: config.regions,
    delegatedAdministrators: [security],
    runtime: { inProcess: {} },
    accounts: [
      { id: management, name: 'management' },
      { id: security, name: 'security' },
      { id: SHOP, name: 'shop', path: `${config.organizationId}/r-root/ou-root-workload/` },
      { id: LAB, name: 'lab', path: `${config.organizationId}/r-root/ou-root-sandboxes/` },
    ],
  });
  const { world, ids } = organization;
  for (const region of config.regions)
    enableDetector(world, { account: security, region, members: [SHOP, LAB] }, { ids, now: NOW });
  for (const one of history)
    await plantFinding(world, { administrator: security, region: REGION, finding: findingOf(one) });
  const settings = (region: string) => ({
    region,
    credentials: organization.credentialsFor(security, 'administrator'),
    requestHandler: organization.requestHandler,
    maxAttempts: 1,
  });
  const clients = {
    guardDuty: (region: string) => new GuardDutyClient(settings(region)),
    organizations: () => new OrganizationsClient(settings('us-east-1')),
  };
  // No function is deployed here.
  const nobody = (request: OperatorRequest) =>
    askOperator(request, {
      url: new URL(`https://${'a'.repeat(32)}.lambda-url.${REGION}.on.aws/`),
      region: REGION,
      credentials: organization.credentialsFor(security, 'administrator'),
      transport: organization.requestHandler,
    });
  const run = async (over: Partial<ReplayArguments> = {}) => {
    const printed = { out: '', err: '' };
    const output = {
      out: (text: string) => void (printed.out += text),
      err: (text: string) => void (printed.err += text),
    };
    const given = { days: 90, plan: false, gib: 100, usd: 0.05, ...over };
    const exit = await organization.during(() =>
      replay(given, output, { clients, now: NOW, operatorOf: () => nobody }),
    );
    return { exit, ...printed };
  };
  return { organization, run };
};

const HISTORY: readonly Planted[] = [
  { daysAgo: 88, instance: 1 },
  { daysAgo: 60, instance: 1, type: 'Backdoor:EC2/Spambot' },
  { daysAgo: 50, instance: 2, severity: 4 },
  { daysAgo: 40, instance: 3, group: 'web' },
  { daysAgo: 40, instance: 4, group: 'web' },
  { daysAgo: 30, instance: 5, more: { archived: true, userFeedback: 'NOT_USEFUL' } },
  { daysAgo: 29, instance: 5 },
  { daysAgo: 28, instance: 5 },
  { daysAgo: 20, instance: 6, account: LAB, more: { archived: true, userFeedback: 'USEFUL' } },
  ...Array.from({ length: 60 }, (_, index) => ({ daysAgo: 10, instance: 100 + index, account: LAB })),
];

describe('a replay of ninety planted days', () => {
  it('says what would have been contained, asked and observed, hit, tripped and doubted, and what it costs', async () => {
    const { run, organization } = await worldOf(HISTORY);
    const { exit, out, err } = await run({ json: true });
    await organization.close();
    const report: unknown = JSON.parse(out);
    expect(exit).toBe(0);
    expect(err).toContain(`${REGION}: ${HISTORY.length} finding(s)`);
    expect(report).toMatchObject({
      findings: HISTORY.length,
      // 1, 3, 5, 6, and five of the sixty; a member of a group joins the first; the others after the breaker.
      contained: 4 + 5,
      asked: 1,
      tripped: 55,
      notOpened: { 'policy-observes': 1 },
      hits: {
        accounts: [
          { name: LAB, incidents: 61 },
          { name: SHOP, incidents: 4 },
        ],
        scalingGroups: [{ name: 'web', incidents: 2 }],
      },
      breakerTrips: [{ scope: 'account', id: LAB, most: 5 }],
      likelyFalsePositives: [
        {
          instanceId: `i-${'5'.padStart(17, '0')}`,
          signs: [
            'people marked it as not useful',
            'it was archived, by people or by a suppression rule',
            'this type came 3 times from this instance',
          ],
        },
      ],
      cost: { usd: 65 * 100 * 0.05 * (config.evidence.lockDays / 30) },
      gaps: [],
    });
  });

  it('changes nothing', async () => {
    const { run, organization } = await worldOf(HISTORY.slice(0, 3));
    await run();
    const called = organization.journal.calls.map(({ operation }) => operation);
    await organization.close();
    expect(new Set(called)).toEqual(
      new Set(['ListDetectors', 'ListFindings', 'GetFindings', 'DescribeAccount']),
    );
  });

  it('tries another policy, with units as they are', async () => {
    const path = join(work, 'lab-observes.json');
    const rules = [
      {
        name: 'lab',
        when: { units: ['ou-root-sandboxes'] },
        set: { mode: 'observe' },
        because: 'it is a lab',
      },
      { name: 'rest', when: { severityAtLeast: 7 }, set: { mode: 'ask' }, because: 'people decide' },
    ];
    writeFileSync(path, JSON.stringify({ schemaVersion: 2, rules }));
    const { run, organization } = await worldOf(HISTORY);
    const { out } = await run({ json: true, policy: path });
    await organization.close();
    expect(JSON.parse(out)).toMatchObject({
      contained: 0,
      asked: 4,
      tripped: 0,
      notOpened: { 'policy-observes': 62 },
    });
  });

  it('goes back only as far as it is told, and prints for people', async () => {
    const { run, organization } = await worldOf(HISTORY);
    const { out } = await run({ days: 35 });
    await organization.close();
    expect(out).toContain('64 finding(s) of 35 days');
    expect(out).toContain(`account ${LAB}, after 5 case(s)`);
    expect(out).toContain('Assumptions:');
  });

  it('says that no plan could be had where nobody answers, and asks no further', async () => {
    const { run, organization } = await worldOf(HISTORY.slice(0, 3));
    const { exit, out } = await run({ plan: true });
    await organization.close();
    expect(exit).toBe(0);
    expect(out.match(/i-\w+: AWS answered 403/g)).toHaveLength(1);
  });

  it('says which Region it could not read, and that the replay is not complete', async () => {
    const { run, organization } = await worldOf(HISTORY.slice(0, 1));
    const path = join(work, 'more-regions.ts');
    const more = { ...config, regions: [...config.regions, 'eu-north-1'] };
    writeFileSync(path, `export const config = ${JSON.stringify(more)};`);
    const { exit, out } = await run({ config: path });
    await organization.close();
    expect(exit).toBe(3);
    expect(out).toMatch(/Could not be read:\n {2}eu-north-1: /);
  });

  it('is refused where no Region could be read', async () => {
    const { run, organization } = await worldOf([]);
    const path = join(work, 'elsewhere.ts');
    const elsewhere = { ...config, homeRegion: 'eu-north-1', regions: ['eu-north-1'] };
    writeFileSync(path, `export const config = ${JSON.stringify(elsewhere)};`);
    await expect(run({ config: path })).rejects.toThrow(UsageError);
    await organization.close();
  });
});

it.each([
  ['days that GuardDuty does not keep', ['--days', '91'], '1 to 90'],
  ['a policy that is not there', ['--policy', join(work, 'none.json')], 'no such file'],
  ['a configuration that is none', ['--config', join(work, 'none.ts')], 'cannot use'],
])('refuses %s before it reads anything', async (_name, args, named) => {
  const ran = await runCordon(['replay', ...args]);
  expect([ran.exit, ran.stderr]).toEqual([2, expect.stringContaining(named)]);
});
