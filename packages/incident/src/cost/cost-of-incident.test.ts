import { describe, expect, it } from 'vitest';
import { composeReport, type ReportDocument } from '../report/report-document.ts';
import { sourcesOf, told } from '../report/report.fixture.ts';
import { HASHING_WANTED } from '../workflow/hashing.ts';
import { costOfIncident, costSumWords, costWords } from './cost-of-incident.ts';

const START = '2026-11-21T03:04:12.000Z';
const sources = sourcesOf('words');
const reportOf = (more: object = {}): ReportDocument =>
  composeReport({ ...sources, told: { ...told, ...more } });
const line = (report: ReportDocument, kind: string) => {
  const found = costOfIncident(report).lines.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`no line is of ${kind}`);
  return found;
};
const [disk] = told.disks;
if (disk === undefined || told.examination === undefined)
  throw new Error('the fixture lacks a disk or a machine');

describe('what an incident costs', () => {
  it('is each copy by the month, until its last lock ends', () => {
    const copies = line(reportOf(), 'Disk copies, locked');
    expect(copies.monthlyUsd).toBeCloseTo(8 * 0.05);
    expect(copies.until?.at).toBe('2027-02-19T03:04:04.470Z');
    expect(costWords(copies)).toMatch(/^at most USD 0\.40 a month, USD 1\.\d\d until the last lock ends on /);
  });

  it('is a second snapshot on the way where the disk was re-encrypted in the member, and none by a grant', () => {
    const by = (route: string) =>
      line(reportOf({ disks: [{ ...disk, route }] }), 'Snapshots on the way').onceUsd ?? 0;
    expect(by('transit')).toBeCloseTo(2 * by('direct'), 10);
    expect(by('grant')).toBe(by('direct'));
    expect(by('direct')).toBeGreaterThan(0);
  });

  it('is each block of source and copy where blocks were hashed', () => {
    expect(line(reportOf(), 'Hashing every block')).toMatchObject({ bound: 'nothing' });
    const disks = [{ ...disk, blocks: { ...HASHING_WANTED, verdict: 'equal' as const } }];
    expect(line(reportOf({ disks }), 'Hashing every block').onceUsd).toBeCloseTo(0.1, 1);
  });

  it('is the machine by whole hours until its end where an hour’s price is set, and its volumes for so long', () => {
    const examination = { ...told.examination, startedAt: START, endsAt: '2026-11-24T03:04:12.000Z' };
    expect(costWords(line(reportOf({ examination }), 'Forensic machine'))).toBe('not known here');
    const priced = reportOf({ examination: { ...examination, hourlyUsd: 0.2 } });
    expect(line(priced, 'Forensic machine').onceUsd).toBeCloseTo(72 * 0.2);
    // 8 GiB for three days of gp3.
    expect(line(priced, 'Volumes of the forensic machine').onceUsd).toBeCloseTo((8 * 0.08 * 3) / 30.4375, 3);
    expect(line(reportOf(), 'Forensic machine').bound).toBe('not-known');
    expect(line(reportOf({ examination: undefined }), 'Forensic machine').bound).toBe('nothing');
  });

  it('is a signature for each entry, a workflow that its history bounds, and keys that were made for it', () => {
    const report = reportOf();
    expect(line(report, 'Signatures of the ledger').onceUsd).toBeCloseTo(
      (report.ledger.length + 4) * 0.000015,
      8,
    );
    expect(line(report, 'Workflow').onceUsd).toBeCloseTo(0.3125, 6);
    const disks = [{ ...disk, memberKeyArn: 'arn:aws:kms:eu-central-1:602011160021:key/k' }];
    expect(line(reportOf({ disks }), 'Keys made in the member').monthlyUsd).toBe(1);
  });

  it('says that a replacement costs, where one was launched', () => {
    const launched = { id: 'launch-replacement:i-1', status: 'done' as const, detail: 'i-2', at: START };
    expect(line(reportOf({ outcomes: [...told.outcomes, launched] }), 'Replacement').bound).toBe('not-known');
    expect(costOfIncident(reportOf()).lines.map(({ kind }) => kind)).not.toContain('Replacement');
  });

  it('adds up what is known, and names what is in no line', () => {
    const cost = costOfIncident(reportOf());
    expect(cost.onceUsd).toBeCloseTo(
      cost.lines.reduce((all, { onceUsd = 0 }) => all + onceUsd, 0),
      10,
    );
    expect(costSumWords(cost)).toMatch(/^at most USD 0\.3\d once, and USD 0\.40 a month/);
    expect(cost.notCounted.join()).toContain('functions');
  });
});
