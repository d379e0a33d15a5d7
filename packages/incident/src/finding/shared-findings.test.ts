import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseFindings } from './parse-findings.ts';

// Public findings that may stand beside the checkout but never in it.
const beside = new URL('../../../../../shared/findings/', import.meta.url);
const own = new URL('fixtures/', import.meta.url);

const there = existsSync(beside);
if (!there) {
  process.stderr.write(
    `NOTICE: ${beside.pathname} is not there: the public findings were NOT tried, only this package's own fixtures were\n`,
  );
}

function outcomesIn(folder: URL) {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return Object.fromEntries(
    names.map((name) => {
      const outcomes = parseFindings(readFileSync(new URL(name, folder), 'utf8')).findings.map((one) => {
        if (one.status !== 'parsed') return one.because.code;
        const { sample, subjects } = one.finding;
        return `parsed${sample ? ', a sample' : ''}, ${subjects.length} instance(s)`;
      });
      return [name, outcomes];
    }),
  );
}

const EXPECTED_BESIDE = {
  'eventbridge-Trojan-EC2-DNSDataExfiltration.json': ['parsed, 1 instance(s)'],
  'pascal-case-Discovery-RDS-Tor-Ip-Caller.json': ['parsed, a sample, 0 instance(s)'],
  'pascal-case-Recon-EC2-Portscan.json': ['bad-account-id'],
  'pascal-case-Trojan-EC2-DGADomainRequest-B.json': ['bad-account-id'],
  'pascal-case-UnauthorizedAccess-EC2-SSHBruteForce.json': ['bad-account-id'],
  'pascal-case-UnauthorizedAccess-EC2-TorRelay.json': ['bad-account-id'],
};

const EXPECTED_OWN = {
  'attack-sequence-event.json': ['parsed, 3 instance(s)'],
  'c2-dns-event.json': ['parsed, 1 instance(s)'],
  'credential-exfiltration-event.json': ['parsed, 1 instance(s)'],
  'eks-runtime-event.json': ['parsed, 0 instance(s)'],
  'malware-without-action.json': ['parsed, 1 instance(s)'],
  'minimal.json': ['parsed, 1 instance(s)'],
  'rds-login-pascal-case.json': ['parsed, 0 instance(s)'],
  'sample-key-event.json': ['parsed, a sample, 1 instance(s)'],
  'sample-string-pascal-case.json': ['parsed, a sample, 0 instance(s)'],
  'ssh-brute-force-target-event.json': ['parsed, 1 instance(s)'],
  'tor-client-pascal-case.json': ['parsed, 1 instance(s)'],
};

describe('findings on disk', () => {
  it('come out as expected: the fixtures, and the public ones where they stand beside the checkout', () => {
    const outcomes = { ...outcomesIn(own), ...(there ? outcomesIn(beside) : {}) };
    expect(outcomes).toEqual({ ...EXPECTED_OWN, ...(there ? EXPECTED_BESIDE : {}) });
  });
});
