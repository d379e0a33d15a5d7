import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BadInput } from '@cordon/drill';
import { describe, expect, it } from 'vitest';
import { broken, inProcess, resultOf } from './run.ts';

const finding = (
  change: (detail: Record<string, unknown>) => void = () => {},
): { text: string; name: string } => {
  const detail: Record<string, unknown> = {
    schemaVersion: '2.0',
    accountId: '482913570246',
    region: 'us-west-2',
    partition: 'aws',
    id: 'aa11bb22cc33dd44ee55ff6600112233',
    arn: 'arn:aws:guardduty:us-west-2:482913570246:detector/0123/finding/aa11bb22cc33dd44ee55ff6600112233',
    type: 'Trojan:EC2/DropPoint',
    resource: { resourceType: 'Instance', instanceDetails: { instanceId: 'i-0a1b2c3d4e5f60718' } },
    service: { serviceName: 'guardduty', archived: false, count: 1, resourceRole: 'ACTOR' },
    severity: 8,
    createdAt: '2026-11-21T01:00:00.000Z',
    updatedAt: '2026-11-21T01:00:00.000Z',
    title: 'a finding',
    description: 'a finding',
  };
  change(detail);
  return { text: JSON.stringify(detail), name: 'finding.json' };
};

describe('findings that are not in the repository', () => {
  it('responds to a bare finding that names an instance and nothing else', async () => {
    const result = await resultOf({ finding: finding() });
    expect(broken(result)).toEqual([]);
    expect(result.incidents[0]).toMatchObject({
      status: 'sealed',
      account: '482913570246',
      region: 'us-west-2',
    });
  });

  it.each<[string, string, (detail: Record<string, unknown>) => void]>([
    [
      'observes a sample, whatever its severity',
      'observed',
      (detail) => Object.assign(detail, { severity: 9.5, service: { additionalInfo: { sample: true } } }),
    ],
    [
      'observes an archived finding',
      'observed',
      (detail) => Object.assign(detail, { service: { archived: true } }),
    ],
    ['observes a severity below seven', 'observed', (detail) => Object.assign(detail, { severity: 4 })],
    [
      'observes somebody knocking',
      'observed',
      (detail) =>
        Object.assign(detail, {
          type: 'UnauthorizedAccess:EC2/SSHBruteForce',
          service: { resourceRole: 'TARGET' },
        }),
    ],
    [
      'ignores a finding without an instance',
      'ignored',
      (detail) =>
        Object.assign(detail, { type: 'New:Thing/NobodyKnows', resource: { resourceType: 'S3Bucket' } }),
    ],
    [
      'responds to a type that did not exist when this was written',
      'responded',
      (detail) => Object.assign(detail, { type: 'Novel:EC2/Unheard.Of' }),
    ],
    [
      'responds without a service member, by severity',
      'responded',
      (detail) => Reflect.deleteProperty(detail, 'service'),
    ],
    [
      'sets an unknown schema aside',
      'set-aside',
      (detail) => Object.assign(detail, { schemaVersion: '7.0' }),
    ],
    [
      'sets an id aside that is none',
      'set-aside',
      (detail) =>
        Object.assign(detail, {
          resource: { resourceType: 'Instance', instanceDetails: { instanceId: '$(reboot)' } },
        }),
    ],
  ])('%s', async (_name, disposition, change) => {
    const result = await resultOf({ ...inProcess(), finding: finding(change), through: 'contain' });
    expect(broken(result)).toEqual([]);
    expect(result.findings.map((row) => row.disposition)).toEqual([disposition]);
    expect(result.findings[0]?.reasons.length).toBeGreaterThan(0);
    expect(result.incidents).toHaveLength(disposition === 'responded' ? 1 : 0);
  });

  it('sets a forged event aside: GuardDuty knows no such finding', async () => {
    const result = await resultOf({ ...inProcess(), finding: finding(), forged: true });
    expect(result.findings.map((row) => row.disposition)).toEqual(['set-aside']);
    expect(result.incidents).toEqual([]);
    expect(broken(result)).toEqual([]);
  });

  it('sets the finding of an account aside that is not of the organization', async () => {
    const members = { text: '{"accounts":[{"id":"482913570299","name":"other"}]}', name: 'members.json' };
    const result = await resultOf({ ...inProcess(), finding: finding(), members });
    expect(result.findings.map((row) => row.disposition)).toEqual(['set-aside']);
    expect(result.findings[0]?.reasons.join(' ')).toContain('482913570246');
    expect(broken(result)).toEqual([]);
  });

  it.each<[string, string]>([
    ['evidence', '602011150003'],
    ['forensics', '602011150004'],
  ])('never contains an instance of the %s account, and pages', async (_name, accountId) => {
    const result = await resultOf({
      ...inProcess(),
      finding: finding((detail) => Object.assign(detail, { accountId })),
    });
    expect(result.findings.map((row) => row.disposition)).toEqual(['observed']);
    expect(broken(result)).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['an empty file', '', 'empty'],
    ['what is no JSON', 'hello', 'not-json'],
    ['an account id of 13 digits', '{"accountId":"1234567891234","region":"eu-west-1"}', 'bad-account-id'],
    ['no Region', '{"accountId":"482913570246"}', 'bad-region'],
    [
      'another partition',
      '{"accountId":"482913570246","region":"cn-north-1","partition":"aws-cn"}',
      'unsupported-partition',
    ],
  ])('refuses %s before anything is built', async (_name, text, code) => {
    await expect(resultOf({ ...inProcess(), finding: { text, name: 'x.json' } })).rejects.toSatisfy(
      (error) => error instanceof BadInput && error.code === code && error.hint.length > 10,
    );
  });

  it('handles each of several findings of one file on its own', async () => {
    const lines = [
      finding(),
      finding((detail) => Object.assign(detail, { id: 'bb', severity: 2 })),
      finding((detail) => Object.assign(detail, { id: 'cc', schemaVersion: '9' })),
    ];
    const result = await resultOf({
      ...inProcess(),
      finding: { text: lines.map(({ text }) => text).join('\n'), name: 'three.jsonl' },
      through: 'contain',
    });
    expect(result.findings.map((row) => row.disposition).toSorted()).toEqual([
      'observed',
      'responded',
      'set-aside',
    ]);
    expect(broken(result)).toEqual([]);
  });
});

describe('public events beside the checkout', () => {
  const folder = resolve(import.meta.dirname, '../../../shared/findings');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  if (files.length === 0)
    process.stderr.write(`NOTICE: ${folder} is not there, so no public event was tried\n`);

  it('are each handled, or refused with a reason', async () => {
    for (const name of files) {
      const run = resultOf({
        ...inProcess(),
        finding: { text: readFileSync(join(folder, name), 'utf8'), name },
        through: 'contain',
      });
      const outcome = await run.then(
        (result) => broken(result),
        (error: unknown) => (error instanceof BadInput ? [] : [String(error)]),
      );
      expect({ name, outcome }).toEqual({ name, outcome: [] });
    }
    expect(files.length === 0 || files.length >= 5).toBe(true);
  });
});
