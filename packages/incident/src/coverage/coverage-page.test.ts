import { describe, expect, it } from 'vitest';
import { coverageMap } from './coverage-map.ts';
import { coveragePage } from './coverage-page.ts';
import type { CoverageRow } from './coverage-row.ts';

const REGIONS = ['eu-west-1', 'us-east-1'];
const AT = '2026-11-21T03:00:00.000Z';
const row = (account: string, region: string, verdict: CoverageRow['verdict']): CoverageRow => ({
  account,
  region,
  verdict,
  checks:
    verdict === 'protected'
      ? []
      : [{ id: 'role-contain', result: 'failed', says: 'AWS answered AccessDenied' }],
  firstSeen: AT,
  tried: AT,
});
const input = {
  regions: REGIONS,
  units: [
    { name: 'Root', path: 'o-abc/r-abc/' },
    { name: 'shops <b>', path: 'o-abc/r-abc/ou-abc-11111111/' },
  ],
  accounts: [
    { id: '602011160021', name: 'quiet', path: 'o-abc/r-abc/ou-abc-11111111/' },
    { id: '602011160022', name: '"><script>alert(1)</script>', path: 'o-abc/r-abc/ou-abc-11111111/' },
    { id: '602011150001', name: 'management', path: 'o-abc/r-abc/' },
  ],
  rows: [
    ...REGIONS.map((region) => row('602011160021', region, 'protected')),
    row('602011160022', 'eu-west-1', 'not'),
    row('602011160022', 'us-east-1', 'partly'),
  ],
  leftOut: [{ account: '602011150001', because: 'the management account' }],
};

describe('the map', () => {
  it('is the tree of units, with what is open first in each', () => {
    const [root, ...others] = coverageMap(input);
    expect(others).toEqual([]);
    expect(root).toMatchObject({
      name: 'Root',
      accounts: [{ id: '602011150001', leftOut: 'the management account' }],
    });
    expect(root?.units.map(({ name, accounts }) => [name, accounts.map(({ id }) => id)])).toEqual([
      ['shops <b>', ['602011160022', '602011160021']],
    ]);
  });

  it('has accounts whose unit is not known as well', () => {
    const units = coverageMap({ ...input, units: [] }).map(({ name }) => name);
    expect(units.toSorted()).toEqual(['o-abc/r-abc/']);
    expect(coverageMap({ ...input, units: [], accounts: [{ id: '1', name: '', path: '' }] })[0]?.name).toBe(
      'unit not known',
    );
  });
});

describe('the page', () => {
  const page = coveragePage(input, AT);

  it('needs nothing from elsewhere and runs nothing', () => {
    expect(page).not.toMatch(/<script|src=|href="(?!#)|url\(|@import/i);
    expect(page).toContain("default-src 'none'");
  });

  it('shows names as text, whatever they hold', () => {
    expect(page).toContain('shops &#60;b&#62;');
    expect(page).toContain('&#34;&#62;&#60;script&#62;alert(1)');
  });

  it('has a cell for each account with a stripe for each Region, which says all in words', () => {
    expect(page.match(/<li tabindex="0"/g)).toHaveLength(3);
    expect(page).toContain('<i class="not"></i><i class="partly"></i></li>');
    expect(page).toContain('eu-west-1: NOT protected (role-contain: AWS answered AccessDenied)');
    expect(page).toContain('not tried: the management account');
  });

  it('lists what is not protected, and only that', () => {
    const list = page.slice(page.indexOf('id="open"'));
    expect(list).toContain('602011160022');
    expect(list).not.toContain('602011160021');
  });

  it('stays small at 2,000 accounts', () => {
    const accounts = Array.from({ length: 2_000 }, (_, index) => ({
      id: String(700_000_000_000 + index),
      name: `member-${index}`,
      path: 'o-abc/r-abc/',
    }));
    const rows = accounts.flatMap(({ id }) => REGIONS.map((region) => row(id, region, 'protected')));
    expect(coveragePage({ ...input, accounts, rows }, AT).length).toBeLessThan(1_000_000);
  });
});
