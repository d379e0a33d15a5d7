import { describe, expect, it } from 'vitest';
import { ocsfOf } from './ocsf.ts';
import { composeReport } from './report-document.ts';
import { goodSources, sourcesOf, told } from './report.fixture.ts';

describe('ocsfOf', () => {
  it('writes an update of an incident of class 2005, with the finding that opened it', () => {
    const report = composeReport(goodSources);
    expect(ocsfOf(report)).toMatchObject({
      class_uid: 2005,
      type_uid: 200_502,
      severity_id: 4,
      status_id: 2,
      time: Date.parse(goodSources.writtenAt),
      start_time: Date.parse('2026-11-21T02:51:07.000Z'),
      metadata: { version: '1.5.0', uid: 'inc-0123456789' },
      cloud: { region: 'eu-central-1', account: { uid: '602011160021' } },
      finding_info_list: [{ uid: 'f1', types: ['Backdoor:EC2/C&CActivity.B'], title: 'a finding' }],
      unmapped: { cordon: { ledgerId: 'inc-0123456789', status: 'sealed' } },
    });
  });

  it('puts an incident on hold that waits for a person', () => {
    expect(ocsfOf(composeReport(sourcesOf('x'))).status_id).toBe(3);
  });

  it.each([
    [9, 5],
    [8, 4],
    [7, 4],
    [4, 3],
    [2, 2],
    [0, 0],
  ])('takes severity %d for %d', (severity, id) => {
    const input = { ...told, incident: { ...told.incident, severity } };
    expect(ocsfOf(composeReport({ ...goodSources, told: input, finding: undefined })).severity_id).toBe(id);
  });

  it('calls no sample a breach, and says what it can where the finding cannot be read', () => {
    const sample = goodSources.finding?.replace(
      '"archived":false',
      '"archived":false,"additionalInfo":{"sample":true}',
    );
    expect(ocsfOf(composeReport({ ...goodSources, finding: sample })).is_suspected_breach).toBeUndefined();
    const unread = ocsfOf(composeReport({ ...goodSources, finding: 'no JSON' }));
    expect(unread.finding_info_list[0]?.title).toBe('Backdoor:EC2/C&CActivity.B');
    expect(unread.start_time).toBe(Date.parse(told.incident.arrivedAt));
  });
});
