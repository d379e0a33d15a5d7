import { printable } from '@cordon/drill';
import type { DoctorLine } from '@cordon/incident/doctor';
import { countResults } from '@cordon/incident/doctor';
import { describe, expect, it } from 'vitest';
import { organizationPage } from './organization-page.ts';

const OK: DoctorLine = { id: 'accounts', result: 'ok', says: '12 accounts, all active' };
const WRONG: DoctorLine = {
  id: 'forwarder',
  result: 'error',
  region: 'us-east-1',
  accounts: ['602011150002'],
  says: 'the rule is disabled',
  whatToDo: 'enable it',
};
const BLIND: DoctorLine = { id: 'coverage', result: 'unknown', says: 'no table', whatToDo: 'deploy' };

const pageOf = (lines: readonly DoctorLine[], all = false): string =>
  organizationPage({ phase: 'after', lines, counts: countResults(lines) }, { all, printable });

describe('organizationPage', () => {
  it('says that nothing is wrong, and counts what is well', () => {
    expect(pageOf([OK])).toBe('CORDON DOCTOR  the deployed organization\n  nothing is wrong; 1 well\n');
  });

  it('shows what is wrong first, then what is not known, each with what to do', () => {
    const page = pageOf([OK, BLIND, WRONG]);
    expect(page).toContain('  1 wrong, 1 not known, 0 doubtful; 1 well\n');
    expect(page).toMatch(
      /ERROR {4}forwarder +us-east-1: the rule is disabled\n +-> enable it\nUNKNOWN {2}coverage/,
    );
    expect(page).not.toContain('all active');
    expect(pageOf([OK, WRONG], true)).toContain('ok       accounts                 12 accounts, all active');
  });

  it('lets no name of a policy act on the terminal', () => {
    const page = pageOf([{ ...WRONG, says: 'SCP a\u001B[2J\nok  all is well' }]);
    expect(page).not.toMatch(/[^\n -~]/);
    expect(page).not.toMatch(/^ok {2}all/m);
  });
});
